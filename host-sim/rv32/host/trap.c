#include "trap.h"

#include <stdio.h>

#include "console.h"
#include "device.h"
#include "power.h"
#include "serial.h"
#include "serialConsole.h"
#include "timer.h"

enum { timer = 1 << 7, external = 1 << 11, globalEnable = 1 << 3 };

extern char stackLow[], ramStart[], ramEnd[];

_Noreturn void bite(void) { powerOff(exitWatchdog); }

_Noreturn void onFault(uint32_t cause, uint32_t at, uint32_t value, uint32_t stack, uint32_t from) {
  char text[160];
  int overflow = cause == 7 && value >= (uint32_t)ramStart - 4096 && value < (uint32_t)stackLow + 256;
  snprintf(text, sizeof text, "%s (trap %lu at %08lx, address %08lx, stack %08lx, called from %08lx)",
           overflow ? "the C stack overflowed" : "the processor trapped", (unsigned long)cause, (unsigned long)at,
           (unsigned long)value, (unsigned long)stack, (unsigned long)from);
  sendText("fault", text);
  leave(exitFault);
}

void waitForInterrupt(uint64_t ticks) {
  wakeAfter(ticks);
  clearCsr(mstatus, globalEnable);
  setCsr(mie, external);
  if (!serialWaiting()) __asm__ volatile("wfi");
  clearCsr(mie, external);
  quietSerial();
  wakeAfter(1000000);
  setCsr(mstatus, globalEnable);
}
