/* malloc for a board: one block, first fit. */
#ifndef HOLDFAST_RV32_ARENA_H
#define HOLDFAST_RV32_ARENA_H

#include <stddef.h>
#include <stdint.h>

void openArena(void *low, void *high);
/* The most bytes that were ever in use together, headers included. */
size_t arenaPeak(void);
size_t arenaSize(void);
/* The end of the last block in use. */
void *arenaTop(void);

#endif
