/*
 * For valgrind, whose memcheck reports every branch and every address that depends on undefined bytes: here the
 * secret ones are declared undefined, so that what it reports is what an observer of time could see.
 *
 *   secrets sign|address|blind|branch    `branch` looks at the key openly: the check itself is checked with it
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "secp256k1.h"

static uint8_t key[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t digest[32] = {9, 8, 7, 6, 5};

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
