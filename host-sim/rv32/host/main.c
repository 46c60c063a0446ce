/*
 * A board on QEMU's `virt` machine: the instruction set and the memory of an ESP32-C3, not its radio, caches or
 * timing. It speaks frames on its serial line; host-sim/rv32/main.ts holds the other end.
 */
#include "xs.h"

#include "arena.h"
#include "bootloader.h"
#include "clock.h"
#include "console.h"
#include "crash.h"
#include "device.h"
#include "power.h"
#include "entropy.h"
#include "flash.h"
#include "frame.h"
#include "machine.h"
#include "measure.h"
#include "memoryMap.h"
#include "ports.h"
#include "body.h"
#include "secp256k1.h"
#include "serialConsole.h"
#include "straps.h"
#include "trap.h"
#include "tunnel.h"
#include "serial.h"
#include "watchdog.h"

extern char arenaStart[], arenaEnd[];

/* The holder shows every second that it is there; after so many milliseconds of silence nobody holds this board. */
enum { silence = 20000, mostFramesAtOnce = 8 };

static Start start;
static Machine *image;
static xsSlot guest;
static int ended;
static int endCode;

int boardHasEnded(void) { return ended; }

static void end(const char *key, const char *text, int code) {
  if (ended) return;
  ended = 1;
  endCode = code;
  sendText(key, text);
}

void restartBoard(const char *reason) { end("restart", reason, exitRestart); }

void faultBoard(CrashReason reason, const char *description) {
  if (!ended) recordCrash(reason, description);
  end("fault", description, exitFault);
}

const uint8_t *imageBytes(size_t *length) {
  *length = start.length;
  return start.bytes;
}

const char *askBootloader(const char *method, double length) {
  return strcmp(method, "setPending") == 0 ? setPending(&start, length) : confirmStart(&start);
}

/* Bytecode, since there is no parser: into memory that stays, where its names are told apart from those of others. */
uint8_t *appCode(const uint8_t *body, size_t length, size_t *size, const char **wrong) {
  uint8_t *code = malloc(length);
  *size = length;
  if (!code) return *wrong = "no memory for the app", NULL;
  return memcpy(code, body, length);
}

static _Noreturn void finish(void) {
  if (image) {
    char use[400];
    describeUse(image, use, sizeof use);
    sendFrame(frameUse, NULL, 0, use, strlen(use));
  }
  leave(endCode);
}

/* The text of an error, in a buffer of its own: a machine's memory moves. */
static const char *describe(xsMachine *the, xsSlot *error) {
  static char text[1200];
  snprintf(text, sizeof text, "an error that cannot be shown");
  xsTry {
    if (xsTest(guest)) xsToStringBuffer(xsCall1(guest, xsID("describe"), *error), text, sizeof text);
    else xsToStringBuffer(*error, text, sizeof text);
  }
  xsCatch {
  }
  return text;
}

/* Out of memory, of stack, of names: nothing of the machine can be used any more. A rejection can be looked at. */
static void aborted(xsMachine *the, const char *reason, xsSlot *exception) {
  if (ended) finish();
  const char *words = reason;
  if (exception) {
    xsSlot error = *exception;
    words = describe(the, &error);
  }
  faultBoard(abortReason(reason), words);
  finish();
}

/* Whatever of the image's code is called, it is called through here: what it throws is a fault. */
#define CALL_GUEST(call) \
  do { \
    if (ended) break; \
    xsBeginHost(image); \
    { \
      xsTry { call; } \
      xsCatch { \
        xsSlot error = xsException; \
        if (!ended) faultBoard(crashException, describe(the, &error)); \
      } \
    } \
    xsEndHost(image); \
    if (!ended) runJobs(image); \
  } while (0)

/* In the words of firmware/port/board.ts. */
static const char *const states[] = {"confirmed", "pending", "recovery"};
static const char *const marks[] = {"none", "new", "tried", "confirmed", "failed"};

static void installGuest(const Straps *straps) {
  const Body *preload = (const Body *)(start.bytes + imageHeader);
  CALL_GUEST(
    xsVars(4); xsVar(2) = preload->prelude; xsVar(3) = xsNewObject();
    addHostFunctions(the, &xsVar(3), (straps->flags & strapPortable) != 0); xsVar(1) = xsNewObject();
    xsSet(xsVar(1), xsID("slot"), xsString(start.slot ? "B" : "A"));
    xsSet(xsVar(1), xsID("length"), xsInteger((xsIntegerValue)start.length));
    xsSet(xsVar(1), xsID("state"), xsString((char *)states[start.state]));
    xsSet(xsVar(1), xsID("idle"), xsString((char *)marks[start.idle]));
    guest = xsCall2(xsVar(2), xsID("install"), xsVar(3), xsVar(1)); xsRemember(guest));
}

