/*
 * Arguments are buffers or views of bytes, results are ArrayBuffers. A buffer of XS may move whenever memory is
 * allocated: pointers into arguments are used up before the result is made.
 */
#include "xsCrypto.h"

#include "xsmc.h"

#include "keccak256.h"
#include "secp256k1.h"
#include "sha256.h"

static uint8_t *argument(xsMachine *the, int index, size_t *length) {
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

static void result(xsMachine *the, const uint8_t *bytes, size_t length) {
  xsmcSetArrayBuffer(xsResult, (void *)bytes, (xsIntegerValue)length);
}

void xs_keccak256(xsMachine *the) {
  uint8_t digest[32];
  size_t length;
  const uint8_t *bytes = argument(the, 0, &length);
  keccak256(bytes, length, digest);
  result(the, digest, sizeof digest);
}

void xs_sha256Begin(xsMachine *the) {
  Sha256State state;
  sha256Begin(&state);
  result(the, (const uint8_t *)&state, sizeof state);
}

void xs_sha256Update(xsMachine *the) {
  size_t length;
  const uint8_t *bytes = argument(the, 1, &length);
  sha256Update((Sha256State *)argumentOf(the, 0, sizeof(Sha256State)), bytes, length);
}

void xs_sha256End(xsMachine *the) {
  uint8_t digest[32];
  sha256End((Sha256State *)argumentOf(the, 0, sizeof(Sha256State)), digest);
  result(the, digest, sizeof digest);
}

void xs_recoverAddress(xsMachine *the) {
  uint8_t address[20];
  const uint8_t *digest = argumentOf(the, 0, 32);
  const uint8_t *signature = argumentOf(the, 1, 65);
  if (secp256k1RecoverAddress(digest, signature, address)) result(the, address, sizeof address);
}

void xs_sign(xsMachine *the) {
  uint8_t signature[65];
  const uint8_t *digest = argumentOf(the, 0, 32);
  const uint8_t *privateKey = argumentOf(the, 1, 32);
  if (secp256k1Sign(digest, privateKey, signature)) result(the, signature, sizeof signature);
}

void xs_addressOf(xsMachine *the) {
  uint8_t address[20];
  if (secp256k1AddressOf(argumentOf(the, 0, 32), address)) result(the, address, sizeof address);
}
