#include "bootDecision.h"

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

BootDecision decideBoot(const BootFacts *facts) {
  SlotMark mark = facts->mark;
  if (mark == markNew && facts->other) return (BootDecision){startOther, asPending, 0, markTried};
  if (mark == markNew || mark == markTried) mark = markNone;
  if (!facts->active) {
    if (mark == markNone || !facts->other) return (BootDecision){startNothing, asConfirmed, 0, mark};
    return (BootDecision){startOther, asConfirmed, 1, markNone};
  }
  if (facts->failures < failuresMax) return (BootDecision){startActive, asConfirmed, 0, mark};
  if (mark == markConfirmed && facts->other) return (BootDecision){startOther, asConfirmed, 1, markFailed};
  return (BootDecision){startActive, asRecovery, 0, mark};
}
