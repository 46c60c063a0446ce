/*
 * The native crypto as a program for tests: questions on the standard input, answers on the standard output, many
 * in one run. A question is an operation (1 byte), a length (4 bytes, the lowest first) and so many bytes; an answer
 * is 0 where there is none, else one more than its length (2 bytes), and so many bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bls.h"
#include "chacha20Poly1305.h"
#include "keccak256.h"
#include "secp256k1.h"
#include "sha256.h"

static void answer(const uint8_t *bytes, size_t length) {
  putchar((int)(length + 1) & 255);
  putchar((int)(length + 1) >> 8);
  fwrite(bytes, 1, length, stdout);
}

static void answerIf(int there, const uint8_t *bytes, size_t length) {
  if (there) answer(bytes, length);
  else fwrite("\0", 1, 2, stdout);
}

/* Key, nonce, how many bytes are associated, those, and the text. */
static void answerAead(int operation, const uint8_t *bytes, size_t length) {
  const uint8_t *nonce = bytes + 32;
  const uint8_t *associated = nonce + 12 + 1;
  size_t count = associated[-1];
  const uint8_t *text = associated + count;
  size_t rest = length - (size_t)(text - bytes);
  size_t room = operation == 'e' ? rest + aeadTagSize : rest < aeadTagSize ? 0 : rest - aeadTagSize;
  uint8_t *result = malloc(room ? room : 1);
  if (!result) exit(65);
  if (operation == 'e') aeadEncrypt(bytes, nonce, associated, count, text, rest, result), answer(result, room);
  else answerIf(aeadDecrypt(bytes, nonce, associated, count, text, rest, result), result, room);
  free(result);
}

/* The first byte says in pieces of which size the rest is hashed. */
static void answerSha256(const uint8_t *bytes, size_t length) {
  uint8_t digest[32];
  Sha256State state;
  size_t piece = bytes[0];
  sha256Begin(&state);
  for (size_t at = 1; at < length; at += piece) {
    if (piece == 0 || piece > length - at) piece = length - at;
    sha256Update(&state, bytes + at, piece);
  }
  sha256End(&state, digest);
  answer(digest, sizeof digest);
}

/* Message, signature, aggregate, and any number of absent keys; the outcome is one byte. */
static void answerBls(const uint8_t *bytes, size_t length) {
  const uint8_t *key = bytes + 32 + blsSignatureSize;
  BlsSum sum;
  int known = blsBegin(&sum, key);
  for (key += blsKeySize; known && key < bytes + length; key += blsKeySize) known = blsSubtract(&sum, key);
  uint8_t outcome = known ? (uint8_t)blsVerify(&sum, bytes, 32, bytes + 32) : blsKey;
  answer(&outcome, 1);
}

static int isOf(int operation, int wanted, size_t length, size_t wantedLength) {
  return operation == wanted && length == wantedLength;
}

static void serve(int operation, const uint8_t *bytes, size_t length) {
  uint8_t result[65];
  if (operation == 'k') {
    keccak256(bytes, length, result);
    answer(result, 32);
  } else if (operation == 's' && length > 0) {
    answerSha256(bytes, length);
  } else if (isOf(operation, 'r', length, 32 + 65)) {
    answerIf(secp256k1RecoverAddress(bytes, bytes + 32, result), result, 20);
  } else if (isOf(operation, 'g', length, 32 + 32)) {
    answerIf(secp256k1Sign(bytes, bytes + 32, result), result, 65);
  } else if (isOf(operation, 'a', length, 32)) {
    answerIf(secp256k1AddressOf(bytes, result), result, 20);
  } else if (isOf(operation, 'p', length, 32)) {
    answerIf(secp256k1PublicKeyOf(bytes, result), result, 33);
  } else if (isOf(operation, 'x', length, 32 + 33)) {
    answerIf(secp256k1SharedSecret(bytes, bytes + 32, result), result, 32);
  } else if ((operation == 'e' || operation == 'd') && length > 44 && length >= 45 + (size_t)bytes[44]) {
    answerAead(operation, bytes, length);
  } else if (operation == 'b' && length >= 32 + 96 + 48 && (length - 32 - 96) % 48 == 0) {
    answerBls(bytes, length);
  } else {
    fprintf(stderr, "no such question: %d of %zu bytes\n", operation, length);
    exit(64);
  }
}

int main(void) {
  uint8_t head[5];
  static const uint8_t seed[32] = {7};
  secp256k1Blind(seed);
  while (fread(head, 1, sizeof head, stdin) == sizeof head) {
    size_t length = head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16 | (size_t)head[4] << 24;
    /* Of exactly this size, so that a sanitizer sees a byte too many. */
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes || fread(bytes, 1, length, stdin) != length) return 65;
    serve(head[0], bytes, length);
    free(bytes);
  }
  return 0;
}
