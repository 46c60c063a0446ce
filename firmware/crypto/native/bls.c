/*
 * blst in one translation unit: the part of its portable C that verification needs, and no more. The sources are those of
 * the npm package @chainsafe/blst. Nothing here is secret, so nothing need be constant in time.
 */
#include "bls.h"

#include <string.h>

/* Limbs of 32 bits on a desk too, as on a chip: blst has limbs of 64 bits only where it has assembly. */
#undef __x86_64__
#undef __aarch64__
#define __BLST_NO_ASM__ 1
#define __BLST_PORTABLE__ 1

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "fields.h"
#include "bytes.h"

/* blsField.h replaces these functions of blst's portable arithmetic. Under other names they are unused, and fall away. */
#define mul_mont_384 blst_mul_mont_384
#define sqr_mont_384 blst_sqr_mont_384
#define redc_mont_384 blst_redc_mont_384
#define sqr_n_mul_mont_383 blst_sqr_n_mul_mont_383
#define add_mod_384 blst_add_mod_384
#define sub_mod_384 blst_sub_mod_384
#define mul_by_3_mod_384 blst_mul_by_3_mod_384
#define lshift_mod_384 blst_lshift_mod_384
#define mul_mont_384x blst_mul_mont_384x
#define sqr_mont_382x blst_sqr_mont_382x
#include "no_asm.h"
#undef mul_mont_384
#undef sqr_mont_384
#undef redc_mont_384
#undef sqr_n_mul_mont_383
#undef add_mod_384
#undef sub_mod_384
#undef mul_by_3_mod_384
#undef lshift_mod_384
#undef mul_mont_384x
#undef sqr_mont_382x
#undef mul_by_8_mod_384
#undef mul_by_8_mod_384x
#undef mul_by_3_mod_384x
#undef mul_by_1_plus_i_mod_384x
#undef add_mod_384x
#undef sub_mod_384x
#undef lshift_mod_384x
#undef sqr_mont_384x
#include "blsField.h"

#include "hash_to_field.c"
#include "e1.c"
#include "map_to_g1.c"
#include "e2.c"
#include "map_to_g2.c"
#include "exp.c"
#include "sqrt.c"
#include "recip.c"
#include "consts.c"
/* For blst this means: without sums of products that are reduced once. */
#undef __BLST_NO_ASM__
#include "fp12_tower.c"
#include "vect.c"
#include "pairing.c"
#include "blsPairing.h"
#pragma GCC diagnostic pop

_Static_assert(sizeof(BlsSum) == sizeof(POINTonE1), "a sum is a point");

static const uint8_t tag[] = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/* True for a compressed point that is not infinity. */
static int isCompressed(const uint8_t *bytes) { return (bytes[0] & 0xc0) == 0x80; }

/* A point of the curve. blst refuses x = 0 at once, as outside the subgroup; here the check of the sum finds that. */
static int readKey(POINTonE1_affine *point, const uint8_t key[blsKeySize]) {
  if (!isCompressed(key)) return 0;
  BLST_ERROR error = blst_p1_uncompress(point, key);
  return error == BLST_SUCCESS || error == BLST_POINT_NOT_IN_GROUP;
}

int blsBegin(BlsSum *sum, const uint8_t key[blsKeySize]) {
  POINTonE1_affine point;
  POINTonE1 begin;
  if (!readKey(&point, key)) return 0;
  blst_p1_from_affine(&begin, &point);
  memcpy(sum, &begin, sizeof begin);
  return 1;
}

int blsSubtract(BlsSum *sum, const uint8_t key[blsKeySize]) {
  POINTonE1_affine point;
  POINTonE1 before;
  POINTonE1 after;
  if (!readKey(&point, key)) return 0;
  neg_fp(point.Y, point.Y);
  memcpy(&before, sum, sizeof before);
  blst_p1_add_or_double_affine(&after, &before, &point);
  memcpy(sum, &after, sizeof after);
  return 1;
}

/* e(-generator, signature) e(key, hash) = 1 */
static BlsOutcome pair(const POINTonE1 *key, const POINTonE2_affine *signature, const uint8_t *message, size_t length) {
  Pair pairs[2];
  POINTonE1_affine p;
  POINTonE2_affine q;
  POINTonE2 hash;
  vec384fp12 product;
  memcpy(&p, &BLS12_381_G1, sizeof p);
  neg_fp(p.Y, p.Y);
  beginPair(&pairs[0], signature, &p);
  blst_hash_to_g2(&hash, message, length, tag, sizeof tag - 1, NULL, 0);
  blst_p2_to_affine(&q, &hash);
  blst_p1_to_affine(&p, key);
  beginPair(&pairs[1], &q, &p);
  millerLoop(product, pairs);
  if (!isInSubgroup(&pairs[0])) return blsSignature;
  return isOneAfterAll(product) ? blsValid : blsMismatch;
}

BlsOutcome blsVerify(const BlsSum *sum, const uint8_t *message, size_t length, const uint8_t signature[blsSignatureSize]) {
  POINTonE1 key;
  POINTonE2_affine point;
  memcpy(&key, sum, sizeof key);
  if (blst_p1_is_inf(&key)) return blsInfinity;
  if (!blst_p1_in_g1(&key)) return blsKey;
  /* The pairing checks the subgroup of the signature. */
  if (!isCompressed(signature) || blst_p2_uncompress(&point, signature) != BLST_SUCCESS) return blsSignature;
  return pair(&key, &point, message, length);
}
