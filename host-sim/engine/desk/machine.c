#include "xsAll.h"

#include <sys/mman.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "machine.h"
#include "memory.h"

enum {
  nameModulo = 127,
  symbolModulo = 127,
  /* That code makes as it runs, beyond those in its text; as many pointers lie in the static heap. */
  runtimeNames = 256,
};

/* In place of fxNewFunctionLength; the build says so. */
txSlot *withoutFunctionLength(txMachine *the, txSlot *instance, txNumber length) {
  (void)the, (void)instance, (void)length;
  return NULL;
}

/* In place of fxNewFunctionName: only what is made before an image runs has a name. */
txSlot *functionName(txMachine *the, txSlot *instance, txID id, txIndex index, txID former, txString prefix) {
  return the->staticHeap ? NULL : fxNewFunctionName(the, instance, id, index, former, prefix);
}

MachineSize chipSize(void) { return (MachineSize){.heap = 320 * 1024, .stack = 512}; }

txMachine *createMachine(Memory memory) {
  /* XS collects whenever a block is full: small ones are for little garbage. */
  int scale = memory == hugeMemory ? 64 : 1;
  txCreation creation = {
    .initialChunkSize = scale * 256 * 1024,
    .incrementalChunkSize = scale * 256 * 1024,
    .initialHeapCount = scale * 8192,
    .incrementalHeapCount = scale * 8192,
    .stackCount = 16384,
    .initialKeyCount = 4096,
    .incrementalKeyCount = 1024,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
    /* The longest text literal of a script. */
    .parserBufferSize = 4 * 1024 * 1024,
    .parserTableModulo = 1993,
  };
  tablesFrom(NULL);
  return fxCreateMachine(&creation, "machine", NULL, XS_NO_ID);
}

txMachine *createChipMachine(char *name, MachineSize size, txMachine *preloaded) {
  StaticHeap *heap = calloc(1, sizeof *heap);
  uint8_t *block = calloc(1, size.heap);
  if (!heap || !block) return NULL;
  *heap = (StaticHeap){block, block, block + (size.heap & ~(size_t)15), block + size.heap};
  txCreation creation = {
    .initialChunkSize = 8 * 1024,
    .incrementalChunkSize = 2 * 1024,
    .initialHeapCount = 512,
    .incrementalHeapCount = 128,
    .stackCount = size.stack,
    .initialKeyCount = runtimeNames,
    .incrementalKeyCount = 0,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
    .parserBufferSize = 1024,
    .parserTableModulo = 127,
  };
  tablesFrom(heap);
  return fxCloneMachine(&creation, preloaded, name, heap);
}

/* The whole pages from `begin` to `end`; they read as zeros from now on. */
static void giveBack(void *begin, void *end) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t from = ((uintptr_t)begin + page - 1) & ~(page - 1);
  uintptr_t to = (uintptr_t)end & ~(page - 1);
  if (from < to) madvise((void *)from, to - from, MADV_DONTNEED);
}

/* A free slot of zeros ends the list of free ones early; the next collection makes a whole list again. */
static void giveBackSlots(txMachine *the) {
  enum { freeKind = 127 }; /* of no slot otherwise */
  for (txSlot *slot = the->freeHeap; slot; slot = slot->next) slot->kind = freeKind;
  for (txSlot *heap = the->firstHeap; heap; heap = heap->next) {
    txSlot *end = heap->value.reference;
    for (txSlot *slot = heap + 1; slot < end; slot++) {
      txSlot *run = slot;
      for (; slot < end && slot->kind == freeKind; slot++) slot->kind = XS_UNDEFINED_KIND;
      if (run < slot) giveBack(run, slot);
    }
  }
}

void giveBackUnused(txMachine *the) {
  for (txBlock *block = the->firstBlock; block; block = block->nextBlock) giveBack(block->current, block->limit);
  giveBack(the->stackBottom, the->stack);
  giveBackSlots(the);
}

void giveBackFreed(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/* Its context is the heap until it is created; the host may change it then. */
void fxCreateMachinePlatform(txMachine *the) { the->staticHeap = the->context; }

void fxDeleteMachinePlatform(txMachine *the) { (void)the; }

MachineUse machineUse(txMachine *the) {
  StaticHeap *heap = the->staticHeap;
  return (MachineUse){
    .heap = heap ? (size_t)(heap->end - heap->base) : 0,
    .unclaimed = heap ? (size_t)(heap->high - heap->low) : 0,
    .peakChunks = (size_t)the->peakChunksSize,
    .peakSlots = (size_t)the->peakHeapCount,
    .liveChunks = (size_t)the->currentChunksSize,
    .liveSlots = (size_t)the->currentHeapCount,
    .slotSize = sizeof(txSlot),
    .names = (size_t)(the->keyIndex - the->keyOffset),
  };
}

void fxQueuePromiseJobs(txMachine *the) { the->promiseJobs = 1; }

void runJobs(txMachine *the) {
  while (the->promiseJobs) {
    the->promiseJobs = 0;
    fxRunPromiseJobs(the);
    fxEndJob(the);
  }
  fxCheckUnhandledRejections(the, 1);
}

static AbortHandler abortHandler;

void onAbort(AbortHandler handler) { abortHandler = handler; }

void fxAbort(txMachine *the, int status) {
  static const char *const reasons[] = {
    [XS_DEBUGGER_EXIT] = "the debugger",
    [XS_NOT_ENOUGH_MEMORY_EXIT] = "out of memory",
    [XS_STACK_OVERFLOW_EXIT] = "stack overflow",
    [XS_FATAL_CHECK_EXIT] = "a check failed",
    [XS_DEAD_STRIP_EXIT] = "a feature that was left out",
    [XS_UNHANDLED_EXCEPTION_EXIT] = "unhandled exception",
    [XS_NO_MORE_KEYS_EXIT] = "out of names",
    [XS_TOO_MUCH_COMPUTATION_EXIT] = "too much computation",
    [XS_UNHANDLED_REJECTION_EXIT] = "unhandled rejection",
  };
  int thrown = status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT;
  int known = status >= 0 && status < (int)(sizeof reasons / sizeof *reasons);
  if (abortHandler) abortHandler(the, known ? reasons[status] : "aborted", thrown ? &mxException : NULL);
  abort();
}
