/*
 * The functions of native.ts. Arguments are checked here, whoever passes them; what is refused is thrown as an Error
 * of the machine.
 */
#include "xsmc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../engine/host/clock.h"
#include "../../engine/host/console.h"
#include "../../engine/host/entropy.h"
#include "../../engine/host/flash.h"
#include "board.h"
#include "mc.xs.h"

/* As on the Node board. */
enum { mostEntropy = 65536, longestText = 65536 };

static void mustHave(xsMachine *the, int count) {
  if (xsmcArgc < count) xsTypeError("an argument is missing");
}

static double number(xsMachine *the, int index) {
  double value = xsmcToNumber(xsArg(index));
  if (value != value) xsTypeError("not a number");
  return value;
}

static void throwIf(xsMachine *the, const char *wrong) {
  if (wrong) xsUnknownError("%s", wrong);
}

static Partition *partition(xsMachine *the) {
  char name[16];
  const char *wrong;
  xsmcToStringBuffer(xsArg(0), name, sizeof name);
  Partition *found = findPartition(name, &wrong);
  if (!found) throwIf(the, wrong);
  return found;
}

void xs_holdfast_partitionSize(xsMachine *the) {
  mustHave(the, 1);
  xsmcSetInteger(xsResult, (xsIntegerValue)partitionSize(partition(the)));
}

void xs_holdfast_flashRead(xsMachine *the) {
  mustHave(the, 3);
  Partition *from = partition(the);
  double offset = number(the, 1);
  double length = number(the, 2);
  throwIf(the, checkFlash(from, offset, length));
  void *target = xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length);
  throwIf(the, readFlash(from, offset, target, (size_t)length));
}

void xs_holdfast_flashWrite(xsMachine *the) {
  mustHave(the, 3);
  Partition *to = partition(the);
  double offset = number(the, 1);
  void *source;
  xsUnsignedValue length;
  xsmcGetBufferReadable(xsArg(2), &source, &length);
  throwIf(the, writeFlash(to, offset, source, length));
}

void xs_holdfast_flashErase(xsMachine *the) {
  mustHave(the, 2);
  Partition *from = partition(the);
  throwIf(the, eraseFlash(from, number(the, 1)));
}

void xs_holdfast_monotonic(xsMachine *the) { xsmcSetNumber(xsResult, monotonic()); }

void xs_holdfast_fillRandom(xsMachine *the) {
  void *target;
  xsUnsignedValue length;
  mustHave(the, 1);
  xsmcGetBufferWritable(xsArg(0), &target, &length);
  if (length > mostEntropy) xsRangeError("more than %d bytes at once", mostEntropy);
  if (!fillRandom(target, length)) xsUnknownError("no entropy");
}

void xs_holdfast_send(xsMachine *the) {
  mustHave(the, 1);
  sendLine(xsmcToString(xsArg(0)));
}

void xs_holdfast_backlog(xsMachine *the) { xsmcSetNumber(xsResult, (double)consoleBacklog()); }

void xs_holdfast_lost(xsMachine *the) {
  (void)the;
  endBoard(exitConsoleLost);
}

static char *textOf(xsMachine *the, int index) {
  static char text[longestText];
  mustHave(the, index + 1);
  strncpy(text, xsmcToString(xsArg(index)), sizeof text - 1);
  return text;
}

void xs_holdfast_end(xsMachine *the) {
  char reason[16];
  mustHave(the, 2);
  xsmcToStringBuffer(xsArg(0), reason, sizeof reason);
  if (strcmp(reason, "update") == 0 || strcmp(reason, "rollBack") == 0) restartBoard(reason);
  if (strcmp(reason, "nothingToStart") == 0) nothingToStart(textOf(the, 1));
  xsUnknownError("no such reason");
}

void xs_holdfast_fault(xsMachine *the) { faultBoard(textOf(the, 0)); }

void xs_holdfast_processId(xsMachine *the) { xsmcSetInteger(xsResult, (xsIntegerValue)getpid()); }

void xs_holdfast_failures(xsMachine *the) { xsmcSetNumber(xsResult, boardFailures()); }

void xs_holdfast_resting(xsMachine *the) { xsmcSetBoolean(xsResult, boardIsResting()); }
