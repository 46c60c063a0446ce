/* The machine of the SDK's lin build, launched as its simulator does (build/simulators/modules/screen.c), unseen. */
#include "xsAll.h"
#include "xs.h"

#include "board.h"
#include "mc.xs.h"
#include "screen.h"

extern void fxScreenLaunch(txScreen *screen);

static txScreen screen;
static xsSlot handler;
static int hasHandler;

static const char *reason(int status) {
  static const char *const reasons[] = {
    [XS_NOT_ENOUGH_MEMORY_EXIT] = "out of memory",
    [XS_JAVASCRIPT_STACK_OVERFLOW_EXIT] = "stack overflow",
    [XS_NATIVE_STACK_OVERFLOW_EXIT] = "stack overflow in C",
    [XS_FATAL_CHECK_EXIT] = "a check failed",
    [XS_DEAD_STRIP_EXIT] = "a feature that was left out",
    [XS_UNHANDLED_EXCEPTION_EXIT] = "unhandled exception",
    [XS_NO_MORE_KEYS_EXIT] = "out of names",
    [XS_TOO_MUCH_COMPUTATION_EXIT] = "too much computation",
    [XS_UNHANDLED_REJECTION_EXIT] = "unhandled rejection",
  };
  int known = status > 0 && status < (int)(sizeof reasons / sizeof *reasons) && reasons[status];
  return known ? reasons[status] : "aborted";
}

/* The text of what was thrown, when the machine can still say it. */
static void describe(txMachine *the, char *text, size_t size) {
  mxTry(the) {
    mxPushSlot(mxException.kind == XS_REFERENCE_KIND ? &mxException : &mxUndefined);
    if (the->stack->kind == XS_REFERENCE_KIND) {
      mxGetID(mxID(_message));
      fxToStringBuffer(the, the->stack, text, (txSize)size);
    }
    mxPop();
  }
  mxCatch(the) {}
}

static void aborted(txScreen *it, int status) {
  static char text[1200];
  static char thrown[1000];
  int exception = status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT;
  if (exception) describe((txMachine *)it->machine, thrown, sizeof thrown);
  snprintf(text, sizeof text, "%s%s%s", reason(status), thrown[0] ? ": " : "", thrown);
  faultBoard(text);
}

static void nothing(txScreen *it) { (void)it; }
static void startNothing(txScreen *it, double interval) { (void)it, (void)interval; }

void launchMachine(void) {
  screen.abort = aborted;
  screen.bufferChanged = nothing;
  screen.formatChanged = nothing;
  screen.start = startNothing;
  screen.stop = nothing;
  fxScreenLaunch(&screen);
  if (!screen.machine) faultBoard("no memory for the machine");
}

void printMemory(FILE *file) {
  txMachine *the = screen.machine;
  if (!the) return;
  fxCollectGarbage(the);
  fprintf(file,
          "{\"slots\":%d,\"chunks\":%d,\"peakSlots\":%d,\"peakChunks\":%d,\"names\":%d,\"aliases\":%d,"
          "\"slotSize\":%d}\n",
          (int)the->currentHeapCount, (int)the->currentChunksSize, (int)the->peakHeapCount,
          (int)the->peakChunksSize, (int)(the->keyIndex - the->keyOffset), (int)the->aliasCount,
          (int)sizeof(txSlot));
}

void takeLine(uint8_t *line, size_t length) {
  if (!hasHandler) return;
  xsBeginHost(screen.machine);
  {
    xsTry {
      xsVars(1);
      xsVar(0) = xsArrayBuffer(line, (xsIntegerValue)length);
      xsCallFunction1(handler, xsUndefined, xsVar(0));
    }
    xsCatch {
      char text[1000];
      xsToStringBuffer(xsException, text, sizeof text);
      faultBoard(text);
    }
  }
  xsEndHost(screen.machine);
}

void xs_holdfast_onLine(xsMachine *the) {
  handler = xsArg(0);
  if (!hasHandler) xsRemember(handler);
  hasHandler = 1;
}

static xsBooleanValue readArchive(void *archive, size_t offset, void *buffer, size_t size) {
  memcpy(buffer, (uint8_t *)archive + offset, size);
  return 1;
}

static xsBooleanValue writeArchive(void *archive, size_t offset, void *buffer, size_t size) {
  memcpy((uint8_t *)archive + offset, buffer, size);
  return 1;
}

/* A length that does not fit would be followed beyond the bytes: the SDK believes what an archive says of itself. */
static int isArchive(const uint8_t *bytes, size_t length) {
  static const uint8_t magic[4] = {'X', 'S', '_', 'A'};
  if (length < 16 || memcmp(bytes + 4, magic, sizeof magic) != 0) return 0;
  uint32_t size = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  return size == length;
}

void xs_holdfast_mapArchive(xsMachine *the) {
  xsIntegerValue length = xsToInteger(xsGet(xsArg(0), xsID("byteLength")));
  uint8_t *archive = malloc((size_t)length + 1);
  if (!archive) faultBoard("no memory for the image");
  xsResult = xsCall0(xsArg(0), xsID("slice"));
  xsResult = xsGet(xsResult, xsID("buffer"));
  xsGetArrayBufferData(xsResult, 0, archive, length);
  xsResult = xsUndefined;
  if (!isArchive(archive, (size_t)length)) xsUnknownError("the image is no archive of modules");
  if (!fxMapArchive(the, xsPreparation(), archive, 4 * 1024, readArchive, writeArchive)) {
    xsUnknownError("the image is an archive for another build");
  }
  fxSetArchive(the, archive);
}
