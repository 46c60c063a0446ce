/* Memory of a machine: from its static heap if it has one (as in xsHosts.c of the Moddable SDK), else from malloc. */
#include "memory.h"

#include "xsAll.h"

static StaticHeap *tables;

void tablesFrom(StaticHeap *heap) { tables = heap; }

enum { alignment = 16 };

static size_t aligned(size_t size) { return (size + alignment - 1) & ~(size_t)(alignment - 1); }

/* From above; NULL when there is no room. */
static void *takeHigh(StaticHeap *heap, size_t size) {
  size = aligned(size);
  if ((size_t)(heap->high - heap->low) < size) return NULL;
  heap->high -= size;
  return heap->high;
}

void *allocateTable(size_t size) { return tables ? takeHigh(tables, size) : malloc(size); }

void freeTable(void *table) {
  if (tables && (uint8_t *)table >= tables->base && (uint8_t *)table < tables->end) return;
  free(table);
}

/*
 * By how much the machine grows at a time, by what is left: where there is room the collector is to run seldom, and
 * what is left last is not to be lost to rounding.
 */
static void paceGrowth(txMachine *the) {
  enum { most = 4096, least = 512 };
  StaticHeap *heap = the->staticHeap;
  size_t step = (size_t)(heap->high - heap->low) / 16 & ~(size_t)(alignment - 1);
  step = step > most ? most : step < least ? least : step;
  the->minimumChunksSize = (txSize)step;
  the->minimumHeapCount = (txSize)(step / sizeof(txSlot));
}

void *fxAllocateChunks(txMachine *the, txSize size) {
  StaticHeap *heap = the->staticHeap;
  if (!heap) return malloc((size_t)size);
  if (heap->high - heap->low < size) return NULL;
  uint8_t *chunks = heap->low;
  heap->low += size;
  paceGrowth(the);
  return chunks;
}

void fxFreeChunks(txMachine *the, void *chunks) {
  if (!the->staticHeap) free(chunks);
}

/* Gives the free end of the chunks back to the middle. */
static int reclaimChunks(txMachine *the, size_t size) {
  StaticHeap *heap = the->staticHeap;
  txBlock *block = the->firstBlock;
  if (!block || (uint8_t *)block->limit != heap->low) return 0;
  size_t missing = aligned(size) - (size_t)(heap->high - heap->low);
  if ((size_t)(block->limit - block->current) < missing) return 0;
  block->limit -= missing;
  heap->low -= missing;
  the->maximumChunksSize -= (txSize)missing;
  return 1;
}

txSlot *fxAllocateSlots(txMachine *the, txSize count) {
  size_t size = (size_t)count * sizeof(txSlot);
  if (!the->staticHeap) return malloc(size);
  void *slots = takeHigh(the->staticHeap, size);
  if (slots) {
    if (the->firstHeap) paceGrowth(the);
    return slots;
  }
  /* The engine does not look whether it got its stack, and would write where there is no memory. */
  if (!the->firstHeap) fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
  if (!reclaimChunks(the, size)) {
    /* Compaction also frees slots: the caller looks again before it asks again. */
    fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
    if (the->freeHeap) return (txSlot *)-1;
    if (!reclaimChunks(the, size)) return NULL;
  }
  return takeHigh(the->staticHeap, size);
}

void fxFreeSlots(txMachine *the, void *slots) {
  if (!the->staticHeap) free(slots);
}
