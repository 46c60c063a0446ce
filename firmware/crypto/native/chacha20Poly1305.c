/*
 * RFC 8439 for processors of 32 bits. Poly1305 is in five limbs of 26 bits, so that a sum of five products fits into
 * 64 (the layout of poly1305-donna, in the public domain).
 */
#include "chacha20Poly1305.h"

#include <string.h>

enum { blockSize = 64 };

static uint32_t read32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void write32(uint8_t *p, uint32_t value) {
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(value >> (8 * i));
}

static void write64(uint8_t *p, uint64_t value) {
  write32(p, (uint32_t)value);
  write32(p + 4, (uint32_t)(value >> 32));
}

/* Secrets on the stack, where the compiler would leave out a memset. */
static void forget(void *place, size_t length) {
  for (volatile uint8_t *p = place; length > 0; length--) *p++ = 0;
}

/* 2.1, 2.3 */

#define ROTATE(word, count) ((word) << (count) | (word) >> (32 - (count)))
#define QUARTER(a, b, c, d)                         \
  a += b, d ^= a, d = ROTATE(d, 16), c += d, b ^= c, b = ROTATE(b, 12); \
  a += b, d ^= a, d = ROTATE(d, 8), c += d, b ^= c, b = ROTATE(b, 7)

typedef struct {
  uint32_t words[16];
} Chacha20;

static void begin(Chacha20 *chacha, const uint8_t key[32], const uint8_t nonce[12]) {
  static const uint8_t constant[16] = {'e', 'x', 'p', 'a', 'n', 'd', ' ', '3', '2', '-', 'b', 'y', 't', 'e', ' ', 'k'};
  for (int i = 0; i < 4; i++) chacha->words[i] = read32(constant + 4 * i);
  for (int i = 0; i < 8; i++) chacha->words[4 + i] = read32(key + 4 * i);
  chacha->words[12] = 0;
  for (int i = 0; i < 3; i++) chacha->words[13 + i] = read32(nonce + 4 * i);
}

static void nextBlock(Chacha20 *chacha, uint32_t x[16]) {
  memcpy(x, chacha->words, sizeof chacha->words);
  for (int round = 0; round < 10; round++) {
    QUARTER(x[0], x[4], x[8], x[12]);
    QUARTER(x[1], x[5], x[9], x[13]);
    QUARTER(x[2], x[6], x[10], x[14]);
    QUARTER(x[3], x[7], x[11], x[15]);
    QUARTER(x[0], x[5], x[10], x[15]);
    QUARTER(x[1], x[6], x[11], x[12]);
    QUARTER(x[2], x[7], x[8], x[13]);
    QUARTER(x[3], x[4], x[9], x[14]);
  }
  for (int i = 0; i < 16; i++) x[i] += chacha->words[i];
  chacha->words[12]++;
}

static void apply(Chacha20 *chacha, const uint8_t *from, size_t length, uint8_t *to) {
  uint32_t stream[16];
  for (; length >= blockSize; from += blockSize, to += blockSize, length -= blockSize) {
    nextBlock(chacha, stream);
    for (int i = 0; i < 16; i++) write32(to + 4 * i, read32(from + 4 * i) ^ stream[i]);
  }
  if (length > 0) {
    nextBlock(chacha, stream);
    for (size_t i = 0; i < length; i++) to[i] = from[i] ^ (uint8_t)(stream[i / 4] >> (8 * (i % 4)));
  }
  forget(stream, sizeof stream);
}

/* 2.5 */

static const uint32_t limb = 0x3ffffff;

typedef struct {
  uint32_t r[5], sum[5], pad[4];
} Poly1305;

static void beginCode(Poly1305 *code, const uint8_t key[32]) {
  code->r[0] = read32(key) & 0x3ffffff;
  code->r[1] = read32(key + 3) >> 2 & 0x3ffff03;
  code->r[2] = read32(key + 6) >> 4 & 0x3ffc0ff;
  code->r[3] = read32(key + 9) >> 6 & 0x3f03fff;
  code->r[4] = read32(key + 12) >> 8 & 0x00fffff;
  for (int i = 0; i < 4; i++) code->pad[i] = read32(key + 16 + 4 * i);
  memset(code->sum, 0, sizeof code->sum);
}

