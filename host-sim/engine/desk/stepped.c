#include "stepped.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ports.h"

/* Of xsmc.h, which takes away half of xs.h. */
xsIntegerValue _xsmcGetBuffer(xsMachine *, xsSlot *, void **, xsUnsignedValue *, xsBooleanValue writable);

/* A frame is its length in four bytes, its kind and values, each after a letter; host-sim/xs/frames.ts. */
enum { headLength = 4, mostOfFrame = 8 * 1024 * 1024 };

static uint8_t *frame;
static size_t capacity;
/* Bytes that were put, or that came; and how far those were taken. */
static size_t length;
static size_t taken;

static _Noreturn void alone(void) { _exit(0); }

static void reserve(size_t more) {
  if (length + more <= capacity) return;
  capacity = 2 * (length + more) + 4096;
  frame = realloc(frame, capacity);
  if (!frame) alone();
}

static void put(const void *bytes, size_t count) {
  reserve(count);
  memcpy(frame + length, bytes, count);
  length += count;
}

static void begin(char kind) {
  length = 0;
  put("\0\0\0\0", headLength);
  put(&kind, 1);
}

static void sendFrame(void) {
  uint32_t count = (uint32_t)(length - headLength);
  memcpy(frame, &count, headLength);
  for (size_t done = 0; done < length;) {
    ssize_t sent = write(STDOUT_FILENO, frame + done, length - done);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) alone();
    done += (size_t)sent;
  }
}

static void readAll(uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t got = read(STDIN_FILENO, bytes + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) alone();
    done += (size_t)got;
  }
}

/* The kind of the next frame. */
static char receive(void) {
  uint32_t count;
  readAll((uint8_t *)&count, headLength);
  if (count == 0 || count > mostOfFrame) alone();
  length = 0;
  reserve(count);
  readAll(frame, count);
  length = count;
  taken = 1;
  return (char)frame[0];
}

/* The next bytes of what came. */
static const uint8_t *take(size_t count) {
  if (count > length - taken) alone();
  taken += count;
  return frame + taken - count;
}

static uint32_t takeCount(void) {
  uint32_t count;
  memcpy(&count, take(sizeof count), sizeof count);
  return count;
}

static void putCounted(char letter, const void *bytes, size_t size) {
  uint32_t count = (uint32_t)size;
  put(&letter, 1);
  put(&count, sizeof count);
  put(bytes, size);
}

/* Text ends with a zero that is not counted. */
static void putText(const char *text) { putCounted('s', text, strlen(text)), put("", 1); }

static void putNumber(double value) {
  put("n", 1);
  put(&value, sizeof value);
}

static void putValue(xsMachine *the, xsSlot *slot) {
  void *bytes;
  xsUnsignedValue count;
  switch (xsTypeOf(*slot)) {
    case xsUndefinedType: put("u", 1); break;
    case xsBooleanType: put(xsToBoolean(*slot) ? "t" : "f", 1); break;
    case xsIntegerType:
    case xsNumberType: putNumber(xsToNumber(*slot)); break;
    case xsStringType:
    case xsStringXType: putText(xsToString(*slot)); break;
    default:
      _xsmcGetBuffer(the, slot, &bytes, &count, 0);
      putCounted('b', bytes, count);
  }
}

static void takeNumber(xsMachine *the, xsSlot *slot) {
  double value;
  memcpy(&value, take(sizeof value), sizeof value);
  int whole = value >= -2147483647 && value <= 2147483647 && value == (int32_t)value;
  *slot = whole ? xsInteger((int32_t)value) : xsNumber(value);
}

static const char *takeText(void) {
  if (*take(1) != 's') alone();
  uint32_t count = takeCount();
  const char *text = (const char *)take((size_t)count + 1);
  if (text[count]) alone();
  return text;
}

static void takeValue(xsMachine *the, xsSlot *slot) {
  uint32_t count;
  char letter = (char)*take(1);
  switch (letter) {
    case 'u': *slot = xsUndefined; break;
    case 't': *slot = xsTrue; break;
    case 'f': *slot = xsFalse; break;
    case 'n': takeNumber(the, slot); break;
    case 's':
      taken--;
      *slot = xsString((char *)takeText());
      break;
    case 'b':
      count = takeCount();
      fxArrayBuffer(the, slot, (void *)take(count), (xsIntegerValue)count, -1);
      break;
    default: alone();
  }
}

/* call(name, ...values): the answer of the parent, or its words as an error. */
static void call(xsMachine *the) {
  if (boardHasEnded()) xsUnknownError("the board restarts");
  int count = xsToInteger(xsArgc);
  begin('c');
  for (int i = 0; i < count; i++) putValue(the, &xsArg(i));
  sendFrame();
  char kind = receive();
  if (kind == 'x') xsUnknownError("%s", takeText());
  if (kind != 'r') alone();
  takeValue(the, &xsResult);
}

void addSteppedFunctions(xsMachine *the, xsSlot *object, int portable) {
  xsVar(0) = xsNewHostFunction(call, 0);
  xsDefine(*object, xsID("call"), xsVar(0), xsDefault);
  addOwnFunctions(the, object, portable);
}

uint8_t *takeImage(size_t *size) {
  if (receive() != 'i' || *take(1) != 'b') alone();
  *size = takeCount();
  const uint8_t *bytes = take(*size);
  uint8_t *image = malloc(*size + 1);
  if (!image) alone();
  memcpy(image, bytes, *size);
  /* It is large, and needed once. */
  free(frame);
  frame = NULL;
  capacity = 0;
  return image;
}

void awaitEvent(void) {
  if (receive() != 'e') alone();
}

void giveEvent(xsMachine *the, xsSlot *guest) {
  xsVars(2);
  xsIdentifier method = xsID(takeText());
  takeValue(the, &xsVar(0));
  takeValue(the, &xsVar(1));
  xsCall2(*guest, method, xsVar(0), xsVar(1));
}

void sayIdle(void) {
  begin('d');
  putNumber((double)clock() / CLOCKS_PER_SEC);
  sendFrame();
}

void sayFault(const char *words) {
  begin('f');
  putText(words);
  sendFrame();
}
