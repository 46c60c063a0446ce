/*
 * The host's functions (guest/host.ts) for the code that runs in its machines. Arguments are checked here, whoever
 * passes them; what is refused is thrown as an Error of the machine.
 */
#include "xs.h"

#include <stdlib.h>

#include "appCode.h"
#include "clock.h"
#include "console.h"
#include "entropy.h"
#include "flash.h"
#include "ports.h"
#include "socket.h"
#include "xsBls.h"
#include "xsCrypto.h"
#include "xsJson.h"

/* Of xsmc.h, which takes away half of xs.h. */
xsIntegerValue _xsmcGetBuffer(xsMachine *, xsSlot *, void **, xsUnsignedValue *, xsBooleanValue writable);

/* As on the Node board. */
enum { mostEntropy = 65536, longestName = 255 };

static void mustLive(xsMachine *the) {
  if (boardHasEnded()) xsUnknownError("the board restarts");
}

static void mustHave(xsMachine *the, int count) {
  if (xsToInteger(xsArgc) < count) xsTypeError("an argument is missing");
}

static double number(xsMachine *the, int index) {
  double value = xsToNumber(xsArg(index));
  if (value != value) xsTypeError("not a number");
  return value;
}

static uint8_t *bytes(xsMachine *the, int index, size_t *length) {
  void *found;
  xsUnsignedValue count;
  _xsmcGetBuffer(the, &xsArg(index), &found, &count, 0);
  *length = count;
  return found;
}

static void throwIf(xsMachine *the, const char *wrong) {
  if (wrong) xsUnknownError("%s", wrong);
}

static Partition *partition(xsMachine *the) {
  char name[16];
  const char *wrong;
  xsToStringBuffer(xsArg(0), name, sizeof name);
  Partition *found = findPartition(name, &wrong);
  if (!found) throwIf(the, wrong);
  return found;
}

static void partitionSizeOf(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  xsResult = xsInteger((xsIntegerValue)partitionSize(partition(the)));
}

static void flashRead(xsMachine *the) {
  mustLive(the);
  mustHave(the, 3);
  Partition *from = partition(the);
  double offset = number(the, 1);
  double length = number(the, 2);
  throwIf(the, checkFlash(from, offset, length));
  void *target = fxArrayBuffer(the, &xsResult, NULL, (xsIntegerValue)length, -1);
  throwIf(the, readFlash(from, offset, target, (size_t)length));
}

static void flashWrite(xsMachine *the) {
  mustLive(the);
  mustHave(the, 3);
  Partition *to = partition(the);
  double offset = number(the, 1);
  size_t length;
  uint8_t *source = bytes(the, 2, &length);
  throwIf(the, writeFlash(to, offset, source, length));
}

static void flashErase(xsMachine *the) {
  mustLive(the);
  mustHave(the, 2);
  Partition *from = partition(the);
  throwIf(the, eraseFlash(from, number(the, 1)));
}

static void now(xsMachine *the) {
  mustLive(the);
  xsResult = xsNumber(monotonic());
}

static void timerSet(xsMachine *the) {
  mustLive(the);
  mustHave(the, 2);
  double id = number(the, 0);
  if (!setTimer(id, number(the, 1))) xsUnknownError("too many timers");
}

static void timerClear(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  clearTimer(number(the, 0));
}

static void randomFill(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  void *target;
  xsUnsignedValue length;
  _xsmcGetBuffer(the, &xsArg(0), &target, &length, 1);
  if (length > mostEntropy) xsRangeError("more than %d bytes at once", mostEntropy);
  if (!fillRandom(target, length)) xsUnknownError("no entropy");
}

static void socketConnect(xsMachine *the) {
  char host[longestName + 1];
  mustLive(the);
  mustHave(the, 3);
  double id = number(the, 0);
  double port = number(the, 2);
  xsToStringBuffer(xsArg(1), host, sizeof host);
  throwIf(the, openSocket(id, host, port >= 0 && port <= 65535 ? (int)port : -1));
}

static void socketRead(xsMachine *the) {
  mustLive(the);
  mustHave(the, 2);
  double id = number(the, 0);
  double wanted = number(the, 1);
  size_t count = socketWaiting(id);
  if (wanted >= 0 && wanted < (double)count) count = (size_t)wanted;
  if (count == 0) return;
  void *target = fxArrayBuffer(the, &xsResult, NULL, (xsIntegerValue)count, -1);
  if (readSocket(id, target, count) < count) xsResult = xsUndefined;
}

static void socketWrite(xsMachine *the) {
  mustLive(the);
  mustHave(the, 2);
  double id = number(the, 0);
  size_t length;
  size_t allowance;
  uint8_t *source = bytes(the, 1, &length);
  if (!writeSocket(id, source, length, &allowance)) {
    xsRangeError("write of %u bytes where %u are allowed", (unsigned)length, (unsigned)allowance);
  }
  xsResult = xsInteger((xsIntegerValue)allowance);
}

static void socketClose(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  closeSocket(number(the, 0));
}

