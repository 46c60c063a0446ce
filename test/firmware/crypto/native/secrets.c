/*
 * For valgrind, whose memcheck reports every branch and every address that depends on undefined bytes: here the
 * secret ones are declared undefined, so that what it reports is what an observer of time could see.
 *
 *   secrets sign|address|public|shared|encrypt|decrypt|blind|branch
 *
 * `branch` looks at the key openly: the check itself is checked with it.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "chacha20Poly1305.h"
#include "secp256k1.h"

static uint8_t key[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t digest[32] = {9, 8, 7, 6, 5};

/* 2 G */
static const uint8_t other[33] = {2,    0xc6, 0x04, 0x7f, 0x94, 0x41, 0xed, 0x7d, 0x6d, 0x30, 0x45,
                                  0x40, 0x6e, 0x95, 0xc0, 0x7c, 0xd8, 0x5c, 0x77, 0x8e, 0x4b, 0x8c,
                                  0xef, 0x3c, 0xa7, 0xab, 0xac, 0x09, 0xb9, 0x5c, 0x70, 0x9e, 0xe5};

/* More than a block, and a piece. The text is as secret as the key, and so is what comes of it, until it is sent. */
static int aead(int decrypt, uint8_t *result) {
  uint8_t plain[100], encrypted[100 + aeadTagSize], undefined[1];
  memset(plain, 7, sizeof plain);
  if (!decrypt) VALGRIND_MAKE_MEM_UNDEFINED(plain, sizeof plain);
  aeadEncrypt(key, digest, digest, 20, plain, sizeof plain, encrypted);
  VALGRIND_GET_VBITS(encrypted, undefined, 1);
  if (undefined[0] == 0) return 0;
  if (decrypt) {
    VALGRIND_MAKE_MEM_DEFINED(encrypted, sizeof encrypted);
    if (!aeadDecrypt(key, digest, digest, 20, encrypted, sizeof encrypted, plain)) return 0;
  }
  memcpy(result, decrypt ? plain : encrypted, 32);
  return 1;
}

static int branch(void) {
  for (int i = 0; i < 32; i++) {
    if (key[i] != digest[i]) return i + 1;
  }
  return 0;
}

int main(int count, char **arguments) {
  uint8_t result[65] = {0};
  if (count != 2) return 64;
  const char *what = arguments[1];
  VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof key);
  int made = 0;
  if (strcmp(what, "sign") == 0) made = secp256k1Sign(digest, key, result);
  else if (strcmp(what, "address") == 0) made = secp256k1AddressOf(key, result);
  else if (strcmp(what, "public") == 0) made = secp256k1PublicKeyOf(key, result);
  else if (strcmp(what, "shared") == 0) made = secp256k1SharedSecret(key, other, result);
  else if (strcmp(what, "encrypt") == 0) made = aead(0, result);
  else if (strcmp(what, "decrypt") == 0) made = aead(1, result);
  else if (strcmp(what, "blind") == 0) secp256k1Blind(key), made = 1;
  else if (strcmp(what, "branch") == 0) made = branch();
  else return 64;
  /* Whether there is a signature, and the signature, are for all to see. */
  VALGRIND_MAKE_MEM_DEFINED(&made, sizeof made);
  VALGRIND_MAKE_MEM_DEFINED(result, sizeof result);
  for (size_t i = 0; i < sizeof result; i++) printf("%02x", result[i]);
  printf(" %d\n", made != 0);
  return 0;
}
