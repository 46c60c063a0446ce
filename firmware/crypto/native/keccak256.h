/* Ethereum's Keccak-256: the Keccak submission's padding (0x01), not that of FIPS 202 (0x06). */
#ifndef HOLDFAST_KECCAK256_H
#define HOLDFAST_KECCAK256_H

#include <stddef.h>
#include <stdint.h>

/* No branch and no address depends on the contents of `bytes`. */
void keccak256(const uint8_t *bytes, size_t length, uint8_t digest[32]);

#endif
