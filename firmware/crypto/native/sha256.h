/* SHA-256 (FIPS 180-4), streaming. No branch and no address depends on the bytes. */
#ifndef HOLDFAST_SHA256_H
#define HOLDFAST_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* Opaque; the caller provides the memory, and may move it. */
typedef struct {
  uint64_t words[16];
} Sha256State;

void sha256Begin(Sha256State *state);
/* Of secrets on which a key hangs: no unit of the machine (below) is asked for it. */
void sha256BeginInC(Sha256State *state);
void sha256Update(Sha256State *state, const uint8_t *bytes, size_t length);
/* Leaves nothing of the input in the state. */
void sha256End(Sha256State *state, uint8_t digest[32]);

enum { SHA256_BLOCK_BYTES = 64 };

/*
 * A machine's own unit for blocks: takes `count` of them, at any address, into the eight words of a hash. Returns 0 when it
 * could not, and then the hash is as it was.
 */
typedef int (*Sha256Unit)(uint32_t hash[8], const uint8_t *blocks, size_t count);

/*
 * From here on blocks are the unit's, with the C here as its twin. Returns 0 when its answers are not the known ones: then
 * it is not used. Once it returned 0 itself, the C takes over for good. Without a call, or with NULL, all is done in C.
 */
int sha256UseUnit(Sha256Unit unit);

#endif
