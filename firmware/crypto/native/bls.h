/* BLS signatures of a sync committee, by blst's curve: keys in G1, signatures in G2, proof of possession. */
#ifndef HOLDFAST_BLS_H
#define HOLDFAST_BLS_H

#include <stddef.h>
#include <stdint.h>

/* The outcomes of firmware/port/bls.ts. */
typedef enum { blsValid, blsMismatch, blsKey, blsInfinity, blsSignature } BlsOutcome;

/* A sum of keys. Opaque; the caller provides the memory, and may move it. */
typedef struct {
  uint32_t words[36];
} BlsSum;

enum { blsKeySize = 48, blsSignatureSize = 96 };

/* Begins a sum with a compressed key, whose subgroup is not checked. False when the key is not a point, or infinity. */
int blsBegin(BlsSum *sum, const uint8_t key[blsKeySize]);
/* Takes a key off a sum. Equal keys, opposite keys and a vanishing sum are allowed. False when it is not a point. */
int blsSubtract(BlsSum *sum, const uint8_t key[blsKeySize]);
/* The outcome of a signature over a message (32 bytes) by those whose keys add up to the sum. */
BlsOutcome blsVerify(const BlsSum *sum, const uint8_t *message, size_t length, const uint8_t signature[blsSignatureSize]);

#endif
