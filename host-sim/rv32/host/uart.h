/* The serial line. Both directions stop when the other side does not keep up: no byte is lost. */
#ifndef HOLDFAST_RV32_UART_H
#define HOLDFAST_RV32_UART_H

#include <stdint.h>

void openUart(void);
/* -1 when nothing waits. */
int uartRead(void);
int uartWaiting(void);
void uartWrite(uint8_t value);
/* After input woke the processor. */
void quietUart(void);

#endif
