/* The Keccak reference, version 3.0: Keccak-f[1600], rate 1088 bits. Lanes are little-endian whatever the machine. */
#include "keccak256.h"

enum { rate = 136, rounds = 24, lanes = 25 };

static const uint64_t roundConstants[rounds] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* Along the path that pi takes through the lanes, beginning at lane 1: where it goes next, rotated by how much. */
static const uint8_t path[lanes - 1] = {
  10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
};
static const uint8_t rotations[lanes - 1] = {
  1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
};

static uint64_t rotate(uint64_t lane, unsigned count) { return lane << count | lane >> (64 - count); }

static void theta(uint64_t state[lanes]) {
  uint64_t parity[5];
  for (int x = 0; x < 5; x++) {
    parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
  }
  for (int x = 0; x < 5; x++) {
    uint64_t change = parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
    for (int y = 0; y < lanes; y += 5) state[x + y] ^= change;
  }
}

static void rhoPi(uint64_t state[lanes]) {
  uint64_t moving = state[1];
  for (int i = 0; i < lanes - 1; i++) {
    uint64_t next = state[path[i]];
    state[path[i]] = rotate(moving, rotations[i]);
    moving = next;
  }
}

static void chi(uint64_t state[lanes]) {
  for (int y = 0; y < lanes; y += 5) {
    uint64_t a = state[y];
    uint64_t b = state[y + 1];
    state[y] ^= ~b & state[y + 2];
    state[y + 1] ^= ~state[y + 2] & state[y + 3];
    state[y + 2] ^= ~state[y + 3] & state[y + 4];
    state[y + 3] ^= ~state[y + 4] & a;
    state[y + 4] ^= ~a & b;
  }
}

static void permute(uint64_t state[lanes]) {
  for (int round = 0; round < rounds; round++) {
    theta(state);
    rhoPi(state);
    chi(state);
    state[0] ^= roundConstants[round];
  }
}

static void absorb(uint64_t state[lanes], size_t at, uint8_t byte) {
  state[at / 8] ^= (uint64_t)byte << (8 * (at % 8));
}

static void absorbBlock(uint64_t state[lanes], const uint8_t *bytes) {
  for (size_t lane = 0; lane < rate / 8; lane++, bytes += 8) {
    uint32_t low = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    uint32_t high = bytes[4] | (uint32_t)bytes[5] << 8 | (uint32_t)bytes[6] << 16 | (uint32_t)bytes[7] << 24;
    state[lane] ^= (uint64_t)high << 32 | low;
  }
}

void keccak256(const uint8_t *bytes, size_t length, uint8_t digest[32]) {
  uint64_t state[lanes] = {0};
  for (; length >= rate; bytes += rate, length -= rate) {
    absorbBlock(state, bytes);
    permute(state);
  }
  for (size_t i = 0; i < length; i++) absorb(state, i, bytes[i]);
  absorb(state, length, 0x01);
  absorb(state, rate - 1, 0x80);
  permute(state);
  for (size_t i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i / 8] >> (8 * (i % 8)));
}
