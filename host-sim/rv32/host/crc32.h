/* CRC-32 (IEEE 802.3, reflected), as firmware/bytes/crc32.ts. */
#ifndef HOLDFAST_RV32_CRC32_H
#define HOLDFAST_RV32_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The state to begin with is ~0; the checksum is the state inverted. */
uint32_t crcUpdate(uint32_t state, const uint8_t *bytes, size_t length);
uint32_t crc32(const uint8_t *bytes, size_t length);

#endif
