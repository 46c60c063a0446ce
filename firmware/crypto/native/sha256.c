/*
 * FIPS 180-4, for processors without an instruction to rotate: the sums of three rotations are nested, so that two of them
 * share their shifts, and the part that a majority shares with the one before is kept.
 */
#include "sha256.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
/* Instructions that are scheduled ahead cost registers here, and so the stack. */
#pragma GCC optimize("no-schedule-insns")
#endif

/* In a build that saves space the rounds would become calls. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { blockSize = SHA256_BLOCK_BYTES };

typedef struct {
  uint32_t hash[8];
  uint64_t length;
  uint8_t block[blockSize];
  uint32_t inC;
} State;

_Static_assert(sizeof(State) <= sizeof(Sha256State), "the state has room");

static const uint32_t constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

ALWAYS_INLINE uint32_t rotate(uint32_t word, unsigned count) { return word >> count | word << (32 - count); }

/* By 2, 13 and 22; by 6, 11 and 25; by 7 and 18 with a shift by 3; by 17 and 19 with a shift by 10. */
ALWAYS_INLINE uint32_t bigSigma0(uint32_t a) { return rotate(rotate(rotate(a, 9) ^ a, 11) ^ a, 2); }
ALWAYS_INLINE uint32_t bigSigma1(uint32_t e) { return rotate(rotate(rotate(e, 14) ^ e, 5) ^ e, 6); }
ALWAYS_INLINE uint32_t smallSigma0(uint32_t w) { return rotate(rotate(w, 11) ^ w, 7) ^ w >> 3; }
ALWAYS_INLINE uint32_t smallSigma1(uint32_t w) { return rotate(rotate(w, 2) ^ w, 17) ^ w >> 10; }

/* `bc` is b ^ c, which the round before computed as its a ^ b. */
#define ROUND(a, b, c, d, e, f, g, h, word) \
  do { \
    uint32_t ab = a ^ b; \
    h += *constant++ + (word) + bigSigma1(e) + (g ^ (e & (f ^ g))); \
    d += h; \
    h += bigSigma0(a) + (b ^ (ab & bc)); \
    bc = ab; \
  } while (0)

/* The eight words change their parts, instead of being moved along. */
#define EIGHT_ROUNDS(WORD, i) \
  do { \
    ROUND(a, b, c, d, e, f, g, h, WORD(i)); \
    ROUND(h, a, b, c, d, e, f, g, WORD(i + 1)); \
    ROUND(g, h, a, b, c, d, e, f, WORD(i + 2)); \
    ROUND(f, g, h, a, b, c, d, e, WORD(i + 3)); \
    ROUND(e, f, g, h, a, b, c, d, WORD(i + 4)); \
    ROUND(d, e, f, g, h, a, b, c, WORD(i + 5)); \
    ROUND(c, d, e, f, g, h, a, b, WORD(i + 6)); \
    ROUND(b, c, d, e, f, g, h, a, WORD(i + 7)); \
  } while (0)

ALWAYS_INLINE uint32_t bigEndian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void storeBigEndian(uint8_t *bytes, uint32_t word) {
  bytes[0] = (uint8_t)(word >> 24);
  bytes[1] = (uint8_t)(word >> 16);
  bytes[2] = (uint8_t)(word >> 8);
  bytes[3] = (uint8_t)word;
}

/* The words of the message schedule, of which sixteen are kept. */
#define MESSAGE(i) (w[i] = bigEndian(block + 4 * (i)))
#define SCHEDULE(i) \
  (w[i] += smallSigma1(w[((i) + 14) % 16]) + w[((i) + 9) % 16] + smallSigma0(w[((i) + 1) % 16]))

