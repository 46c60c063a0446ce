/* The one block of memory that a machine lives in, as on a chip: nothing it does makes it grow. */
#ifndef HOLDFAST_MEMORY_H
#define HOLDFAST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Chunks grow from below, slots from above; what lies between is free to either. */
typedef struct StaticHeap {
  uint8_t *base;
  uint8_t *low;
  uint8_t *high;
  uint8_t *end;
} StaticHeap;

/* Tables of names are allocated without naming their machine: until the next call they come from this heap, or
 * from malloc when it is NULL. */
void tablesFrom(StaticHeap *heap);

#endif
