/* The serial line, with the driver's queues: neither reading nor writing waits. */
#ifndef HOLDFAST_CONSOLE_H
#define HOLDFAST_CONSOLE_H

#include <stdint.h>

int32_t consoleOpen(uint32_t baud, int32_t transmit, int32_t receive);
int32_t consoleRead(uint8_t *target, uint32_t most);
int32_t consoleWrite(uint8_t *source, uint32_t offset, uint32_t length);
/* Waits until all is sent, for 300 ms at most. */
void consoleDrain(void);

#endif
