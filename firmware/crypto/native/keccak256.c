/*
 * The Keccak reference, version 3.0: Keccak-f[1600], rate 1088 bits. Lanes are little-endian whatever the machine.
 *
 * A round goes from one state to another, plane by plane, so that the five lanes of a plane stay in the registers of
 * a 32-bit machine; unrolled, so that every rotation is a constant.
 */
#include "keccak256.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
/* Instructions that are scheduled ahead cost registers here, and so the stack. */
#pragma GCC optimize("no-schedule-insns")
#endif

enum { rate = 136, rounds = 24, lanes = 25 };

static const uint64_t roundConstants[rounds] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t rotate(uint64_t lane, unsigned count) {
  return count ? lane << count | lane >> (64 - count) : lane;
}

/* The rotations of rho: that of lane (x, y) stands at [x + 5y]. */
static const uint8_t rotations[lanes] = {
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
};

static void oneRound(const uint64_t from[lanes], uint64_t to[lanes], uint64_t constant) {
  uint64_t parity[5], change[5];
#pragma GCC unroll 5
  for (int x = 0; x < 5; x++) parity[x] = from[x] ^ from[x + 5] ^ from[x + 10] ^ from[x + 15] ^ from[x + 20];
#pragma GCC unroll 5
  for (int x = 0; x < 5; x++) change[x] = parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
#pragma GCC unroll 5
  for (int y = 0; y < 5; y++) {
    uint64_t plane[5];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) {
      /* pi moves lane (x', y') to (y', 2x' + 3y'): lane (x, y) comes from (x + 3y, x). */
      int column = (x + 3 * y) % 5;
      int source = column + 5 * x;
      plane[x] = rotate(from[source] ^ change[column], rotations[source]);
    }
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) to[x + 5 * y] = plane[x] ^ (~plane[(x + 1) % 5] & plane[(x + 2) % 5]);
  }
  to[0] ^= constant;
}

static void permute(uint64_t state[lanes]) {
  uint64_t other[lanes];
  for (int i = 0; i < rounds; i += 2) {
    oneRound(state, other, roundConstants[i]);
    oneRound(other, state, roundConstants[i + 1]);
  }
}

static void absorb(uint64_t state[lanes], const uint8_t block[rate]) {
  for (size_t lane = 0; lane < rate / 8; lane++, block += 8) {
    uint32_t low = block[0] | (uint32_t)block[1] << 8 | (uint32_t)block[2] << 16 | (uint32_t)block[3] << 24;
    uint32_t high = block[4] | (uint32_t)block[5] << 8 | (uint32_t)block[6] << 16 | (uint32_t)block[7] << 24;
    state[lane] ^= (uint64_t)high << 32 | low;
  }
  permute(state);
}

void keccak256(const uint8_t *bytes, size_t length, uint8_t digest[32]) {
  uint64_t state[lanes] = {0};
  uint8_t last[rate] = {0};
  for (; length >= rate; bytes += rate, length -= rate) absorb(state, bytes);
  if (length > 0) memcpy(last, bytes, length);
  last[length] ^= 0x01;
  last[rate - 1] ^= 0x80;
  absorb(state, last);
  for (size_t i = 0; i < 4; i++) {
    for (size_t byte = 0; byte < 8; byte++) digest[8 * i + byte] = (uint8_t)(state[i] >> (8 * byte));
  }
}