static void sayHello(void) {
  char hello[240];
  int length = snprintf(hello, sizeof hello,
                        "{\"hello\":{\"pid\":0,\"slot\":\"%c\",\"state\":\"%s\",\"version\":%lu,\"length\":%lu",
                        'A' + start.slot, states[start.state], (unsigned long)start.version,
                        (unsigned long)start.length);
  if (*start.rolledBack) {
    length += snprintf(hello + length, sizeof hello - (size_t)length, ",\"rolledBack\":\"%s\"", start.rolledBack);
  }
  snprintf(hello + length, sizeof hello - (size_t)length, "}}");
  sendLine(hello);
}

static _Noreturn void stop(const char *key, const char *text, int code) {
  sendText(key, text);
  leave(code);
}

/* Until somebody holds the other end of the line. */
static void waitForRig(void) {
  Frame frame;
  while (!takeFrame(&frame)) {
    feedWatchdog();
    if (monotonic() > silence) powerOff(exitConsoleLost);
    waitForInterrupt(1000000);
  }
  framesWereLost();
}

static void boot(const Straps *straps) {
  const char *wrong = openFlash(NULL);
  if (!wrong) wrong = chooseStart(&start, straps->failures);
  if (wrong) stop("fault", wrong, exitFault);
  if (*start.reason) stop("log", start.reason, exitNothingToStart);
  mapStart(&start);
  lockMemoryMap(start.bytes, 1024 * 1024);
  openArena(arenaStart, arenaEnd);
  sayHello();
  uint8_t seed[32];
  if (!fillRandom(seed, sizeof seed)) stop("fault", "no entropy", exitFault);
  secp256k1Blind(seed);
  onAbort(aborted);
  const Body *preload = (const Body *)(start.bytes + imageHeader);
  wrong = checkBody(start.bytes + imageHeader, start.length - imageHeader);
  if (wrong) stop("fault", wrong, exitFault);
  image = createMachine(preload->machine, straps->heap, straps->stack);
  if (!image) stop("fault", "no memory for the image", exitFault);
  if (straps->flags & strapMeasure) CALL_GUEST(addMeasure(the));
}

/* --- events --- */

static void readable(double id, double count) {
  CALL_GUEST(xsCall2(guest, xsID("readable"), xsNumber(id), xsNumber(count)));
}

static void writable(double id, double count) {
  CALL_GUEST(xsCall2(guest, xsID("writable"), xsNumber(id), xsNumber(count)));
}

static void closed(double id, const char *cause) {
  CALL_GUEST(xsCall2(guest, xsID("closed"), xsNumber(id), cause ? xsString((char *)cause) : xsUndefined));
}

static void line(uint8_t *bytes, size_t length) {
  int ascii = 1;
  for (size_t i = 0; i < length; i++) ascii &= bytes[i] > 0 && bytes[i] < 0x80;
  bytes[length] = 0;
  CALL_GUEST(xsResult = ascii ? xsString((char *)bytes) : xsArrayBuffer(bytes, (xsIntegerValue)length);
             xsCall1(guest, xsID("line"), xsResult));
}

static void fireTimers(void) {
  double now = monotonic();
  double id;
  while (!ended && takeTimer(now, &id)) CALL_GUEST(xsCall1(guest, xsID("timer"), xsNumber(id)));
}

static double heardAt;

static void serveLine(void) {
  Frame frame;
  /* However much comes, timers and connections have their turns. */
  for (int i = 0; i < mostFramesAtOnce && !ended && takeFrame(&frame); i++) {
    heardAt = monotonic();
    if (framesWereLost()) {
      dropLine();
      resetTunnel();
      sendFrame(frameReset, NULL, 0, NULL, 0);
    }
    switch (frame.type) {
      case frameLine:
      case frameLineEnd: takeLine(&frame, line); break;
      case frameData:
      case frameCredit:
      case frameClose: takeTunnel(&frame); break;
      default: break;
    }
    feedWatchdog();
  }
}

static _Noreturn void run(void) {
  static const SocketEvents events = {readable, writable, closed};
  heardAt = monotonic();
  for (;;) {
    feedWatchdog();
    serveLine();
    /* Right after listening: what the image does at a time may take longer than the holder may be silent. */
    if (!ended && monotonic() - heardAt > silence) powerOff(exitConsoleLost);
    if (!ended) serveTunnel(&events);
    fireTimers();
    if (ended) finish();
    double patience = nextTimer();
    if (patience < 0 || patience > 1000) patience = 1000;
    if (!tunnelBusy() && patience > 0) waitForInterrupt((uint64_t)(patience * 10000) + 1);
  }
}

int main(void) {
  const Straps straps = *(const Straps *)strapsBase;
  if (!openSerial()) powerOff(exitFault);
  if (straps.flags & strapMake) makeBody();
  startWatchdog(straps.watchdog);
  waitForRig();
  boot(&straps);
  installGuest(&straps);
  CALL_GUEST(xsCall0(guest, xsID("start")));
  run();
}
