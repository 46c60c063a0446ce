#include "xs.h"

#include <signal.h>

#include "board.h"
#include "bytecode.h"
#include "clock.h"
#include "console.h"
#include "crash.h"
#include "entropy.h"
#include "flash.h"
#include "guests.h"
#include "record.h"
#include "secp256k1.h"
#include "socket.h"
#include "stepped.h"
#include "watchdog.h"

/* Of an image before its body; firmware/store/imageHeader.ts. */
enum { imageHeader = 64 };

/* The room of a recorder beside its image, in the same machine: bytes of heap, slots of stack. */
enum { recorderHeap = 768 * 1024, recorderStack = 512 };

static xsMachine *bootloaderMachine;
static xsMachine *imageMachine;
static xsSlot bootloader;
static int hasBootloader;
static xsSlot guest;
static const uint8_t *image;
static size_t imageLength;
static int stepped;
static int ended;
static int endCode;
static const char *reportPath;
static volatile sig_atomic_t reportAsked;

int boardHasEnded(void) { return ended; }

static void end(const char *key, const char *text, int code) {
  if (ended) return;
  ended = 1;
  endCode = code;
  if (stepped) sayFault(text);
  else sendText(key, text);
}

void restartBoard(const char *reason) { end("restart", reason, exitRestart); }

void faultBoard(CrashReason reason, const char *description) {
  if (!ended && !stepped) recordCrash(reason, description);
  end("fault", description, exitFault);
}

const uint8_t *imageBytes(size_t *length) {
  *length = imageLength;
  return image;
}

static void report(void) {
  FILE *file = reportPath && imageMachine ? fopen(reportPath, "w") : NULL;
  if (!file) return;
  MachineUse use = machineUse(imageMachine);
  fprintf(file,
          "{\"heap\":%zu,\"unclaimed\":%zu,\"peakChunks\":%zu,\"peakSlots\":%zu,\"slotSize\":%zu,"
          "\"names\":%zu,\"liveChunks\":%zu,\"liveSlots\":%zu}\n",
          use.heap, use.unclaimed, use.peakChunks, use.peakSlots, use.slotSize, use.names, use.liveChunks,
          use.liveSlots);
  fclose(file);
}

static void askReport(int signal) {
  (void)signal;
  reportAsked = 1;
}

/* What lives is known only after a collection. */
static void reportLive(void) {
  reportAsked = 0;
  xsBeginHost(imageMachine);
  { xsCollectGarbage(); }
  xsEndHost(imageMachine);
  report();
}

static _Noreturn void finish(void) {
  endSockets(200);
  report();
  endBoard(endCode);
}

/* The text of an error, in a buffer of its own: a machine's memory moves. */
static const char *describe(xsMachine *the, xsSlot *error) {
  static char text[2100];
  snprintf(text, sizeof text, "an error that cannot be shown");
  xsTry {
    if (the == imageMachine && xsTest(guest)) {
      xsToStringBuffer(xsCall1(guest, xsID("describe"), *error), text, sizeof text);
    } else {
      xsToStringBuffer(*error, text, sizeof text);
    }
  }
  xsCatch {
  }
  return text;
}

/* Out of memory, of stack, of names: nothing of the machine can be used any more. A rejection can be looked at. */
static void aborted(xsMachine *machine, const char *reason, xsSlot *exception) {
  if (ended) finish();
  char text[2200];
  snprintf(text, sizeof text, "%s", reason);
  if (exception) {
    xsSlot error = *exception;
    xsMachine *the = machine;
    snprintf(text, sizeof text, "%s", describe(the, &error));
  }
  faultBoard(abortReason(reason), text);
  finish();
}

typedef struct {
  uint8_t *bytes;
  size_t length;
} Code;

/* Bytecode of its own memory, in which it runs. The machine of the bootloader compiles, as no chip does. */
static Code compile(const uint8_t *text, size_t length) {
  char error[256];
  Code code = {NULL, length};
  if (isBytecode(text, length)) {
    code.bytes = malloc(length);
    if (code.bytes) memcpy(code.bytes, text, length);
  } else {
    code.bytes = compileScript(bootloaderMachine, scriptSource, text, length, &code.length, error);
    if (!code.bytes) aborted(NULL, error, NULL);
  }
  if (!code.bytes) aborted(NULL, "no memory for the image", NULL);
  return code;
}

