/* ECDSA and ECDH over secp256k1, by libsecp256k1. port/crypto.ts gives the meaning of every call. */
#ifndef HOLDFAST_SECP256K1_H
#define HOLDFAST_SECP256K1_H

#include <stdint.h>

/* Takes 32 random bytes that blind computations against an observer of time and power; before the first signature. */
void secp256k1Blind(const uint8_t seed[32]);

/* False when nobody can have made this signature; high s counts as nobody. */
int secp256k1RecoverAddress(const uint8_t digest[32], const uint8_t signature[65], uint8_t address[20]);

/* Constant time in the key. RFC 6979, low s. False when the bytes are not a key. */
int secp256k1Sign(const uint8_t digest[32], const uint8_t privateKey[32], uint8_t signature[65]);

/* Constant time in the key. False when the bytes are not a key. */
int secp256k1AddressOf(const uint8_t privateKey[32], uint8_t address[20]);

/* Constant time in the key. False when the bytes are not a key. */
int secp256k1PublicKeyOf(const uint8_t privateKey[32], uint8_t publicKey[33]);

/* ECDH, the x coordinate. Constant time in the private key. False when either is not a key. */
int secp256k1SharedSecret(const uint8_t privateKey[32], const uint8_t publicKey[33], uint8_t secret[32]);

#endif
