#include "xsAll.h"

#include "machine.h"
#include "memory.h"

/* Names that an image makes while it runs, those of JSON that it parses included. */
enum { namesAtRun = 384 };

extern char stackLow[];

/* The stack that a C function below may still need when it is called at the limit. */
char *fxCStackLimit(void) { return stackLow + 2048; }

/*
 * In place of XS's own (build.ts), as where the SDK strips what nobody uses: only built-in functions have a length, and
 * only those that are made as an image is made have a name. Each is a slot, for thousands of functions in flash and
 * hundreds in memory.
 */
static int builtIn = 1;

void endBuiltIns(void) { builtIn = 0; }

txSlot *functionLength(txMachine *the, txSlot *instance, txNumber length) {
  return builtIn ? fxNewFunctionLength(the, instance, length) : NULL;
}

txSlot *functionName(txMachine *the, txSlot *instance, txID id, txIndex index, txID former, txString prefix) {
  return the->staticHeap ? NULL : fxNewFunctionName(the, instance, id, index, former, prefix);
}

/* Its context is the heap until it is created; the host may change it then. */
void fxCreateMachinePlatform(txMachine *the) { the->staticHeap = the->context; }

void fxDeleteMachinePlatform(txMachine *the) { (void)the; }

txMachine *createMachine(txMachine *preloaded, size_t size, size_t stack) {
  endBuiltIns();
  StaticHeap *heap = calloc(1, sizeof *heap);
  uint8_t *block = calloc(1, size);
  if (!heap || !block) return NULL;
  *heap = (StaticHeap){block, block, block + (size & ~(size_t)15), block + size};
  txCreation creation = {
    .initialChunkSize = 8 * 1024,
    .incrementalChunkSize = 1024,
    .initialHeapCount = 512,
    .incrementalHeapCount = 64,
    .stackCount = (txInteger)stack,
    .initialKeyCount = namesAtRun,
    .incrementalKeyCount = 0,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
  };
  tablesFrom(heap);
  return fxCloneMachine(&creation, preloaded, "image", heap);
}

/*
 * Slots from the top that frames have reached. Fresh memory is zero, and regular expressions use the other end for
 * what they remember: frames begin where the longest row of zeros ends.
 */
static size_t reachedStack(txMachine *the) {
  size_t row = 0;
  size_t longest = 0;
  txSlot *reached = the->stackBottom;
  for (txSlot *slot = the->stackBottom; slot < the->stackTop; slot++) {
    row = slot->KIND_FLAG_ID == 0 && !slot->next && slot->value.number == 0 ? row + 1 : 0;
    if (row <= longest) continue;
    longest = row;
    reached = slot + 1;
  }
  return (size_t)(the->stackTop - reached);
}

MachineUse machineUse(txMachine *the) {
  StaticHeap *heap = the->staticHeap;
  return (MachineUse){
    .heap = (size_t)(heap->end - heap->base),
    .unclaimed = (size_t)(heap->high - heap->low),
    .peakChunks = (size_t)the->peakChunksSize,
    .peakSlots = (size_t)the->peakHeapCount,
    .slotSize = sizeof(txSlot),
    .peakStack = reachedStack(the),
    .names = (size_t)(the->keyIndex - the->keyOffset),
  };
}

void resetUse(txMachine *the) {
  fxCollect(the, XS_COMPACT_FLAG);
  the->peakChunksSize = the->currentChunksSize;
  the->peakHeapCount = the->currentHeapCount;
  memset(the->stackBottom, 0, (size_t)((uint8_t *)the->stack - (uint8_t *)the->stackBottom));
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

/* There is no parser, and no image loads another. */
txScript *fxParseScript(txMachine *the, void *stream, txGetter getter, txUnsigned flags) {
  (void)the, (void)stream, (void)getter, (void)flags;
  return NULL;
}

txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot) {
  (void)the, (void)realm, (void)moduleID, (void)slot;
  return XS_NO_ID;
}

void fxLoadModule(txMachine *the, txSlot *module, txID moduleID) { (void)the, (void)module, (void)moduleID; }
