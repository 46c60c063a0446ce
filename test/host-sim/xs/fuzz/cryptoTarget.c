/*
 * libFuzzer: the native crypto with whatever bytes. What is signed recovers to its signer, a hash in pieces is the
 * hash of the whole, what is encrypted decrypts and nothing else does, a key taken off a sum that it was added to leaves the sum that was there.
 */
#include <stdlib.h>
#include <string.h>

#include "bls.h"
#include "chacha20Poly1305.h"
#include "keccak256.h"
#include "secp256k1.h"
#include "sha256.h"

static void hashes(const uint8_t *data, size_t size) {
  uint8_t whole[32], pieces[32];
  Sha256State state;
  if (size < 1) return;
  size_t cut = data[0] < size ? data[0] : size;
  sha256Begin(&state);
  sha256Update(&state, data, size);
  sha256End(&state, whole);
  sha256Begin(&state);
  sha256Update(&state, data, cut);
  sha256Update(&state, data + cut, size - cut);
  sha256End(&state, pieces);
  if (memcmp(whole, pieces, 32)) abort();
  keccak256(data, size, whole);
}

static void signatures(const uint8_t *data, size_t size) {
  uint8_t signature[65], signer[20], recovered[20];
  if (size < 97) return;
  secp256k1RecoverAddress(data, data + 32, recovered);
  int isKey = secp256k1AddressOf(data + 32, signer);
  if (isKey != secp256k1Sign(data, data + 32, signature)) abort();
  if (!isKey) return;
  if (!secp256k1RecoverAddress(data, signature, recovered) || memcmp(signer, recovered, 20)) abort();
}

static void secrets(const uint8_t *data, size_t size) {
  static uint8_t plain[5000], encrypted[5000 + aeadTagSize];
  uint8_t publicKey[33], other[33], secret[32], same[32];
  if (size < 97 || size > sizeof plain) return;
  const uint8_t *text = data + 44;
  size_t length = size - 44;
  aeadEncrypt(data, data + 32, data, 13, text, length, encrypted);
  if (!aeadDecrypt(data, data + 32, data, 13, encrypted, length + aeadTagSize, plain)) abort();
  if (memcmp(plain, text, length)) abort();
  encrypted[data[0] % (length + aeadTagSize)] ^= 1 << (data[1] & 7);
  if (aeadDecrypt(data, data + 32, data, 13, encrypted, length + aeadTagSize, plain)) abort();
  aeadDecrypt(data, data + 32, data, 13, text, length, plain);
  secp256k1SharedSecret(data, data + 32, secret);
  int isKey = secp256k1PublicKeyOf(data, publicKey);
  if (!isKey || !secp256k1PublicKeyOf(data + 32, other)) return;
  if (!secp256k1SharedSecret(data, other, secret) || !secp256k1SharedSecret(data + 32, publicKey, same)) abort();
  if (memcmp(secret, same, 32)) abort();
}

static void sums(const uint8_t *data, size_t size) {
  BlsSum sum, other;
  if (size < 32 + 96 + 2 * 48) return;
  const uint8_t *first = data + 128;
  const uint8_t *second = data + 128 + 48;
  if (!blsBegin(&sum, first)) return;
  int isKey = blsSubtract(&sum, second);
  if (isKey != blsBegin(&other, second)) abort();
  if (size > 300) blsVerify(&sum, data, 32, data + 32);
  blsBegin(&sum, first);
  if (!blsSubtract(&sum, first) || blsVerify(&sum, data, 32, data + 32) != blsInfinity) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t seed[32] = {1};
  static int blinded;
  if (!blinded) secp256k1Blind(seed), blinded = 1;
  hashes(data, size);
  signatures(data, size);
  secrets(data, size);
  sums(data, size);
  return 0;
}
