/*
 * The hashes of libsecp256k1 over sha256.c, in place of its own, which is unrolled and takes 14 KB of a chip's flash:
 * SHA-256 for shared secrets, and the nonces of RFC 6979 (3.2), by which signatures and the blinding are made.
 *
 * Always in C: a unit that answers two messages alike would give two signatures one nonce, and with it the key.
 *
 * Included once by secp256k1.c, before the library.
 */
#ifndef HOLDFAST_CURVE_HASH_H
#define HOLDFAST_CURVE_HASH_H

/* The guards of the library's hash.h and hash_impl.h: both are this file. */
#define SECP256K1_HASH_H
#define SECP256K1_HASH_IMPL_H

#include <stddef.h>
#include <string.h>

#include "sha256.h"

typedef Sha256State secp256k1_sha256;

static void secp256k1_sha256_initialize(secp256k1_sha256 *hash) { sha256BeginInC(hash); }

static void secp256k1_sha256_write(secp256k1_sha256 *hash, const unsigned char *data, size_t size) {
  sha256Update(hash, data, size);
}

static void secp256k1_sha256_finalize(secp256k1_sha256 *hash, unsigned char *out32) { sha256End(hash, out32); }

/* K, V and whether they gave something already. */
typedef struct {
  unsigned char v[32];
  unsigned char k[32];
  int retry;
} secp256k1_rfc6979_hmac_sha256;

static void beginWithKey(Sha256State *hash, const unsigned char key[32], unsigned char pad) {
  unsigned char block[SHA256_BLOCK_BYTES];
  memset(block, pad, sizeof block);
  for (int i = 0; i < 32; i++) block[i] ^= key[i];
  sha256BeginInC(hash);
  sha256Update(hash, block, sizeof block);
  memset(block, 0, sizeof block);
}

static void endWithKey(Sha256State *inner, const unsigned char key[32], unsigned char mac[32]) {
  Sha256State outer;
  unsigned char digest[32];
  sha256End(inner, digest);
  beginWithKey(&outer, key, 0x5c);
  sha256Update(&outer, digest, sizeof digest);
  sha256End(&outer, mac);
  memset(digest, 0, sizeof digest);
}

/* V = HMAC(K, V) */
static void nextOf(secp256k1_rfc6979_hmac_sha256 *generator) {
  Sha256State inner;
  beginWithKey(&inner, generator->k, 0x36);
  sha256Update(&inner, generator->v, 32);
  endWithKey(&inner, generator->k, generator->v);
}

/* K = HMAC(K, V || tag || data); V = HMAC(K, V) */
static void stir(secp256k1_rfc6979_hmac_sha256 *generator, unsigned char tag, const unsigned char *data, size_t size) {
  Sha256State inner;
  beginWithKey(&inner, generator->k, 0x36);
  sha256Update(&inner, generator->v, 32);
  sha256Update(&inner, &tag, 1);
  if (size > 0) sha256Update(&inner, data, size);
  endWithKey(&inner, generator->k, generator->k);
  nextOf(generator);
}

static void secp256k1_rfc6979_hmac_sha256_initialize(secp256k1_rfc6979_hmac_sha256 *generator, const unsigned char *key,
                                                     size_t size) {
  memset(generator->v, 1, sizeof generator->v);
  memset(generator->k, 0, sizeof generator->k);
  stir(generator, 0, key, size);
  stir(generator, 1, key, size);
  generator->retry = 0;
}

static void secp256k1_rfc6979_hmac_sha256_generate(secp256k1_rfc6979_hmac_sha256 *generator, unsigned char *out,
                                                   size_t size) {
  if (generator->retry) stir(generator, 0, NULL, 0);
  while (size > 0) {
    size_t taken = size < 32 ? size : 32;
    nextOf(generator);
    memcpy(out, generator->v, taken);
    out += taken;
    size -= taken;
  }
  generator->retry = 1;
}

static void secp256k1_rfc6979_hmac_sha256_finalize(secp256k1_rfc6979_hmac_sha256 *generator) {
  memset(generator, 0, sizeof *generator);
}

#endif