static void addBlock(Poly1305 *code, const uint8_t block[16]) {
  const uint32_t *r = code->r;
  uint32_t r1 = 5 * r[1], r2 = 5 * r[2], r3 = 5 * r[3], r4 = 5 * r[4];
  uint32_t h0 = code->sum[0] + (read32(block) & limb);
  uint32_t h1 = code->sum[1] + (read32(block + 3) >> 2 & limb);
  uint32_t h2 = code->sum[2] + (read32(block + 6) >> 4 & limb);
  uint32_t h3 = code->sum[3] + (read32(block + 9) >> 6 & limb);
  uint32_t h4 = code->sum[4] + (read32(block + 12) >> 8 | 1u << 24);
#define TERM(a, b) ((uint64_t)(a) * (b))
  uint64_t d0 = TERM(h0, r[0]) + TERM(h1, r4) + TERM(h2, r3) + TERM(h3, r2) + TERM(h4, r1);
  uint64_t d1 = TERM(h0, r[1]) + TERM(h1, r[0]) + TERM(h2, r4) + TERM(h3, r3) + TERM(h4, r2);
  uint64_t d2 = TERM(h0, r[2]) + TERM(h1, r[1]) + TERM(h2, r[0]) + TERM(h3, r4) + TERM(h4, r3);
  uint64_t d3 = TERM(h0, r[3]) + TERM(h1, r[2]) + TERM(h2, r[1]) + TERM(h3, r[0]) + TERM(h4, r4);
  uint64_t d4 = TERM(h0, r[4]) + TERM(h1, r[3]) + TERM(h2, r[2]) + TERM(h3, r[1]) + TERM(h4, r[0]);
#undef TERM
  d1 += d0 >> 26;
  d2 += d1 >> 26;
  d3 += d2 >> 26;
  d4 += d3 >> 26;
  /* What goes beyond 2^130 comes back five times. */
  uint64_t low = (d0 & limb) + 5 * (d4 >> 26);
  code->sum[0] = (uint32_t)low & limb;
  code->sum[1] = ((uint32_t)d1 & limb) + (uint32_t)(low >> 26);
  code->sum[2] = (uint32_t)d2 & limb;
  code->sum[3] = (uint32_t)d3 & limb;
  code->sum[4] = (uint32_t)d4 & limb;
}

/* Zeros fill the last block, as the AEAD wants it. */
static void addPadded(Poly1305 *code, const uint8_t *bytes, size_t length) {
  uint8_t last[16] = {0};
  for (; length >= 16; bytes += 16, length -= 16) addBlock(code, bytes);
  if (length == 0) return;
  memcpy(last, bytes, length);
  addBlock(code, last);
}

static void endCode(Poly1305 *code, uint8_t tag[16]) {
  uint32_t *h = code->sum;
  uint32_t less[5];
  uint32_t over = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < 5; i++) {
      over += h[i];
      h[i] = over & limb;
      over >>= 26;
    }
    over *= 5;
  }
  h[0] += over;
  /* Less the modulus 2^130 - 5, unless that borrows. */
  over = 5;
  for (int i = 0; i < 5; i++) {
    over += h[i];
    less[i] = over & limb;
    over >>= 26;
  }
  uint32_t keep = 0 - over;
  for (int i = 0; i < 5; i++) h[i] = (h[i] & ~keep) | (less[i] & keep);
  uint32_t words[4] = {h[0] | h[1] << 26, h[1] >> 6 | h[2] << 20, h[2] >> 12 | h[3] << 14, h[3] >> 18 | h[4] << 8};
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += (uint64_t)words[i] + code->pad[i];
    write32(tag + 4 * i, (uint32_t)sum);
    sum >>= 32;
  }
  forget(code, sizeof *code);
  forget(less, sizeof less);
  forget(words, sizeof words);
}

/* 2.6, 2.8. Leaves the stream where the text begins. */
static void beginAead(Chacha20 *chacha, Poly1305 *code, const uint8_t key[32], const uint8_t nonce[12]) {
  uint8_t oneTimeKey[blockSize] = {0};
  begin(chacha, key, nonce);
  apply(chacha, oneTimeKey, sizeof oneTimeKey, oneTimeKey);
  beginCode(code, oneTimeKey);
  forget(oneTimeKey, sizeof oneTimeKey);
}

static void endAead(Poly1305 *code, const uint8_t *associated, size_t associatedLength, const uint8_t *text,
                    size_t length, uint8_t tag[16]) {
  uint8_t lengths[16];
  addPadded(code, associated, associatedLength);
  addPadded(code, text, length);
  write64(lengths, associatedLength);
  write64(lengths + 8, length);
  addBlock(code, lengths);
  endCode(code, tag);
}

void aeadEncrypt(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated, size_t associatedLength,
                 const uint8_t *plain, size_t length, uint8_t *encrypted) {
  Chacha20 chacha;
  Poly1305 code;
  beginAead(&chacha, &code, key, nonce);
  apply(&chacha, plain, length, encrypted);
  endAead(&code, associated, associatedLength, encrypted, length, encrypted + length);
  forget(&chacha, sizeof chacha);
}

int aeadDecrypt(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated, size_t associatedLength,
                const uint8_t *encrypted, size_t length, uint8_t *plain) {
  Chacha20 chacha;
  Poly1305 code;
  uint8_t tag[aeadTagSize];
  uint32_t difference = 0;
  if (length < aeadTagSize) return 0;
  length -= aeadTagSize;
  beginAead(&chacha, &code, key, nonce);
  endAead(&code, associated, associatedLength, encrypted, length, tag);
  for (int i = 0; i < aeadTagSize; i++) difference |= (uint32_t)(tag[i] ^ encrypted[length + i]);
  int right = difference == 0;
  if (right) apply(&chacha, encrypted, length, plain);
  forget(&chacha, sizeof chacha);
  return right;
}
