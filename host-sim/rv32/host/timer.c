#include "timer.h"

#include "device.h"

uint64_t ticksNow(void) {
  uint32_t high, low;
  do {
    high = *word(clintBase + 0xbffc);
    low = *word(clintBase + 0xbff8);
  } while (high != *word(clintBase + 0xbffc));
  return (uint64_t)high << 32 | low;
}

void wakeAfter(uint64_t count) {
  uint64_t at = ticksNow() + count;
  *word(clintBase + 0x4004) = ~0u;
  *word(clintBase + 0x4000) = (uint32_t)at;
  *word(clintBase + 0x4004) = (uint32_t)(at >> 32);
}
