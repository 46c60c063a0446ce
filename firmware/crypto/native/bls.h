/* BLS signatures of a sync committee, by blst's curve: keys in G1, signatures in G2, proof of possession. */
#ifndef HOLDFAST_BLS_H
#define HOLDFAST_BLS_H

#include <stddef.h>
#include <stdint.h>

/* The outcomes of firmware/port/bls.ts. */
typedef enum { blsValid, blsMismatch, blsKey, blsInfinity, blsSignature } BlsOutcome;

/* A sum of keys; opaque, lies where the caller wants it, and may be moved. */
typedef struct {
  uint32_t words[36];
} BlsSum;

enum { blsKeySize = 48, blsSignatureSize = 96 };

/* The sum begins with a compressed key, whose subgroup is not looked at. False when it is no point, or infinity. */
int blsBegin(BlsSum *sum, const uint8_t key[blsKeySize]);
/* Takes a key off; equal, opposite and vanishing sums are sums like others. False when it is no point, or infinity. */
int blsSubtract(BlsSum *sum, const uint8_t key[blsKeySize]);
/* Whether those whose keys make the sum signed the message. */
BlsOutcome blsVerify(const BlsSum *sum, const uint8_t *message, size_t length, const uint8_t signature[blsSignatureSize]);

#endif