static void prepare(void) {
  onAbort(aborted);
  bootloaderMachine = createMachine(modestMemory);
  if (!bootloaderMachine) aborted(NULL, "no memory for the bootloader", NULL);
}

/* The text of an app image, which boards in Node run as well: compiled as the body of a function, by this side. */
uint8_t *appCode(const uint8_t *body, size_t length, size_t *size, const char **wrong) {
  static const char before[] = "(function (require) {", after[] = "\n})", strict[] = "\"use strict\";";
  static char error[300];
  *wrong = error;
  if (length < sizeof strict - 1 || memcmp(body, strict, sizeof strict - 1) != 0) {
    *wrong = "the body of the app image is not a strict function";
    return NULL;
  }
  size_t whole = sizeof before - 1 + length + sizeof after - 1;
  uint8_t *text = malloc(whole);
  if (!text) return *wrong = "no memory to compile", NULL;
  memcpy(text, before, sizeof before - 1);
  memcpy(text + sizeof before - 1, body, length);
  memcpy(text + whole - (sizeof after - 1), after, sizeof after - 1);
  char parse[256];
  uint8_t *code = compileScript(bootloaderMachine, scriptSource, text, whole, size, parse);
  free(text);
  if (!code) snprintf(error, sizeof error, "the body of the app image is no app: %s", parse);
  return code;
}

/* --- the bootloader --- */

const char *askBootloader(const char *method, double length) {
  static char refusal[512];
  refusal[0] = 0;
  if (!hasBootloader) return "there is no bootloader";
  xsBeginHost(bootloaderMachine);
  {
    xsTry { xsCall1(bootloader, xsID(method), xsNumber(length)); }
    xsCatch {
      xsToStringBuffer(xsGet(xsException, xsID("message")), refusal, sizeof refusal);
    }
  }
  xsEndHost(bootloaderMachine);
  return refusal[0] ? refusal : NULL;
}

typedef struct {
  char slot[2];
  /* As guest/boot.ts has them. */
  char state[16];
  char idle[16];
} Start;

/*
 * The image of a slot where it lies. A thousand boards share the memory of their files with the kernel, and each of their
 * copies would be their own. The copy stays where the file cannot be mapped.
 */
static const uint8_t *inFlash(const char *slot, uint8_t *copy, size_t length) {
  char name[24];
  const char *wrong;
  snprintf(name, sizeof name, "slot%s", slot);
  Partition *partition = findPartition(name, &wrong);
  const uint8_t *bytes = partition ? mapFlash(partition, length) : NULL;
  if (!bytes) return copy;
  if (memcmp(bytes, copy, length) != 0) aborted(NULL, "the image changed while it was read", NULL);
  free(copy);
  return bytes;
}

/* Keeps the image that is to run, and says hello; or ends the process with the reason why there is none. */
static Start chooseImage(double failures) {
  static Start start;
  static char text[1024];
  int found = 0;
  Code code = compile((const uint8_t *)bootText, bootTextLength);
  xsBeginHost(bootloaderMachine);
  {
    xsVars(3);
    xsTry {
      runScript(the, code.bytes, code.length);
      xsVar(1) = xsResult;
      xsVar(2) = xsNewObject();
      addFlashFunctions(the, &xsVar(2));
      bootloader = xsCall1(xsVar(1), xsID("install"), xsVar(2));
      xsRemember(bootloader);
      hasBootloader = 1;
      xsResult = xsCall1(bootloader, xsID("start"), xsNumber(failures));
      found = xsTest(xsGet(xsResult, xsID("image")));
      xsToStringBuffer(xsGet(xsResult, xsID(found ? "hello" : "reason")), text, sizeof text);
      if (found) {
        xsToStringBuffer(xsGet(xsResult, xsID("slot")), start.slot, sizeof start.slot);
        xsToStringBuffer(xsGet(xsResult, xsID("state")), start.state, sizeof start.state);
        xsToStringBuffer(xsGet(xsResult, xsID("idle")), start.idle, sizeof start.idle);
        xsVar(0) = xsGet(xsResult, xsID("image"));
        imageLength = (size_t)xsGetArrayBufferLength(xsVar(0));
        uint8_t *copy = malloc(imageLength);
        if (!copy) fxAbort(the, xsNotEnoughMemoryExit);
        xsGetArrayBufferData(xsVar(0), 0, copy, (xsIntegerValue)imageLength);
        image = inFlash(start.slot, copy, imageLength);
      }
      xsVar(0) = xsResult = xsUndefined;
    }
    xsCatch { aborted(the, "the bootloader failed", &xsException); }
  }
  xsEndHost(bootloaderMachine);
  xsBeginHost(bootloaderMachine);
  { xsCollectGarbage(); }
  xsEndHost(bootloaderMachine);
  giveBackUnused(bootloaderMachine);
  if (!found) {
    sendText("log", text);
    endBoard(exitNothingToStart);
  }
  char hello[1100];
  snprintf(hello, sizeof hello, "{\"hello\":{\"pid\":%d,%s}", (int)getpid(), text + 1);
  sendLine(hello);
  return start;
}

