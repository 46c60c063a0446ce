/* The image's machine: a clone of the one in flash, with memory of its own. */
#ifndef HOLDFAST_RV32_MACHINE_H
#define HOLDFAST_RV32_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

typedef struct {
  size_t heap;
  size_t unclaimed;
  size_t peakChunks;
  size_t peakSlots;
  size_t slotSize;
  size_t peakStack;
  size_t names;
} MachineUse;

/* Functions have no length of their own from now on. */
void endBuiltIns(void);

/* NULL when the heap is too small. */
Machine *createMachine(Machine *preloaded, size_t heap, size_t stack);
MachineUse machineUse(Machine *machine);
/* Collects, and begins its peaks anew. */
void resetUse(Machine *machine);

/* Runs promise jobs until none is left. */
void runJobs(Machine *machine);

typedef void (*AbortHandler)(Machine *machine, const char *reason, Slot *exception);
void onAbort(AbortHandler handler);

/* Of the tables of names. */
enum { nameModulo = 127, symbolModulo = 31 };

#endif
