/* Machines of a board: one for the bootloader with memory of its own, one for the image with a chip's. */
#ifndef HOLDFAST_MACHINE_H
#define HOLDFAST_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "preload.h"

typedef struct {
  /* Bytes of the static heap. */
  size_t heap;
  /* Slots of stack. */
  int stack;
} MachineSize;

/*
 * 320 KiB and 512 slots of stack: the whole demo at level 4, and a flood of every kind. A slot has twice the size here
 * that it has on a chip.
 */
MachineSize chipSize(void);

typedef struct {
  size_t heap;
  /* Bytes that neither chunks nor slots ever claimed. */
  size_t unclaimed;
  size_t peakChunks;
  size_t peakSlots;
  /* As of the last collection, and what was added since. */
  size_t liveChunks;
  size_t liveSlots;
  size_t slotSize;
  /* Names beyond those of the built-ins. */
  size_t names;
} MachineUse;

typedef enum { modestMemory, hugeMemory } Memory;

/* A machine with memory of its own, as much as it wants, in blocks that suit how much that will be. */
Machine *createMachine(Memory memory);

/*
 * A machine in a static heap, around what was preloaded. What it changes of that it first copies. NULL: there is no
 * memory for it here; a heap that is too small is an abort.
 */
Machine *createChipMachine(char *name, MachineSize size, Machine *preloaded);

/*
 * What a start needs and a run does not goes back to the operating system, since many boards run beside each other:
 * the pages behind the chunks of a machine with memory of its own, below its stack and of its free slots, after a
 * collection; and those that were freed among others in use.
 */
void giveBackUnused(Machine *machine);
void giveBackFreed(void);

MachineUse machineUse(Machine *machine);

typedef enum { scriptSource, moduleSource } Source;

/* Bytecode for a text, malloc'ed, or NULL; then `error` says why. Any machine will do. */
uint8_t *compileScript(Machine *the, Source source, const uint8_t *text, size_t length, size_t *size,
                       char error[256]);

/* Until this is called there are no modules. Those in source are compiled by `compiler`; the path must stay. */
void modulesFrom(const char *folder, Machine *compiler);

/*
 * Runs bytecode where it lies, as on a chip; it is changed and must stay. To be called between xsBeginHost and
 * xsEndHost; throws what the script throws. Its value is the result (xsResult).
 */
void runScript(Machine *the, uint8_t *bytes, size_t length);

/* Runs promise jobs until none is left; a rejection that nobody handles is an abort. */
void runJobs(Machine *machine);

/*
 * Called when a machine cannot go on: memory, stack or names exhausted, or something thrown that nobody caught,
 * which is `exception` then and NULL otherwise. Must not return.
 */
typedef void (*AbortHandler)(Machine *machine, const char *reason, Slot *exception);
void onAbort(AbortHandler handler);

#endif
