/* Crash records (crashRecord.h) in a chip's flash, and the mark of the slot that does not run. */
#ifndef HOLDFAST_CHIP_CRASH_H
#define HOLDFAST_CHIP_CRASH_H

#include <stdint.h>

#include "crashRecord.h"

/* Keeps the end of a run of the image in a slot, 0 or 1. Nothing happens where the partition table has no place for it. */
void keepCrashOf(uint32_t slot, CrashReason reason, uint32_t uptime, const char *description);

/* The slot beside `slot`: what leaveFailing asks (failureRow.h). */
int otherIsConfirmed(uint32_t slot);
int otherIsWhole(uint32_t slot);

#endif
