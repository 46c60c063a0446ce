/* Functions of the chip for which the SDK has no module. firmware/esp32/chip.ts gives the meaning of each. */
#ifndef HOLDFAST_CHIP_H
#define HOLDFAST_CHIP_H

#include <stdint.h>

/* The firmware has a console: what fails from now on speaks for itself, and a heap that is out restarts. Called once. */
void chipStarted(void);
double chipMilliseconds(void);
void chipFillRandom(uint8_t *target, uint32_t offset, uint32_t length, uint8_t radio);
void chipBlindCurve(uint8_t radio);
int32_t chipResetReason(void);
int32_t chipRunningSlot(void);
int32_t chipSlotState(void);
int32_t chipStartNext(uint8_t slot);
int32_t chipConfirm(void);
int32_t chipRecovers(void);
int32_t chipForgetOther(void);
void chipFault(char *description);
void chipRestart(void);
void chipDeepSleep(double milliseconds);
int32_t chipProtection(void);

#endif
