/*
 * Making a machine's contents a constant. XS does this ahead of time, in its linker: strings, code and names get
 * kinds whose bytes lie outside of every heap (…_X). At run time nobody did so far, and a collector that came across
 * a chunk of another machine would follow it to a wrong place; so it is done here, after XS's own sharing.
 */
#include "xsAll.h"

#include "preload.h"

/* XS's own, and what shares memory: an image has the language, as in the realm of host-sim/board. */
static char *const removedGlobals[] = {
  "Atomics", "SharedArrayBuffer", "Compartment", "ModuleSource", "harden",
  "lockdown", "mutabilities", "petrify", "trace",
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

/*
 * Functions, and the prototypes that they make objects with: constant as those of a chip are, so that no place in
 * memory is kept for a changed one. (That is why an Error cannot be given a name of its own on XS.)
 */
static void freeze(txSlot *instance) {
  instance->flag |= XS_DONT_PATCH_FLAG;
  for (txSlot *slot = instance->next; slot; slot = slot->next) {
    slot->flag |= XS_DONT_DELETE_FLAG;
    if (slot->kind != XS_ACCESSOR_KIND) slot->flag |= XS_DONT_SET_FLAG;
  }
}

static int isPlain(txSlot *instance) {
  txSlot *first = instance->next;
  return instance->kind == XS_INSTANCE_KIND && !(first && (first->flag & XS_INTERNAL_FLAG));
}

static void freezeFunction(txSlot *instance) {
  for (txSlot *slot = instance->next; slot; slot = slot->next) {
    int leads = slot->ID == mxID(_prototype) && slot->kind == XS_REFERENCE_KIND;
    if (leads && isPlain(slot->value.reference)) freeze(slot->value.reference);
  }
  freeze(instance);
}

/*
 * The list of variables that a function sees of its surroundings. No program reaches the list itself; a variable on it
 * that can be set stays one, since fxShare takes the mark of a constant off its place again.
 */
static int isEnvironment(txSlot *instance) {
  txSlot *first = instance->next;
  return first && (first->flag & XS_INTERNAL_FLAG) && first->ID == XS_ENVIRONMENT_BEHAVIOR;
}

static void freezeFunctions(txMachine *the) {
  for (txSlot *heap = the->firstHeap; heap; heap = heap->next) {
    for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++) {
      if (slot->kind != XS_INSTANCE_KIND) continue;
      if (mxIsFunction(slot)) freezeFunction(slot);
      else if (isEnvironment(slot)) freeze(slot);
    }
  }
}

/* An object of the language; the engine's own lists have no prototype, nor is what lies in the global object frozen yet. */
static int isOfLanguage(txMachine *the, txSlot *instance) {
  if (instance == mxGlobal.value.reference || instance == mxProgram.value.reference) return 0;
  return instance->value.instance.prototype != NULL || instance == mxObjectPrototype.value.reference;
}

/* And what it has that inherits from nothing, such as the names that `with` passes over. */
static void freezeWithLists(txSlot *instance) {
  for (txSlot *slot = instance->next; slot; slot = slot->next) {
    if (slot->kind != XS_REFERENCE_KIND || slot->flag & XS_INTERNAL_FLAG) continue;
    if (!slot->value.reference->value.instance.prototype) freeze(slot->value.reference);
  }
  freeze(instance);
}

void freezeBuiltIns(txMachine *the) {
  for (txSlot *heap = the->firstHeap; heap; heap = heap->next) {
    for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++) {
      if (slot->kind == XS_INSTANCE_KIND && isOfLanguage(the, slot)) freezeWithLists(slot);
    }
  }
}

void freezeGlobal(txMachine *the) {
  txSlot *instance = mxGlobal.value.reference;
  instance->flag |= XS_DONT_PATCH_FLAG;
  for (txSlot *slot = instance->next; slot; slot = slot->next) {
    if (slot->flag & XS_INTERNAL_FLAG) continue;
    slot->flag |= XS_DONT_DELETE_FLAG;
    if (slot->kind != XS_ACCESSOR_KIND) slot->flag |= XS_DONT_SET_FLAG;
  }
}

static void makeConstant(txSlot *slot) {
  if (slot->kind == XS_STRING_KIND) slot->kind = XS_STRING_X_KIND;
  else if (slot->kind == XS_BIGINT_KIND) slot->kind = XS_BIGINT_X_KIND;
  else if (slot->kind == XS_CODE_KIND) slot->kind = XS_CODE_X_KIND;
  else if (slot->kind == XS_KEY_KIND) slot->kind = XS_KEY_X_KIND;
}

static void makeItemsConstant(txSlot *array) {
  txSlot *items = array->value.array.address;
  if (!items) return;
  size_t count = (size_t)((txChunk *)((txByte *)items - sizeof(txChunk)))->size / sizeof(txSlot);
  if (count > array->value.array.length) count = array->value.array.length;
  for (size_t i = 0; i < count; i++) makeConstant(items + i);
}

static void makeSlotsConstant(txMachine *the) {
  for (txSlot *heap = the->firstHeap; heap; heap = heap->next) {
    for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++) {
      makeConstant(slot);
      if (slot->kind == XS_ARRAY_KIND) makeItemsConstant(slot);
    }
  }
  for (txSlot *slot = the->stack; slot < the->stackTop; slot++) makeConstant(slot);
}

/* The rest that points to chunks, such as a regular expression: it "moves" to where it is. */
static void holdChunks(txMachine *the) {
  for (txBlock *block = the->firstBlock; block; block = block->nextBlock) {
    txByte *at = (txByte *)block + sizeof(txBlock);
    while (at < block->current) {
      txByte *next = ((txChunk *)at)->temporary;
      ((txChunk *)at)->temporary = at;
      at = next;
    }
  }
}

void preloadMachine(txMachine *the) {
  removeGlobals(the);
  fxCollectGarbage(the);
  freezeFunctions(the);
  freezeGlobal(the);
  fxShareMachine(the);
  makeSlotsConstant(the);
  holdChunks(the);
}
