/*
 * Arguments are buffers or views of bytes. A buffer of XS may move whenever memory is allocated: nothing is
 * allocated while pointers into arguments are in use.
 */
#include "xsJson.h"

#include "xsmc.h"

#include "jsonScan.h"

static void *readable(xsMachine *the, int index, size_t *length) {
  void *bytes;
  xsUnsignedValue count;
  if (index >= xsmcArgc) xsTypeError("an argument is missing");
  xsmcGetBufferReadable(xsArg(index), &bytes, &count);
  *length = count;
  return bytes;
}

static void *writable(xsMachine *the, int index, size_t *length) {
  void *bytes;
  xsUnsignedValue count;
  if (index >= xsmcArgc) xsTypeError("an argument is missing");
  xsmcGetBufferWritable(xsArg(index), &bytes, &count);
  *length = count;
  return bytes;
}

static JsonScan *stateOf(xsMachine *the) {
  size_t length;
  void *state = writable(the, 0, &length);
  if (length != sizeof(JsonScan) || (uintptr_t)state % sizeof(uint32_t) != 0) xsRangeError("not a scanner's state");
  return state;
}

void xs_jsonBegin(xsMachine *the) {
  JsonScan scan;
  jsonBegin(&scan);
  xsmcSetArrayBuffer(xsResult, &scan, (xsIntegerValue)sizeof scan);
}

void xs_jsonPush(xsMachine *the) {
  size_t length, keptLength;
  JsonPlan plan;
  if (xsmcArgc < 5) xsTypeError("an argument is missing");
  xsIntegerValue from = xsmcToInteger(xsArg(3));
  JsonScan *scan = stateOf(the);
  plan.bytes = readable(the, 1, &plan.length);
  const uint8_t *bytes = readable(the, 2, &length);
  uint8_t *kept = writable(the, 4, &keptLength);
  if (from < 0 || (size_t)from > length || length > INT32_MAX) xsRangeError("not a place in the bytes");
  int32_t taken = jsonPush(scan, plan, bytes + from, length - (size_t)from, kept, keptLength);
  xsmcSetInteger(xsResult, taken < 0 ? taken : from + taken);
}

void xs_jsonEnd(xsMachine *the) {
  size_t keptLength;
  JsonScan *scan = stateOf(the);
  uint8_t *kept = writable(the, 1, &keptLength);
  xsmcSetInteger(xsResult, jsonEnd(scan, kept, keptLength));
}
