/* The decision of the emulated board's bootloader, on a desk. */
#include "../../../../firmware/esp32/native/bootDecision.h"
#include "exchange.h"

/* Each state as its numbers; the decision as its own. */
void answerRequest(void) {
  while (isMore()) {
    BootFacts facts = {.mark = (SlotMark)take8()};
    facts.active = (int)take8();
    facts.other = (int)take8();
    facts.failures = take8();
    BootDecision decision = decideBoot(&facts);
    answerText("%d %d %d %d\n", decision.start, decision.as, decision.swaps, decision.mark);
  }
}
