/*
 * sha RIGHT|WRONG|ZEROS|STUCK AFTER: the C of SHA-256 with the unit of `sha/unit.c` below it, which answers so after so many
 * blocks. Prints whether it is used, then digests of messages in parts, two hashes open at once, and the blocks it was
 * given; and the same of a hash that is to be made in C.
 */
#include "sha.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sha/unit.h"
#include "sha256.h"

static void print(const uint8_t digest[32]) {
  for (int i = 0; i < 32; i++) printf("%02x", digest[i]);
  printf("\n");
}

/* The bytes 0, 1, 2 and so on, `length` of them from an odd address on, in parts of `step`. */
static void hashBeside(size_t length, size_t step) {
  static uint8_t place[1 + 5000];
  static const uint8_t other[] = "abc";
  Sha256State one, two;
  uint8_t digest[32];
  for (size_t i = 0; i < length; i++) place[1 + i] = (uint8_t)i;
  sha256Begin(&one);
  sha256Begin(&two);
  for (size_t at = 0; at < length; at += step) {
    sha256Update(&one, place + 1 + at, length - at < step ? length - at : step);
    if (at == 0) sha256Update(&two, other, 3);
  }
  sha256End(&one, digest);
  print(digest);
  if (length == 0) sha256Update(&two, other, 3);
  sha256End(&two, digest);
  print(digest);
}

/* A message of two blocks whose unit is not asked. */
static void hashInC(void) {
  static const uint8_t message[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  Sha256State state;
  uint8_t digest[32];
  sha256BeginInC(&state);
  sha256Update(&state, message, sizeof message - 1);
  sha256End(&state, digest);
  print(digest);
}

int main(int count, char **arguments) {
  static const char *const names[] = {"RIGHT", "WRONG", "ZEROS", "STUCK"};
  if (count != 3) return 2;
  for (int i = 0; i < 4; i++) {
    if (strcmp(arguments[1], names[i]) == 0) unitAnswers((Answers)i, (unsigned)atoi(arguments[2]));
  }
  printf("%s\n", !shaIsThere() ? "none" : sha256UseUnit(shaBlocks) ? "used" : "refused");
  printf("%u\n", unitBlocks());
  for (size_t length = 0; length <= 260; length += 13) hashBeside(length, 64);
  hashBeside(5000, 5000);
  hashBeside(5000, 61);
  printf("%u\n", unitBlocks());
  hashInC();
  printf("%u\n", unitBlocks());
  return 0;
}
