/*
 * Failures in a row of a chip's image, where a restart leaves memory alone, and what they lead to: as
 * host-sim/node/board/failureRow.ts counts them for simulated boards, and firmware/update/README.md tells.
 */
#ifndef HOLDFAST_FAILURE_ROW_H
#define HOLDFAST_FAILURE_ROW_H

#include <stdint.h>

#include "bootDecision.h"
#include "crashRecord.h"

/* Lies in memory that nobody clears: what it holds after power-on is chance. */
typedef struct {
  uint32_t mark;
  /* The slot that runs, and how often in a row its image has failed. */
  uint32_t slot;
  uint32_t failures;
  /* How this run ends, where it knows. */
  uint32_t end;
  uint32_t check;
} FailureRow;

/* Kinds of resets. Power-on, brownout, a pin, a wake from sleep are none that an image has to answer for. */
typedef enum { resetOther, resetSoftware, resetFault, resetWatchdog } ResetKind;

/* Of esp_reset_reason_t, by its numbers (resetReason.ts). */
ResetKind resetKind(int reason);

/* What the start before leaves to this one. */
typedef struct {
  /* Failures in a row of the image that starts now. */
  uint32_t failures;
  /* The end of the run before that has no record yet, and the slot that ran; crashUnknown where there is none. */
  CrashReason unrecorded;
  uint32_t slot;
} RowStart;

/* Counts the reset before this start, of the image in `slot`. */
RowStart countReset(FailureRow *row, ResetKind kind, uint32_t slot);
/* The restart that comes now is wished. */
void restartIsWished(FailureRow *row);
/* The restart that comes now is a fault; it has a record already (crashUnknown), or the next start makes one. */
void restartIsFault(FailureRow *row, CrashReason unrecorded);
/* The run lasted as long as ends a row. */
void rowIsSteady(FailureRow *row);

enum { steadyMilliseconds = 600000 };

/* The slot beside the running one, as far as the decision asks for it. */
typedef struct {
  /* Its image was confirmed, and nothing was written over it since. */
  int (*isConfirmed)(void);
  /* It has the header of an image. */
  int (*isWhole)(void);
  /* Gives the running image up for it and restarts; returns when the chip does not take it. */
  void (*start)(void);
} OtherSlot;

/*
 * Decides by bootDecision.c for a running image that failed so often in a row. 1: it recovers, which is to say that it
 * starts without its app. Nothing of the other slot is asked before there are failures enough.
 */
int leaveFailing(FailureRow *row, uint32_t failures, const OtherSlot *other);

#endif
