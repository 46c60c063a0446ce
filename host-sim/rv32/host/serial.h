/* The serial line. Both directions stop when the other side does not keep up: no byte is lost. */
#ifndef HOLDFAST_RV32_SERIAL_H
#define HOLDFAST_RV32_SERIAL_H

#include <stdint.h>

/* False when this machine has none. */
int openSerial(void);
/* -1 when nothing waits. */
int serialRead(void);
int serialWaiting(void);
void serialWrite(uint8_t value);
/* Sends now what was written. */
void serialFlush(void);
/* After input woke the processor. */
void quietSerial(void);

#endif
