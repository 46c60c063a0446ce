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
void sha256Update(Sha256State *state, const uint8_t *bytes, size_t length);
/* Leaves nothing of the input in the state. */
void sha256End(Sha256State *state, uint8_t digest[32]);

#endif
