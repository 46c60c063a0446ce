/*
 * Arguments are buffers or views of bytes, results are ArrayBuffers. A buffer of XS may move whenever memory is
 * allocated: pointers into arguments are used before the result is made, or taken after it.
 */
#include "xsCrypto.h"

#include <string.h>

#include "xsmc.h"

#include "chacha20Poly1305.h"
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

void xs_isKeccak256(xsMachine *the) {
  uint8_t digest[32];
  size_t length, hashLength;
  const uint8_t *bytes = argument(the, 0, &length);
  const uint8_t *hash = argument(the, 1, &hashLength);
  keccak256(bytes, length, digest);
  xsmcSetBoolean(xsResult, hashLength == sizeof digest && memcmp(digest, hash, sizeof digest) == 0);
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

void xs_publicKeyOf(xsMachine *the) {
  uint8_t key[33];
  if (secp256k1PublicKeyOf(argumentOf(the, 0, 32), key)) result(the, key, sizeof key);
}

void xs_sharedSecret(xsMachine *the) {
  uint8_t secret[32];
  const uint8_t *privateKey = argumentOf(the, 0, 32);
  const uint8_t *publicKey = argumentOf(the, 1, 33);
  if (secp256k1SharedSecret(privateKey, publicKey, secret)) result(the, secret, sizeof secret);
}

typedef struct {
  const uint8_t *key, *nonce, *associated, *bytes;
  size_t associatedLength, length;
} Aead;

static Aead aeadArguments(xsMachine *the) {
  Aead found;
  found.key = argumentOf(the, 0, 32);
  found.nonce = argumentOf(the, 1, 12);
  found.associated = argument(the, 2, &found.associatedLength);
  found.bytes = argument(the, 3, &found.length);
  return found;
}

void xs_encrypt(xsMachine *the) {
  size_t length = aeadArguments(the).length;
  uint8_t *encrypted = fxArrayBuffer(the, &xsResult, NULL, (xsIntegerValue)(length + aeadTagSize), -1);
  Aead of = aeadArguments(the);
  aeadEncrypt(of.key, of.nonce, of.associated, of.associatedLength, of.bytes, of.length, encrypted);
}

void xs_decrypt(xsMachine *the) {
  size_t length = aeadArguments(the).length;
  if (length < aeadTagSize) return;
  uint8_t *plain = fxArrayBuffer(the, &xsResult, NULL, (xsIntegerValue)(length - aeadTagSize), -1);
  Aead of = aeadArguments(the);
  int right = aeadDecrypt(of.key, of.nonce, of.associated, of.associatedLength, of.bytes, of.length, plain);
  if (!right) xsResult = xsUndefined;
}
