/* Flash that can be read, and executed from, where it lies. */
#ifndef HOLDFAST_RV32_MAPPED_FLASH_H
#define HOLDFAST_RV32_MAPPED_FLASH_H

#include "flash.h"

const uint8_t *mappedBytes(const Partition *partition);
/* From now on it lies where images are made for, whichever slot it is, as the chip's memory management has it. */
void mapRunning(Partition *partition);

#endif
