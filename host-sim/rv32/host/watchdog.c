#include "watchdog.h"

#include "device.h"
#include "trap.h"

/*
 * The machine timer ticks every 100 instructions while the processor runs, and the image has what a chip of 160 MHz
 * does in its time: a busy machine around the emulator makes nobody bite. Ticks between looks:
 */
enum { machineTimer = 1 << 7, globalEnable = 1 << 3, ticks = 1000000, ticksInMillisecond = 1600 };

static uint64_t patience;
static volatile uint64_t fedAt;

static uint64_t now(void) {
  uint32_t high, low;
  do {
    high = *word(clintBase + 0xbffc);
    low = *word(clintBase + 0xbff8);
  } while (high != *word(clintBase + 0xbffc));
  return (uint64_t)high << 32 | low;
}

void wakeAfter(uint64_t count) {
  uint64_t at = now() + count;
  *word(clintBase + 0x4004) = ~0u;
  *word(clintBase + 0x4000) = (uint32_t)at;
  *word(clintBase + 0x4004) = (uint32_t)(at >> 32);
}

void startWatchdog(double milliseconds) {
  patience = (uint64_t)(milliseconds * ticksInMillisecond);
  feedWatchdog();
  wakeAfter(ticks);
  setCsr(mie, machineTimer);
  setCsr(mstatus, globalEnable);
}

void feedWatchdog(void) { fedAt = now(); }

double watchdogPatience(void) { return 1000; }

void onTick(void) {
  wakeAfter(ticks);
  if (patience && now() - fedAt > patience) bite();
}
