#include "xsAll.h"

#include "arena.h"
#include "bootloader.h"
#include "bytecode.h"
#include "console.h"
#include "device.h"
#include "power.h"
#include "mappedFlash.h"
#include "preload.h"
#include "memory.h"
#include "body.h"

/* The linker's note on this program: 16 bytes of header and name, then a hash. */
extern const uint8_t buildNote[16 + 20];

static const uint8_t *program(void) { return buildNote + 16; }

const char *checkBody(const uint8_t *body, size_t length) {
  const Body *preload = (const Body *)body;
  if (length < sizeof *preload || preload->magic != bodyMagic) return "not code for this board";
  if (preload->length != length) return "torn code";
  if (memcmp(preload->program, program(), sizeof preload->program) != 0) return "code for another board program";
  return NULL;
}

/* Of XS's cache of globals, which is written to at run time: the one part of the body's machine that is in RAM. */
static txSlot *globals[XS_INTRINSICS_COUNT];

static _Noreturn void fail(const char *why) {
  sendText("fault", why);
  powerOff(exitFault);
}

static void failed(txMachine *the, const char *reason, txSlot *exception) {
  if (exception && mxIsReference(exception)) {
    mxTry(the) {
      mxPushSlot(exception);
      fxToString(the, the->stack);
      reason = the->stack->value.string;
    }
    mxCatch(the) {
    }
  }
  fail(reason);
}

static txMachine *createRoot(void) {
  txCreation creation = {
    .initialChunkSize = 32 * 1024,
    .incrementalChunkSize = 8 * 1024,
    .initialHeapCount = 4096,
    .incrementalHeapCount = 512,
    .stackCount = 2048,
    .initialKeyCount = 3072,
    .incrementalKeyCount = 256,
    .nameModulo = nameModulo,
    .symbolModulo = symbolModulo,
  };
  tablesFrom(NULL);
  return fxCreateMachine(&creation, "preloaded", NULL, XS_NO_ID);
}

/* The memory that a regular expression writes while it matches then comes from the heap of the image that uses it. */
static void freeExpressions(txMachine *the) {
  for (txSlot *heap = the->firstHeap; heap; heap = heap->next) {
    for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++) {
      if (slot->kind == XS_REGEXP_KIND) slot->value.regexp.data = NULL;
    }
  }
}

static void run(txMachine *the, uint8_t *bytes, size_t length, txSlot *result) {
  Bytecode bytecode;
  if (parseBytecode(bytes, length, &bytecode)) fail("torn bytecode");
  size_t count = (size_t)bytecode.symbols[0] | (size_t)bytecode.symbols[1] << 8;
  uint16_t *ids = calloc(count, sizeof *ids);
  char *symbol = (char *)bytecode.symbols + 2;
  for (size_t i = 1; i < count; i++, symbol += strlen(symbol) + 1) ids[i] = fxNewNameX(the, symbol);
  if (!placeCode(bytecode.code, bytecode.codeSize, ids, count)) fail("torn bytecode");
  free(ids);
  fxBeginHost(the);
  mxTry(the) {
    txScript script = {.codeBuffer = (txByte *)bytecode.code, .codeSize = (txSize)bytecode.codeSize};
    txSlot *module = mxProgram.value.reference;
    txSlot *realm = mxModuleInstanceInternal(module)->value.module.realm;
    fxRunScript(the, &script, mxRealmGlobal(realm), NULL, mxRealmClosures(realm)->value.reference, NULL, module);
    if (result) *result = *the->stack;
    mxPop();
  }
  mxCatch(the) { failed(the, "the image throws while it is loaded", &mxException); }
  fxEndHost(the);
  if (the->promiseJobs) fail("the image promises something while it is loaded");
}

/* Bytecode that begins behind its length, in memory that stays; the next begins at the result. */
static uint8_t *keep(uint8_t *from, uint8_t **bytes, size_t *length) {
  *length = *(const uint32_t *)from;
  *bytes = malloc(*length);
  if (!*bytes) fail("the image does not fit its slot");
  memcpy(*bytes, from + 4, *length);
  return from + 4 + ((*length + 3) & ~(size_t)3);
}

_Noreturn void makeBody(void) {
  onAbort(failed);
  const char *wrong = openFlash(NULL);
  if (wrong) fail(wrong);
  Partition *slot = findPartition("slotA", &wrong);
  mapRunning(slot);
  uint8_t *body = (uint8_t *)mappedBytes(slot) + imageHeader;
  uint8_t *end = (uint8_t *)mappedBytes(slot) + partitionSize(slot);
  Body *preload = (Body *)body;
  openArena(body + sizeof *preload, end);
  uint8_t *preludeCode, *imageCode;
  size_t preludeLength, imageLength;
  uint8_t *next = keep((uint8_t *)mappedBytes(findPartition("slotB", &wrong)), &preludeCode, &preludeLength);
  keep(next, &imageCode, &imageLength);
  txMachine *the = createRoot();
  if (!the) fail("the image does not fit its slot");
  endBuiltIns();
  freezeBuiltIns(the);
  run(the, preludeCode, preludeLength, &preload->prelude);
  fxRemember(the, &preload->prelude);
  run(the, imageCode, imageLength, NULL);
  txSlot *realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
  txSlot *cache = mxRealmGlobal(realm)->value.reference->next;
  preloadMachine(the);
  freeExpressions(the);
  cache->value.table.address = globals;
  preload->machine = the;
  preload->magic = bodyMagic;
  preload->length = (uint32_t)((uint8_t *)arenaTop() - body);
  memcpy(preload->program, program(), sizeof preload->program);
  powerOff(0);
}