/* --- the image --- */

/* Whatever of the image's code is called, it is called through here: what it throws is a fault. */
#define CALL_GUEST(machine, call) \
  do { \
    if (ended) break; \
    xsBeginHost(machine); \
    { \
      xsTry { call; } \
      xsCatch { \
        xsSlot error = xsException; \
        if (!ended) faultBoard(crashException, describe(the, &error)); \
      } \
    } \
    xsEndHost(machine); \
    if (!ended) runJobs(machine); \
  } while (0)

static void install(xsMachine *the, xsSlot *prelude, const Start *start, const BoardSettings *settings) {
  xsVars(4);
  xsVar(2) = xsNewObject();
  if (settings->stepped) addSteppedFunctions(the, &xsVar(2), settings->portable);
  else addHostFunctions(the, &xsVar(2), settings->portable);
  xsVar(3) = xsNewObject();
  xsSet(xsVar(3), xsID("slot"), xsString((char *)start->slot));
  xsSet(xsVar(3), xsID("length"), xsInteger((xsIntegerValue)imageLength));
  xsSet(xsVar(3), xsID("state"), xsString((char *)start->state));
  xsSet(xsVar(3), xsID("idle"), xsString((char *)start->idle));
  if (settings->devices) xsSet(xsVar(3), xsID("devices"), xsString((char *)settings->devices));
  if (settings->recorded) {
    addRecordFunction(the, &xsVar(2));
    xsSet(xsVar(3), xsID("room"), xsNumber(recordRoom()));
  }
  guest = xsCall2(*prelude, xsID("install"), xsVar(2), xsVar(3));
  xsRemember(guest);
}

/* What runs before the image, and gives it its ports. */
static Code compilePrelude(const BoardSettings *settings) {
  if (settings->stepped) return compile((const uint8_t *)steppedText, steppedTextLength);
  if (settings->recorded) return compile((const uint8_t *)recorderText, recorderTextLength);
  return compile((const uint8_t *)preludeText, preludeTextLength);
}

/* The texts of prelude and image run where memory is plenty, as their modules are preloaded before a chip gets them;
 * what they made then is a constant, and the image's own machine begins where its `start` is called. */
static void startImage(const BoardSettings *settings, const Start *start, size_t header) {
  static xsSlot prelude;
  uint8_t seed[32];
  reportPath = settings->report;
  if (reportPath) signal(SIGUSR1, askReport);
  if (!fillRandom(seed, sizeof seed)) aborted(NULL, "no entropy", NULL);
  secp256k1Blind(seed);
  Code preludeCode = compilePrelude(settings);
  Code imageCode = compile(image + header, imageLength - header);
  xsMachine *preloaded = createMachine(settings->size.heap == 0 ? hugeMemory : modestMemory);
  if (!preloaded) aborted(NULL, "no memory for the image", NULL);
  if (header > 0 || settings->stepped) freezeBuiltIns(preloaded);
  CALL_GUEST(preloaded, {
    runScript(the, preludeCode.bytes, preludeCode.length);
    prelude = xsResult;
    xsRemember(prelude);
    runScript(the, imageCode.bytes, imageCode.length);
  });
  if (ended) return;
  if (settings->size.heap == 0) {
    imageMachine = preloaded;
  } else {
    preloadMachine(preloaded);
    giveBackUnused(preloaded);
    MachineSize size = settings->size;
    if (settings->recorded) size = (MachineSize){.heap = size.heap + recorderHeap, .stack = size.stack + recorderStack};
    imageMachine = createChipMachine("image", size, preloaded);
  }
  if (!imageMachine) aborted(NULL, "no memory for the image", NULL);
  giveBackFreed();
  CALL_GUEST(imageMachine, install(the, &prelude, start, settings));
  if (!settings->stepped) CALL_GUEST(imageMachine, xsCall0(guest, xsID("start")));
}

