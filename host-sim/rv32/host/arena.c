#include "arena.h"

#include <stdlib.h>
#include <string.h>

/* Before every block, used or free. */
typedef struct Block {
  size_t size;
  size_t used;
} Block;

enum { alignment = 16 };

_Static_assert(sizeof(Block) <= alignment, "a header fits");

static uint8_t *first;
static uint8_t *last;
static size_t inUse;
static size_t peak;

static Block *after(Block *block) { return (Block *)((uint8_t *)block + block->size); }

static int isEnd(Block *block) { return (uint8_t *)block >= last; }

void openArena(void *low, void *high) {
  first = (uint8_t *)(((uintptr_t)low + alignment - 1) & ~(uintptr_t)(alignment - 1));
  last = (uint8_t *)((uintptr_t)high & ~(uintptr_t)(alignment - 1));
  inUse = peak = 0;
  *(Block *)first = (Block){(size_t)(last - first), 0};
}

size_t arenaPeak(void) { return peak; }
size_t arenaSize(void) { return (size_t)(last - first); }

void *arenaTop(void) {
  uint8_t *top = first;
  for (Block *block = (Block *)first; !isEnd(block); block = after(block)) {
    if (block->used) top = (uint8_t *)after(block);
  }
  return top;
}

static void joinFree(Block *block) {
  for (Block *next = after(block); !isEnd(next) && !next->used; next = after(block)) block->size += next->size;
}

static void split(Block *block, size_t size) {
  if (block->size < size + 2 * alignment) return;
  Block *rest = (Block *)((uint8_t *)block + size);
  *rest = (Block){block->size - size, 0};
  block->size = size;
}

/* Under another name: a compiler makes calloc out of malloc and memset. */
static void *allocate(size_t wanted) {
  if (wanted > (size_t)(last - first)) return NULL;
  size_t size = (wanted + 2 * alignment - 1) & ~(size_t)(alignment - 1);
  for (Block *block = (Block *)first; !isEnd(block); block = after(block)) {
    if (block->used) continue;
    joinFree(block);
    if (block->size < size) continue;
    split(block, size);
    block->used = 1;
    inUse += block->size;
    if (inUse > peak) peak = inUse;
    return (uint8_t *)block + alignment;
  }
  return NULL;
}

void *malloc(size_t size) { return allocate(size); }

void free(void *pointer) {
  if (!pointer) return;
  Block *block = (Block *)((uint8_t *)pointer - alignment);
  block->used = 0;
  inUse -= block->size;
}

void *calloc(size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  void *pointer = allocate(count * size);
  if (pointer) memset(pointer, 0, count * size);
  return pointer;
}

void *realloc(void *pointer, size_t wanted) {
  if (!pointer) return malloc(wanted);
  Block *block = (Block *)((uint8_t *)pointer - alignment);
  if (block->size - alignment >= wanted) return pointer;
  void *larger = malloc(wanted);
  if (!larger) return NULL;
  memcpy(larger, pointer, block->size - alignment);
  free(pointer);
  return larger;
}
