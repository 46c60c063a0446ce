/* The rights on each part of memory, enforced by the processor (physical memory protection) until it is reset. */
#ifndef HOLDFAST_RV32_MEMORY_MAP_H
#define HOLDFAST_RV32_MEMORY_MAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * From now on there are the flash of the program (read, execute), 400 KB of RAM (read, write), the devices and the
 * flash of the board; its `running` slot is only read. Everything else faults.
 */
void lockMemoryMap(const uint8_t *running, size_t size);

#endif