void startBoard(const BoardSettings *settings) {
  prepare();
  Start start = chooseImage(settings->failures);
  startImage(settings, &start, imageHeader);
}

void startScript(const BoardSettings *settings, uint8_t *bytes, size_t length) {
  static const Start start = {"A", "confirmed", "none"};
  prepare();
  image = bytes;
  imageLength = length;
  startImage(settings, &start, 0);
}

/* The module's exports are the image. */
void startModule(const BoardSettings *settings, const char *path) {
  static char folder[1024];
  static char text[1200];
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  int length = snprintf(text, sizeof text, "var image; import('./%.1000s').then(module => { image = module; });", name);
  static const Start start = {"A", "confirmed", "none"};
  prepare();
  modulesFrom(folder, bootloaderMachine);
  image = (uint8_t *)text;
  imageLength = (size_t)length;
  startImage(settings, &start, 0);
}

/* --- events --- */

static void readable(double id, double count) {
  CALL_GUEST(imageMachine, xsCall2(guest, xsID("readable"), xsNumber(id), xsNumber(count)));
}

static void writable(double id, double count) {
  CALL_GUEST(imageMachine, xsCall2(guest, xsID("writable"), xsNumber(id), xsNumber(count)));
}

static void closed(double id, const char *cause) {
  CALL_GUEST(imageMachine, xsCall2(guest, xsID("closed"), xsNumber(id), cause ? xsString((char *)cause) : xsUndefined));
}

static void line(uint8_t *bytes, size_t length) {
  int ascii = 1;
  for (size_t i = 0; i < length; i++) ascii &= bytes[i] > 0 && bytes[i] < 0x80;
  bytes[length] = 0;
  CALL_GUEST(imageMachine, {
    xsResult = ascii ? xsString((char *)bytes) : xsArrayBuffer(bytes, (xsIntegerValue)length);
    xsCall1(guest, xsID("line"), xsResult);
  });
}

static void fireTimers(void) {
  double now = monotonic();
  double id;
  while (!ended && takeTimer(now, &id)) CALL_GUEST(imageMachine, xsCall1(guest, xsID("timer"), xsNumber(id)));
}

static double soonest(double a, double b) { return a < 0 || (b >= 0 && b < a) ? b : a; }

_Noreturn void runBoard(void) {
  static const SocketEvents events = {readable, writable, closed};
  for (;;) {
    if (ended) finish();
    if (reportAsked) reportLive();
    feedWatchdog();
    struct pollfd fds[1 + mostSockets];
    fds[0] = (struct pollfd){.fd = consoleFile(), .events = (short)(POLLIN | (consoleBusy() ? POLLOUT : 0))};
    size_t count = pollSockets(fds + 1);
    double patience = soonest(soonest(watchdogPatience(), nextTimer()), socketPatience());
    int milliseconds = (int)patience + (patience > (int)patience);
    if (poll(fds, (nfds_t)(1 + count), milliseconds) < 0) continue;
    serveConsole(fds[0].revents & (POLLIN | POLLHUP | POLLERR), line);
    if (!ended) serveSockets(fds + 1, count, &events);
    fireTimers();
  }
}

/* The image starts by an event of that name, as the parent wishes. */
_Noreturn void runStepped(const BoardSettings *settings) {
  static const Start start = {"A", "confirmed", "none"};
  stepped = 1;
  /* The parent's terminal interrupts both; the parent ends this process when it has ended itself. */
  signal(SIGINT, SIG_IGN);
  prepare();
  image = takeImage(&imageLength);
  startImage(settings, &start, 0);
  for (;;) {
    if (ended) finish();
    restWatchdog();
    sayIdle();
    awaitEvent();
    feedWatchdog();
    CALL_GUEST(imageMachine, giveEvent(the, &guest));
  }
}