static void imageRead(xsMachine *the) {
  mustLive(the);
  mustHave(the, 2);
  size_t length;
  const uint8_t *image = imageBytes(&length);
  double from = number(the, 0);
  double count = number(the, 1);
  if (from < 0 || count < 0 || from > (double)length) xsRangeError("no such bytes in the image");
  if (count > (double)length - from) count = (double)length - from;
  fxArrayBuffer(the, &xsResult, (void *)(image + (size_t)from), (xsIntegerValue)count, -1);
}

static void pendingSet(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  throwIf(the, askBootloader("setPending", number(the, 0)));
}

static void confirm(xsMachine *the) {
  mustLive(the);
  throwIf(the, askBootloader("confirm", 0));
}

static void restart(xsMachine *the) {
  char reason[16];
  mustLive(the);
  mustHave(the, 1);
  xsToStringBuffer(xsArg(0), reason, sizeof reason);
  if (strcmp(reason, "fault") == 0) faultBoard(crashAsked, "the image asked for it");
  else if (strcmp(reason, "update") == 0 || strcmp(reason, "rollBack") == 0) restartBoard(reason);
  else xsUnknownError("no such reason");
}

/* The checked code of the app in the first argument; NULL: `wrong` says why it is none. */
static uint8_t *checkedApp(xsMachine *the, size_t *size, const char **wrong) {
  size_t length;
  mustLive(the);
  mustHave(the, 1);
  const uint8_t *body = bytes(the, 0, &length);
  uint8_t *code = appCode(body, length, size, wrong);
  if (!code) return NULL;
  *wrong = checkAppCode(code, *size);
  if (!*wrong) return code;
  free(code);
  return NULL;
}

static void appRefusal(xsMachine *the) {
  size_t size;
  const char *wrong;
  uint8_t *code = checkedApp(the, &size, &wrong);
  free(code);
  if (!code) xsResult = xsString((char *)wrong);
}

static void appRun(xsMachine *the) {
  size_t size;
  const char *wrong;
  uint8_t *code = checkedApp(the, &size, &wrong);
  if (!code) throwIf(the, wrong);
  runAppCode(the, code, size);
}

static void consoleSend(xsMachine *the) {
  mustLive(the);
  mustHave(the, 1);
  sendLine(xsToString(xsArg(0)));
}

static void backlog(xsMachine *the) {
  mustLive(the);
  xsResult = xsNumber((double)consoleBacklog());
}

static void lost(xsMachine *the) {
  (void)the;
  consoleNonsense();
}

typedef struct {
  const char *name;
  xsCallback function;
} HostFunction;

static void addFunctions(xsMachine *the, xsSlot *object, const HostFunction *functions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    xsVar(0) = xsNewHostFunction(functions[i].function, 0);
    xsDefine(*object, xsID(functions[i].name), xsVar(0), xsDefault);
  }
}

void addFlashFunctions(xsMachine *the, xsSlot *object) {
  static const HostFunction functions[] = {
    {"partitionSize", partitionSizeOf},
    {"flashRead", flashRead},
    {"flashWrite", flashWrite},
    {"flashErase", flashErase},
  };
  addFunctions(the, object, functions, sizeof functions / sizeof *functions);
}

void addOwnFunctions(xsMachine *the, xsSlot *object, int portable) {
  static const HostFunction apps[] = {{"appRefusal", appRefusal}, {"appRun", appRun}};
  static const HostFunction native[] = {
    {"keccak256", xs_keccak256}, {"isKeccak256", xs_isKeccak256},       {"sha256Begin", xs_sha256Begin},
    {"sha256Update", xs_sha256Update},
    {"sha256End", xs_sha256End}, {"recoverAddress", xs_recoverAddress}, {"sign", xs_sign},
    {"addressOf", xs_addressOf}, {"publicKeyOf", xs_publicKeyOf},       {"sharedSecret", xs_sharedSecret},
    {"encrypt", xs_encrypt},     {"decrypt", xs_decrypt},               {"blsBegin", xs_blsBegin},
    {"blsVerify", xs_blsVerify}, {"blsSubtract", xs_blsSubtract},
    {"jsonBegin", xs_jsonBegin}, {"jsonPush", xs_jsonPush},             {"jsonEnd", xs_jsonEnd},
  };
  addFunctions(the, object, apps, sizeof apps / sizeof *apps);
  if (portable) return;
  xsVar(1) = xsNewObject();
  addFunctions(the, &xsVar(1), native, sizeof native / sizeof *native);
  xsDefine(*object, xsID("native"), xsVar(1), xsDefault);
}

void addHostFunctions(xsMachine *the, xsSlot *object, int portable) {
  static const HostFunction functions[] = {
    {"monotonic", now},         {"setTimer", timerSet},    {"clearTimer", timerClear},
    {"fillRandom", randomFill}, {"connect", socketConnect}, {"read", socketRead},
    {"write", socketWrite},     {"close", socketClose},    {"imageRead", imageRead},
    {"setPending", pendingSet}, {"confirm", confirm},      {"restart", restart},
    {"send", consoleSend},      {"backlog", backlog},      {"lost", lost},
  };
  addFlashFunctions(the, object);
  addFunctions(the, object, functions, sizeof functions / sizeof *functions);
  addOwnFunctions(the, object, portable);
}
