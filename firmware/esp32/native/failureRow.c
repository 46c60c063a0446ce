#include "failureRow.h"

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum { marked = 0x46524f57 };

/* Ends of a run: not known, as wished, a fault with a record, and from there on a fault for whose reason a record is due. */
enum { endUnknown, endWished, endRecorded, endDue };

static uint32_t checkOf(const FailureRow *row) {
  return ~(row->mark ^ row->slot ^ row->failures << 8 ^ row->end << 24);
}

static void keep(FailureRow *row, uint32_t slot, uint32_t failures, uint32_t end) {
  *row = (FailureRow){.mark = marked, .slot = slot, .failures = failures, .end = end};
  row->check = checkOf(row);
}

ResetKind resetKind(int reason) {
  switch (reason) {
    case 3: return resetSoftware;
    case 4:
    case 15: return resetFault;
    case 5:
    case 6:
    case 7: return resetWatchdog;
    default: return resetOther;
  }
}

/* The reason of a failure that its run left no record of. */
static CrashReason dueReason(const FailureRow *row, ResetKind kind) {
  if (kind == resetWatchdog) return crashWatchdog;
  if (kind == resetFault) return crashProcessor;
  if (row->end == endRecorded) return crashUnknown;
  return row->end > endDue ? (CrashReason)(row->end - endDue) : crashEngine;
}

RowStart countReset(FailureRow *row, ResetKind kind, uint32_t slot) {
  RowStart start = {0, crashUnknown, slot};
  int isKept = row->mark == marked && row->check == checkOf(row) && kind != resetOther;
  if (isKept && (kind != resetSoftware || row->end != endWished)) {
    start.unrecorded = dueReason(row, kind);
    start.slot = row->slot;
    if (row->slot == slot) start.failures = row->failures < UINT32_MAX ? row->failures + 1 : row->failures;
  }
  keep(row, slot, start.failures, endUnknown);
  return start;
}

void restartIsWished(FailureRow *row) { keep(row, row->slot, row->failures, endWished); }

void restartIsFault(FailureRow *row, CrashReason unrecorded) {
  keep(row, row->slot, row->failures, unrecorded == crashUnknown ? endRecorded : endDue + (uint32_t)unrecorded);
}

void rowIsSteady(FailureRow *row) { keep(row, row->slot, 0, row->end); }

int leaveFailing(FailureRow *row, uint32_t failures, const OtherSlot *other) {
  if (failures < failuresMax) return 0;
  BootFacts facts = {.active = 1, .mark = other->isConfirmed() ? markConfirmed : markNone, .failures = failures};
  facts.other = facts.mark == markConfirmed && other->isWhole();
  BootDecision decision = decideBoot(&facts);
  if (decision.start == startOther) {
    restartIsWished(row);
    other->start();
    /* The chip's own check found it not whole. */
    keep(row, row->slot, failures, endUnknown);
    facts.other = 0;
    decision = decideBoot(&facts);
  }
  return decision.as == asRecovery;
}
