/* The heap beside the engine, for measurements in an emulator. firmware/esp32/ethernet/memory.ts gives the meaning of each. */
#ifndef HOLDFAST_MEMORY_H
#define HOLDFAST_MEMORY_H

#include <stdint.h>

int32_t memoryBytes(uint32_t what);
void memoryHold(uint32_t bytes);

#endif
