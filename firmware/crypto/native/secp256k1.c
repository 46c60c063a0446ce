/*
 * libsecp256k1 in one translation unit, so that every platform gets the same choices: small tables (a constant of 32 KB
 * for signing, made at build time; 1 KB for verifying), and no memory allocated.
 * The sources are those of the npm package secp256k1.
 */
#define USE_NUM_NONE 1
#define USE_FIELD_INV_BUILTIN 1
#define USE_SCALAR_INV_BUILTIN 1
#define USE_ENDOMORPHISM 1
#define USE_ECMULT_STATIC_PRECOMPUTATION 1
#define USE_EXTERNAL_DEFAULT_CALLBACKS 1
#define ENABLE_MODULE_ECDH 1
#define ENABLE_MODULE_RECOVERY 1
#define ECMULT_WINDOW_SIZE 4
#define ECMULT_GEN_PREC_BITS 2
#if defined(__SIZEOF_INT128__) && !defined(HOLDFAST_32_BIT_ARITHMETIC)
#define HAVE___INT128 1
#define USE_FIELD_5X52 1
#define USE_SCALAR_4X64 1
#else
#define USE_FIELD_10X26 1
#define USE_SCALAR_8X32 1
#endif

#if defined(__GNUC__) && !defined(__clang__)
/* Without this the compiler turns carries and signs, and so bits of the key, into branches. */
#pragma GCC optimize("O2", "no-thread-jumps", "no-tree-pre")
#endif

/* The SDK defines it for libraries of its own; here it would ask for a configuration header that nobody has. */
#undef HAVE_CONFIG_H
#include "curveHash.h"
#include "src/secp256k1.c"

#include "keccak256.h"
#include "secp256k1.h"

/* Called when this file misuses the library, or the machine computes wrongly: nothing may go on. */
void secp256k1_default_illegal_callback_fn(const char *text, void *data) {
  (void)text, (void)data;
  abort();
}

void secp256k1_default_error_callback_fn(const char *text, void *data) {
  (void)text, (void)data;
  abort();
}

static secp256k1_context *context(void) {
  static secp256k1_context *made;
  static uint64_t place[256];
  unsigned flags = SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY;
  if (made) return made;
  if (secp256k1_context_preallocated_size(flags) > sizeof place) abort();
  made = secp256k1_context_preallocated_create(place, flags);
  return made;
}

void secp256k1Blind(const uint8_t seed[32]) {
  if (!secp256k1_context_randomize(context(), seed)) abort();
}

static int addressOf(const secp256k1_pubkey *key, uint8_t address[20]) {
  uint8_t point[65];
  uint8_t digest[32];
  size_t size = sizeof point;
  if (!secp256k1_ec_pubkey_serialize(context(), point, &size, key, SECP256K1_EC_UNCOMPRESSED)) return 0;
  keccak256(point + 1, 64, digest);
  memcpy(address, digest + 12, 20);
  return 1;
}

int secp256k1RecoverAddress(const uint8_t digest[32], const uint8_t signature[65], uint8_t address[20]) {
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_pubkey key;
  secp256k1_scalar s;
  int overflow;
  if (signature[64] != 27 && signature[64] != 28) return 0;
  secp256k1_scalar_set_b32(&s, signature + 32, &overflow);
  if (overflow || secp256k1_scalar_is_high(&s)) return 0;
  return secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, signature, signature[64] - 27) &&
         secp256k1_ecdsa_recover(context(), &key, &parsed, digest) && addressOf(&key, address);
}

/* RFC 6979 derives the nonce from the digest modulo the order; the library leaves that to its caller. */
static void reduce(const uint8_t digest[32], uint8_t reduced[32]) {
  secp256k1_scalar scalar;
  secp256k1_scalar_set_b32(&scalar, digest, NULL);
  secp256k1_scalar_get_b32(reduced, &scalar);
}

int secp256k1Sign(const uint8_t digest[32], const uint8_t privateKey[32], uint8_t signature[65]) {
  secp256k1_ecdsa_recoverable_signature made;
  uint8_t reduced[32];
  int parity;
  reduce(digest, reduced);
  if (!secp256k1_ec_seckey_verify(context(), privateKey)) return 0;
  if (!secp256k1_ecdsa_sign_recoverable(context(), &made, reduced, privateKey, NULL, NULL)) return 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), signature, &parity, &made);
  /* An x that is not below the order has no v. Nobody has ever seen such an x. */
  if (parity > 1) return 0;
  signature[64] = (uint8_t)(27 + parity);
  return 1;
}

int secp256k1AddressOf(const uint8_t privateKey[32], uint8_t address[20]) {
  secp256k1_pubkey key;
  if (!secp256k1_ec_seckey_verify(context(), privateKey)) return 0;
  return secp256k1_ec_pubkey_create(context(), &key, privateKey) && addressOf(&key, address);
}

int secp256k1PublicKeyOf(const uint8_t privateKey[32], uint8_t publicKey[33]) {
  secp256k1_pubkey key;
  size_t size = 33;
  if (!secp256k1_ec_seckey_verify(context(), privateKey)) return 0;
  return secp256k1_ec_pubkey_create(context(), &key, privateKey) &&
         secp256k1_ec_pubkey_serialize(context(), publicKey, &size, &key, SECP256K1_EC_COMPRESSED);
}

static int keepX(unsigned char *secret, const unsigned char *x, const unsigned char *y, void *data) {
  (void)y, (void)data;
  memcpy(secret, x, 32);
  return 1;
}

int secp256k1SharedSecret(const uint8_t privateKey[32], const uint8_t publicKey[33], uint8_t secret[32]) {
  secp256k1_pubkey key;
  return secp256k1_ec_pubkey_parse(context(), &key, publicKey, 33) &&
         secp256k1_ecdh(context(), secret, &key, privateKey, keepX, NULL);
}
