/*
 * The native crypto for a program of Node: the functions of xsCrypto.c with the same arguments and results, over Node-API.
 * Arguments are buffers or views of bytes, results are ArrayBuffers.
 */
#include <node_api.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "chacha20Poly1305.h"
#include "keccak256.h"
#include "secp256k1.h"
#include "sha256.h"

enum { argumentsMax = 4 };

typedef struct {
  uint8_t *at;
  size_t length;
} Bytes;

/* False, and thrown, when an argument is missing or is no bytes. */
static int take(napi_env env, napi_callback_info info, size_t count, Bytes found[argumentsMax]) {
  napi_value given[argumentsMax];
  size_t arrived = argumentsMax;
  if (napi_get_cb_info(env, info, &arrived, given, NULL, NULL) != napi_ok || arrived < count) {
    napi_throw_type_error(env, NULL, "an argument is missing");
    return 0;
  }
  for (size_t i = 0; i < count; i++) {
    napi_typedarray_type type;
    void *data = NULL;
    napi_status status = napi_get_typedarray_info(env, given[i], &type, &found[i].length, &data, NULL, NULL);
    if (status == napi_ok && type != napi_uint8_array) status = napi_invalid_arg;
    else if (status != napi_ok) status = napi_get_arraybuffer_info(env, given[i], &data, &found[i].length);
    if (status != napi_ok) {
      napi_throw_type_error(env, NULL, "not bytes");
      return 0;
    }
    found[i].at = data;
  }
  return 1;
}

/* False, and thrown, when the bytes have another length. */
static int hasLength(napi_env env, Bytes bytes, size_t length) {
  if (bytes.length == length) return 1;
  napi_throw_range_error(env, NULL, "bytes of another length");
  return 0;
}

static napi_value result(napi_env env, const uint8_t *bytes, size_t length) {
  void *data;
  napi_value made;
  if (napi_create_arraybuffer(env, length, &data, &made) != napi_ok) return NULL;
  for (size_t i = 0; i < length; i++) ((uint8_t *)data)[i] = bytes[i];
  return made;
}

static napi_value keccak(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t digest[32];
  if (!take(env, info, 1, of)) return NULL;
  keccak256(of[0].at, of[0].length, digest);
  return result(env, digest, sizeof digest);
}

static napi_value isKeccak(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t digest[32];
  napi_value answer;
  if (!take(env, info, 2, of)) return NULL;
  keccak256(of[0].at, of[0].length, digest);
  bool isIt = of[1].length == sizeof digest && memcmp(digest, of[1].at, sizeof digest) == 0;
  return napi_get_boolean(env, isIt, &answer) == napi_ok ? answer : NULL;
}

static napi_value shaBegin(napi_env env, napi_callback_info info) {
  (void)info;
  Sha256State state;
  sha256Begin(&state);
  return result(env, (const uint8_t *)&state, sizeof state);
}

static napi_value shaUpdate(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  if (!take(env, info, 2, of) || !hasLength(env, of[0], sizeof(Sha256State))) return NULL;
  sha256Update((Sha256State *)of[0].at, of[1].at, of[1].length);
  return NULL;
}

static napi_value shaEnd(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t digest[32];
  if (!take(env, info, 1, of) || !hasLength(env, of[0], sizeof(Sha256State))) return NULL;
  sha256End((Sha256State *)of[0].at, digest);
  return result(env, digest, sizeof digest);
}

static napi_value recoverAddress(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t address[20];
  if (!take(env, info, 2, of) || !hasLength(env, of[0], 32) || !hasLength(env, of[1], 65)) return NULL;
  if (!secp256k1RecoverAddress(of[0].at, of[1].at, address)) return NULL;
  return result(env, address, sizeof address);
}

static napi_value sign(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t signature[65];
  if (!take(env, info, 2, of) || !hasLength(env, of[0], 32) || !hasLength(env, of[1], 32)) return NULL;
  if (!secp256k1Sign(of[0].at, of[1].at, signature)) return NULL;
  return result(env, signature, sizeof signature);
}

static napi_value addressOf(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t address[20];
  if (!take(env, info, 1, of) || !hasLength(env, of[0], 32)) return NULL;
  return secp256k1AddressOf(of[0].at, address) ? result(env, address, sizeof address) : NULL;
}

static napi_value publicKeyOf(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t key[33];
  if (!take(env, info, 1, of) || !hasLength(env, of[0], 32)) return NULL;
  return secp256k1PublicKeyOf(of[0].at, key) ? result(env, key, sizeof key) : NULL;
}

static napi_value sharedSecret(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  uint8_t secret[32];
  if (!take(env, info, 2, of) || !hasLength(env, of[0], 32) || !hasLength(env, of[1], 33)) return NULL;
  return secp256k1SharedSecret(of[0].at, of[1].at, secret) ? result(env, secret, sizeof secret) : NULL;
}

static napi_value encrypt(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  void *encrypted;
  napi_value made;
  if (!take(env, info, 4, of) || !hasLength(env, of[0], 32) || !hasLength(env, of[1], 12)) return NULL;
  if (napi_create_arraybuffer(env, of[3].length + aeadTagSize, &encrypted, &made) != napi_ok) return NULL;
  aeadEncrypt(of[0].at, of[1].at, of[2].at, of[2].length, of[3].at, of[3].length, encrypted);
  return made;
}

static napi_value decrypt(napi_env env, napi_callback_info info) {
  Bytes of[argumentsMax];
  void *plain;
  napi_value made;
  if (!take(env, info, 4, of) || !hasLength(env, of[0], 32) || !hasLength(env, of[1], 12)) return NULL;
  if (of[3].length < aeadTagSize) return NULL;
  if (napi_create_arraybuffer(env, of[3].length - aeadTagSize, &plain, &made) != napi_ok) return NULL;
  int right = aeadDecrypt(of[0].at, of[1].at, of[2].at, of[2].length, of[3].at, of[3].length, plain);
  return right ? made : NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {
    {"keccak256", keccak},       {"isKeccak256", isKeccak},           {"sha256Begin", shaBegin},
    {"sha256Update", shaUpdate},
    {"sha256End", shaEnd},       {"recoverAddress", recoverAddress},  {"sign", sign},
    {"addressOf", addressOf},    {"publicKeyOf", publicKeyOf},        {"sharedSecret", sharedSecret},
    {"encrypt", encrypt},        {"decrypt", decrypt},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value made;
    const char *name = functions[i].name;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &made) != napi_ok ||
        napi_set_named_property(env, exports, name, made) != napi_ok)
      return NULL;
  }
  return exports;
}
