/* The AEAD ChaCha20-Poly1305 (RFC 8439). No branch and no address depends on what any of the bytes are. */
#ifndef HOLDFAST_CHACHA20_POLY1305_H
#define HOLDFAST_CHACHA20_POLY1305_H

#include <stddef.h>
#include <stdint.h>

enum { aeadTagSize = 16 };

/* `encrypted` has aeadTagSize bytes more than `plain` and does not overlap it. */
void aeadEncrypt(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated, size_t associatedLength,
                 const uint8_t *plain, size_t length, uint8_t *encrypted);

/*
 * `length` is that of `encrypted`, tag included; `plain` has aeadTagSize bytes less and does not overlap it. False,
 * and nothing decrypted, when the tag is not right.
 */
int aeadDecrypt(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated, size_t associatedLength,
                const uint8_t *encrypted, size_t length, uint8_t *plain);

#endif
