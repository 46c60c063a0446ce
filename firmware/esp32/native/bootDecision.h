/*
 * The decision which slot starts, as firmware/update/bootDecision.ts has it and explains it: for the bootloader of the
 * emulated board. Pure; both are tried against one table of cases.
 */
#ifndef HOLDFAST_BOOT_DECISION_H
#define HOLDFAST_BOOT_DECISION_H

#include <stdint.h>

/* Resets in a row by fault or watchdog after which a confirmed image is left. */
enum { failuresMax = 3 };

/* The word of the boot record on the slot that is not active, in its numbers. */
typedef enum { markNone, markNew, markTried, markConfirmed, markFailed } SlotMark;

typedef struct {
  /* The active slot holds a whole image; the other one holds, whole, the image that its mark is about. */
  int active;
  int other;
  SlotMark mark;
  /* Resets in a row by fault or watchdog of the active image. */
  uint32_t failures;
} BootFacts;

typedef enum { startNothing, startActive, startOther } BootStart;
typedef enum { asConfirmed, asPending, asRecovery } BootState;

typedef struct {
  BootStart start;
  BootState as;
  /* The other slot becomes the active one. */
  int swaps;
  /* Of the slot that is not active then. */
  SlotMark mark;
} BootDecision;

BootDecision decideBoot(const BootFacts *facts);

#endif
