/*
 * Registers as the technical reference manual of a C3 describes them. A touch without the lock or the clock, or while it
 * works, ends the program; so does a second taker of the lock. Between two takers it does others' work, as TLS would.
 */
#include "unit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "esp_crypto_lock.h"
#include "esp_crypto_periph_clk.h"
#include "hal/sha_ll.h"

static uint8_t text[64], hash[32];
static bool locked, clocked, working;
static esp_sha_type mode;
static unsigned blocks, rightBlocks, looks;
static Answers answers;

static void must(bool holds, const char *words) {
  if (holds) return;
  fprintf(stderr, "the unit: %s\n", words);
  abort();
}

static void touched(void) {
  must(locked, "used without the lock");
  must(clocked, "used without its clock");
  must(!working, "used while it works");
}

void unitAnswers(Answers given, unsigned after) {
  answers = given;
  rightBlocks = after;
}

unsigned unitBlocks(void) { return blocks; }

void esp_crypto_sha_aes_lock_acquire(void) {
  must(!locked, "locked twice");
  locked = true;
}

void esp_crypto_sha_aes_lock_release(void) {
  must(locked && !clocked, "released while its clock runs");
  locked = false;
  memset(text, 0xa5, sizeof text);
  memset(hash, 0x5a, sizeof hash);
  mode = SHA1;
}

void esp_crypto_sha_enable_periph_clk(bool enable) {
  must(locked && clocked != enable, "its clock switched twice, or without the lock");
  clocked = enable;
  working = false;
}

void sha_ll_set_mode(esp_sha_type type) {
  touched();
  mode = type;
}

void sha_ll_fill_text_block(const void *from, size_t words) {
  touched();
  must((uintptr_t)from % sizeof(uint32_t) == 0 && words == 16, "words at an odd address");
  memcpy(text, from, sizeof text);
}

void sha_ll_write_digest(esp_sha_type type, void *from, size_t words) {
  touched();
  must(type == SHA2_256 && words == 8, "another hash");
  memcpy(hash, from, sizeof hash);
}

void sha_ll_read_digest(esp_sha_type type, void *into, size_t words) {
  touched();
  must(type == SHA2_256 && words == 8, "another hash");
  memcpy(into, hash, sizeof hash);
}

bool sha_ll_busy(void) {
  must(locked && clocked, "asked without its clock");
  if (working && answers == STUCK && blocks > rightBlocks) return true;
  if (working && ++looks % 3 == 0) working = false;
  return working;
}

/* FIPS 180-4, 6.2.2, word for word; the constants are made as 4.2.2 and 5.3.3 say, from the cube roots of primes. */
static uint32_t rotated(uint32_t x, int n) { return x >> n | x << (32 - n); }

static uint32_t cubeRootBits(uint32_t prime) {
  /* The first 32 bits of the fraction: the largest r with r³ ≤ p · 2⁹⁶, without its whole part. */
  unsigned __int128 low = 0, high = (unsigned __int128)1 << 36;
  while (high - low > 1) {
    unsigned __int128 middle = (low + high) / 2;
    /* middle³ takes 108 bits. */
    if (middle * middle * middle <= (unsigned __int128)prime << 96) low = middle;
    else high = middle;
  }
  return (uint32_t)low;
}

static uint32_t nextPrime(uint32_t after) {
  for (uint32_t candidate = after + 1;; candidate++) {
    uint32_t divisor = 2;
    while (divisor * divisor <= candidate && candidate % divisor) divisor++;
    if (divisor * divisor > candidate) return candidate;
  }
}

static uint32_t wordAt(const uint8_t *bytes, int i) {
  const uint8_t *at = bytes + 4 * i;
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void sha_ll_continue_block(esp_sha_type type) {
  static uint32_t k[64];
  uint32_t w[64], v[8];
  touched();
  must(type == SHA2_256 && mode == SHA2_256, "another mode");
  working = true;
  blocks++;
  for (uint32_t i = 0, prime = 1; k[63] == 0 && i < 64; i++) k[i] = cubeRootBits(prime = nextPrime(prime));
  for (int t = 0; t < 64; t++) {
    if (t < 16) {
      w[t] = wordAt(text, t);
      continue;
    }
    uint32_t a = w[t - 2], b = w[t - 15];
    w[t] = (rotated(a, 17) ^ rotated(a, 19) ^ a >> 10) + w[t - 7] +
           (rotated(b, 7) ^ rotated(b, 18) ^ b >> 3) + w[t - 16];
  }
  for (int i = 0; i < 8; i++) v[i] = wordAt(hash, i);
  for (int t = 0; t < 64; t++) {
    uint32_t a = v[0], e = v[4];
    uint32_t first = v[7] + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k[t] + w[t];
    uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += first;
    v[0] = first + second;
  }
  for (int i = 0; i < 8; i++) {
    uint32_t sum = wordAt(hash, i) + v[i];
    for (int j = 0; j < 4; j++) hash[4 * i + j] = (uint8_t)(sum >> (24 - 8 * j));
  }
  if (blocks <= rightBlocks) return;
  if (answers == WRONG) hash[31] ^= 1;
  if (answers == ZEROS) memset(hash, 0, sizeof hash);
}