static void compress(uint32_t hash[8], const uint8_t block[blockSize]) {
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  uint32_t bc = b ^ c;
  uint32_t w[16];
  const uint32_t *constant = constants;
  EIGHT_ROUNDS(MESSAGE, 0);
  EIGHT_ROUNDS(MESSAGE, 8);
  while (constant != constants + 64) {
    EIGHT_ROUNDS(SCHEDULE, 0);
    EIGHT_ROUNDS(SCHEDULE, 8);
  }
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d;
  hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

static const uint32_t initial[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* Of the machine, once it has given the known answers; NULL where there is none, and from the first time that it fails. */
static Sha256Unit unit;

static void take(State *state, const uint8_t *blocks, size_t count) {
  if (count > 0 && unit && !state->inC) {
    if (unit(state->hash, blocks, count)) return;
    unit = NULL;
  }
  for (; count > 0; count--, blocks += blockSize) compress(state->hash, blocks);
}

/* All of it at once, and block by block with another hash between, which is what the C is asked for as well. */
static int givesKnownAnswers(Sha256Unit asked) {
  /* The message of two blocks among FIPS 180's examples, padded, at an odd address. */
  static const char message[] = "xabcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  static const uint32_t answer[8] = {
    0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039, 0xa33ce459, 0x64ff2167, 0xf6ecedd4, 0x19db06c1,
  };
  uint8_t place[1 + 2 * blockSize] = {0};
  uint32_t whole[8], parted[8], between[8], twin[8];
  memcpy(place, message, sizeof message - 1);
  const uint8_t *blocks = place + 1;
  place[57] = 0x80;
  storeBigEndian(place + sizeof place - 4, 8 * 56);
  memcpy(whole, initial, sizeof initial);
  memcpy(parted, initial, sizeof initial);
  memcpy(between, answer, sizeof answer);
  memcpy(twin, answer, sizeof answer);
  compress(twin, blocks);
  return asked(whole, blocks, 2) && asked(parted, blocks, 1) && asked(between, blocks, 1) &&
         asked(parted, blocks + blockSize, 1) && memcmp(whole, answer, sizeof answer) == 0 &&
         memcmp(parted, answer, sizeof answer) == 0 && memcmp(between, twin, sizeof twin) == 0;
}

int sha256UseUnit(Sha256Unit asked) {
  unit = asked && givesKnownAnswers(asked) ? asked : NULL;
  return unit != NULL;
}

void sha256Begin(Sha256State *opaque) {
  State *state = (State *)opaque;
  memcpy(state->hash, initial, sizeof initial);
  state->length = 0;
  state->inC = 0;
}

void sha256BeginInC(Sha256State *opaque) {
  sha256Begin(opaque);
  ((State *)opaque)->inC = 1;
}

void sha256Update(Sha256State *opaque, const uint8_t *bytes, size_t length) {
  State *state = (State *)opaque;
  size_t used = (size_t)(state->length % blockSize);
  state->length += length;
  if (used > 0) {
    size_t room = blockSize - used;
    size_t taken = length < room ? length : room;
    memcpy(state->block + used, bytes, taken);
    if (taken < room) return;
    take(state, state->block, 1);
    bytes += taken;
    length -= taken;
  }
  take(state, bytes, length / blockSize);
  memcpy(state->block, bytes + length - length % blockSize, length % blockSize);
}

void sha256End(Sha256State *opaque, uint8_t digest[32]) {
  State *state = (State *)opaque;
  size_t used = (size_t)(state->length % blockSize);
  state->block[used++] = 0x80;
  if (used > blockSize - 8) {
    memset(state->block + used, 0, blockSize - used);
    take(state, state->block, 1);
    used = 0;
  }
  memset(state->block + used, 0, blockSize - 8 - used);
  storeBigEndian(state->block + blockSize - 8, (uint32_t)(state->length >> 29));
  storeBigEndian(state->block + blockSize - 4, (uint32_t)(state->length << 3));
  take(state, state->block, 1);
  for (int i = 0; i < 8; i++) storeBigEndian(digest + 4 * i, state->hash[i]);
  /* The compiler does not remove this write, although nobody reads it here: the state is the caller's. */
  memset(state, 0, sizeof *state);
}
