#include "xsAll.h"

#include "machine.h"
#include "memory.h"

enum {
  nameModulo = 127,
  symbolModulo = 127,
  /* Of an image; as many pointers lie in the static heap. */
  imageNames = 3072,
};

MachineSize chipSize(void) {
  return (MachineSize){.heap = 78848 + (4928 + 512) * sizeof(txSlot), .stack = 512};
}

/* XS's own, and what shares memory: an image has the language, as in the realm of host-sim/board. */
static char *const removedGlobals[] = {
  "Atomics", "SharedArrayBuffer", "Compartment", "ModuleSource", "harden", "lockdown", "mutabilities", "petrify",
};

static void removeGlobals(txMachine *the) {
  fxBeginHost(the);
  for (size_t i = 0; i < sizeof removedGlobals / sizeof *removedGlobals; i++) {
    mxPush(mxGlobal);
    fxDeleteID(the, fxID(the, removedGlobals[i]));
    mxPop();
  }
  fxEndHost(the);
}

/* A machine with all built-ins, which the others share. */
static txMachine *builtIns(void) {
  static txMachine *machine;
  if (machine) return machine;
  txCreation creation = {
    .initialChunkSize = 64 * 1024,
    .incrementalChunkSize = 16 * 1024,
    .initialHeapCount = 4096,
    .incrementalHeapCount = 1024,
    .stackCount = 1024,
    .initialKeyCount = 2048,
    .incrementalKeyCount = 256,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
    .parserBufferSize = 32 * 1024,
    .parserTableModulo = 1993,
  };
  machine = fxCreateMachine(&creation, "builtIns", NULL, XS_NO_ID);
  if (!machine) return NULL;
  removeGlobals(machine);
  fxShareMachine(machine);
  return machine;
}

txMachine *createMachine(char *name, MachineSize size) {
  txMachine *shared = builtIns();
  if (!shared) return NULL;
  StaticHeap *heap = NULL;
  if (size.heap) {
    heap = calloc(1, sizeof *heap);
    uint8_t *block = calloc(1, size.heap);
    if (!heap || !block) return NULL;
    *heap = (StaticHeap){block, block, block + (size.heap & ~(size_t)15), block + size.heap};
  }
  txCreation creation = {
    .initialChunkSize = heap ? 8 * 1024 : 256 * 1024,
    .incrementalChunkSize = heap ? 2 * 1024 : 256 * 1024,
    .initialHeapCount = heap ? 512 : 8192,
    .incrementalHeapCount = heap ? 128 : 8192,
    .stackCount = size.stack,
    .initialKeyCount = imageNames,
    .incrementalKeyCount = 0,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
    .parserBufferSize = 64 * 1024,
    .parserTableModulo = 1993,
  };
  tablesFrom(heap);
  return fxCloneMachine(&creation, shared, name, heap);
}

/* Its context is the heap until it is created; the host may change it then. */
void fxCreateMachinePlatform(txMachine *the) { the->staticHeap = the->context; }

void fxDeleteMachinePlatform(txMachine *the) { (void)the; }

/* Slots of stack that no frame ever reached; fresh memory is zero. */
static size_t untouchedStack(txMachine *the) {
  size_t count = 0;
  for (txSlot *slot = the->stackBottom; slot < the->stackTop; slot++, count++) {
    if (slot->KIND_FLAG_ID != 0 || slot->next || slot->value.number != 0) break;
  }
  return count;
}

MachineUse machineUse(txMachine *the) {
  StaticHeap *heap = the->staticHeap;
  return (MachineUse){
    .heap = heap ? (size_t)(heap->end - heap->base) : 0,
    .unclaimed = heap ? (size_t)(heap->high - heap->low) : 0,
    .peakChunks = (size_t)the->peakChunksSize,
    .peakSlots = (size_t)the->peakHeapCount,
    .slotSize = sizeof(txSlot),
    .peakStack = (size_t)(the->stackTop - the->stackBottom) - untouchedStack(the),
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
