/* The mark of the slot that does not run, in the bootloader's records (otadata). */
#ifndef HOLDFAST_FORGET_OTHER_H
#define HOLDFAST_FORGET_OTHER_H

#include <stdint.h>

/*
 * Takes away whatever the bootloader knows of the other slot, whose image is about to be written over: what lies there
 * from then on was confirmed by nobody. Idempotent; nothing to take away is no error. An esp_err_t, and then nothing was
 * erased: also where the other slot is the one that counts and did not start, since without its entry the bootloader
 * tries the first slot first.
 */
int32_t forgetOther(void);

#endif
