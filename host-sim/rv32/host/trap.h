/* The interrupts of the program. */
#ifndef HOLDFAST_RV32_TRAP_H
#define HOLDFAST_RV32_TRAP_H

#include <stdint.h>

/* The exit code of the emulator when the watchdog bit; beside those of console.h. */
enum { exitWatchdog = 77 };

/* The machine timer; of the watchdog. */
void onTick(void);
_Noreturn void onFault(uint32_t cause, uint32_t at, uint32_t value, uint32_t stack, uint32_t from);
_Noreturn void bite(void);

/* Sleeps until the timer fires or input arrives. */
void waitForInterrupt(uint64_t ticks);

#endif
