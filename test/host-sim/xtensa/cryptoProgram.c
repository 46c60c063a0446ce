/* The native crypto, asked for one result after the other. */
#include "bls.h"
#include "chacha20Poly1305.h"
#include "exchange.h"
#include "keccak256.h"
#include "secp256k1.h"
#include "sha256.h"

#include <string.h>

enum { keccak, sha, recover, sign, address, bls, shared, encrypt };

static void askBls(void) {
  BlsSum sum;
  const uint8_t *key = takeBytes(blsKeySize);
  int whole = blsBegin(&sum, key);
  for (uint32_t absent = take8(); absent > 0; absent--) whole &= blsSubtract(&sum, takeBytes(blsKeySize));
  const uint8_t *signature = takeBytes(blsSignatureSize);
  const uint8_t *message = takeBytes(32);
  answer8((uint32_t)whole);
  answer8(whole ? (uint32_t)blsVerify(&sum, message, 32, signature) : 0);
}

static void askSha(void) {
  uint8_t digest[32];
  Sha256State state;
  sha256Begin(&state);
  while (isMore()) {
    size_t length = take16();
    sha256Update(&state, takeBytes(length), length);
  }
  sha256End(&state, digest);
  answerBytes(digest, sizeof digest);
}

static void askEncrypt(void) {
  const uint8_t *key = takeBytes(32);
  const uint8_t *nonce = takeBytes(12);
  size_t length = take16();
  static uint8_t encrypted[5000 + aeadTagSize], plain[5000];
  const uint8_t *text = takeBytes(length);
  aeadEncrypt(key, nonce, nonce, 12, text, length, encrypted);
  if (!aeadDecrypt(key, nonce, nonce, 12, encrypted, length + aeadTagSize, plain)) return;
  if (memcmp(plain, text, length) == 0) answerBytes(encrypted, length + aeadTagSize);
}

void answerRequest(void) {
  uint8_t result[65];
  uint32_t operation = take8();
  if (operation == keccak) {
    size_t length = take16();
    keccak256(takeBytes(length), length, result);
    answerBytes(result, 32);
  } else if (operation == sha) {
    askSha();
  } else if (operation == recover) {
    const uint8_t *digest = takeBytes(32);
    if (secp256k1RecoverAddress(digest, takeBytes(65), result)) answerBytes(result, 20);
  } else if (operation == sign) {
    const uint8_t *digest = takeBytes(32);
    if (secp256k1Sign(digest, takeBytes(32), result)) answerBytes(result, 65);
  } else if (operation == address) {
    if (secp256k1AddressOf(takeBytes(32), result)) answerBytes(result, 20);
  } else if (operation == bls) {
    askBls();
  } else if (operation == shared) {
    const uint8_t *key = takeBytes(32);
    if (secp256k1SharedSecret(key, takeBytes(33), result)) answerBytes(result, 32);
  } else if (operation == encrypt) {
    askEncrypt();
  }
}
