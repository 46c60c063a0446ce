#include "uart.h"

#include "device.h"

/* A 16550 with its queues on. */
enum { data = 0, interruptEnable = 1, queueControl = 2, lineControl = 3, lineStatus = 5 };
enum { uartInterrupt = 10 };

void openUart(void) {
  *byte(uartBase + lineControl) = 3;
  *byte(uartBase + queueControl) = 7;
  *byte(uartBase + interruptEnable) = 1;
  /* So that input wakes a waiting processor. */
  *word(plicBase + 4 * uartInterrupt) = 1;
  *word(plicBase + 0x2000) = 1 << uartInterrupt;
  *word(plicBase + 0x200000) = 0;
}

void quietUart(void) {
  uint32_t claimed = *word(plicBase + 0x200004);
  if (claimed) *word(plicBase + 0x200004) = claimed;
}

int uartRead(void) {
  if (!(*byte(uartBase + lineStatus) & 1)) return -1;
  return *byte(uartBase + data);
}

int uartWaiting(void) { return *byte(uartBase + lineStatus) & 1; }

void uartWrite(uint8_t value) {
  while (!(*byte(uartBase + lineStatus) & 0x20)) {
  }
  *byte(uartBase + data) = value;
}
