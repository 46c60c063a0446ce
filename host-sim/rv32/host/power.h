/* The end of the emulator, as of a board whose power is switched off. */
#ifndef HOLDFAST_RV32_POWER_H
#define HOLDFAST_RV32_POWER_H

/* Ends the emulator with this status. */
_Noreturn void powerOff(int code);

#endif
