/* Arguments are buffers or views of bytes. Memory is allocated only after their last use: a buffer of XS may move. */
#include "xsBls.h"

#include "xsmc.h"

#include "bls.h"

static const uint8_t *argument(xsMachine *the, int index, size_t *length) {
  void *bytes;
  xsUnsignedValue count;
  if (index >= xsmcArgc) xsTypeError("an argument is missing");
  xsmcGetBufferReadable(xsArg(index), &bytes, &count);
  *length = count;
  return bytes;
}

static const uint8_t *argumentOf(xsMachine *the, int index, size_t length) {
  size_t found;
  const uint8_t *bytes = argument(the, index, &found);
  if (found != length) xsRangeError("%u bytes instead of %u", (unsigned)found, (unsigned)length);
  return bytes;
}

void xs_blsBegin(xsMachine *the) {
  BlsSum sum;
  if (blsBegin(&sum, argumentOf(the, 0, blsKeySize))) xsmcSetArrayBuffer(xsResult, &sum, sizeof sum);
}

void xs_blsSubtract(xsMachine *the) {
  BlsSum *sum = (BlsSum *)argumentOf(the, 0, sizeof *sum);
  xsmcSetBoolean(xsResult, blsSubtract(sum, argumentOf(the, 1, blsKeySize)));
}

void xs_blsVerify(xsMachine *the) {
  size_t length;
  const BlsSum *sum = (const BlsSum *)argumentOf(the, 0, sizeof *sum);
  const uint8_t *message = argument(the, 1, &length);
  const uint8_t *signature = argumentOf(the, 2, blsSignatureSize);
  xsmcSetInteger(xsResult, blsVerify(sum, message, length, signature));
}
