/* The machine timer of the processor: it counts ticks of 100 ns from power-on. */
#ifndef HOLDFAST_RV32_TIMER_H
#define HOLDFAST_RV32_TIMER_H

#include <stdint.h>

uint64_t ticksNow(void);
/* The machine timer fires after so many ticks. */
void wakeAfter(uint64_t count);

#endif
