#include "watchdog.h"

#include "device.h"
#include "timer.h"
#include "trap.h"

/*
 * The machine timer ticks every 100 instructions while the processor runs, and the image has what a chip of 160 MHz
 * does in its time: a busy machine around the emulator makes nobody bite. Ticks between looks:
 */
enum { machineTimer = 1 << 7, globalEnable = 1 << 3, ticks = 1000000, ticksInMillisecond = 1600 };

static uint64_t patience;
static volatile uint64_t fedAt;

void startWatchdog(double milliseconds) {
  patience = (uint64_t)(milliseconds * ticksInMillisecond);
  feedWatchdog();
  wakeAfter(ticks);
  setCsr(mie, machineTimer);
  setCsr(mstatus, globalEnable);
}

void feedWatchdog(void) { fedAt = ticksNow(); }

double watchdogPatience(void) { return 1000; }

void onTick(void) {
  wakeAfter(ticks);
  if (patience && ticksNow() - fedAt > patience) bite();
}
