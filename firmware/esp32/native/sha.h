/*
 * SHA-256 by the chip's own unit. The lock is ESP-IDF's, so TLS, NVS and others may use the unit between any two calls: it
 * is given the hash before the blocks, and has it taken away after them.
 */
#ifndef HOLDFAST_SHA_H
#define HOLDFAST_SHA_H

#include <stddef.h>
#include <stdint.h>

/* Whether this chip has a unit that takes up a hash where another left it: an ESP32 has one that does not. */
int shaIsThere(void);

/* A `Sha256Unit` (crypto/native/sha256.h): 0 where there is no unit, or it did not end its work in time. */
int shaBlocks(uint32_t hash[8], const uint8_t *blocks, size_t count);

#endif
