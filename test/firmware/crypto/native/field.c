/*
 * blsField.h against the plain loops of blst that it stands in for, on random values and on those where carries run:
 * all bits set, the modulus and its neighbours, sums that are not reduced. Prints how many cases it compared.
 */
#include <stdio.h>

#include "bls.c"

static uint32_t state = 1;

static limb_t random32(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/* Of so many bits, often with long runs of ones or zeros. */
static void draw(limb_t *value, int limbs, int bits) {
  limb_t kind = random32() % 8;
  for (int i = 0; i < limbs; i++) {
    limb_t run = random32() & 1 ? 0xffffffff : 0;
    value[i] = kind == 0 ? 0xffffffff : kind == 1 ? 0 : kind < 4 ? run : random32();
  }
  if (limbs == 12 && kind == 4) vec_copy(value, BLS12_381_P, sizeof(vec384));
  if (limbs == 12 && kind == 5) vec_copy(value, BLS12_381_P, sizeof(vec384)), value[0] += random32() % 3 - 1;
  for (int i = 0; i < limbs; i++) {
    int left = bits - 32 * i;
    if (left <= 0) value[i] = 0;
    else if (left < 32) value[i] &= ((limb_t)1 << left) - 1;
  }
}

static void reduced(limb_t *value) {
  draw(value, 12, 381);
  if (!check_mod_n((const byte *)value, BLS12_381_P, 12)) vec_zero(value, sizeof(vec384));
}

static void product(vec768 ret, const vec384 a, const vec384 b) {
  memset(ret, 0, sizeof(vec768));
  for (int i = 0; i < 12; i++) {
    unsigned long long carry = 0;
    for (int j = 0; j < 12; j++) {
      carry += ret[i + j] + (unsigned long long)a[i] * b[j];
      ret[i + j] = (limb_t)carry;
      carry >>= 32;
    }
    ret[i + 12] = (limb_t)carry;
  }
}

static int compared;

static void same(const char *what, const void *ours, const void *theirs, size_t size) {
  compared++;
  if (memcmp(ours, theirs, size) == 0) return;
  printf("%s differs in case %d\n", what, compared);
  exit(1);
}

static void easyPart(vec384fp12 m, const vec384fp12 f) {
  vec384fp12 a, b;
  vec_copy(a, f, sizeof a);
  conjugate_fp12(a);
  inverse_fp12(b, f);
  mul_fp12(m, a, b);
  frobenius_map_fp12(a, m, 2);
  mul_fp12(m, m, a);
}

/* The final exponentiation and its powers against blst's. One comes of one, and of whatever lies in Fp6. */
static void compareExponentiation(int kind) {
  vec384fp12 f, m, ours, theirs;
  vec_zero(f, sizeof f);
  for (int i = 0; i < 12; i++) {
    if (kind == 0 || (kind == 1 && i >= 6)) break;
    reduced(f[i / 6][i / 2 % 3][i % 2]);
  }
  if (kind == 0) vec_copy(f[0][0], BLS12_381_Rx.p2, sizeof f[0][0]);
  easyPart(m, f);
  raiseToZ(ours, m);
  raise_to_z(theirs, m);
  same("power of z", ours, theirs, sizeof ours);
  final_exp(theirs, f);
  int one = blst_fp12_is_one(theirs);
  if (kind < 2 && !one) same("what is one", "ours", "else", 4);
  int found = isOneAfterAll(f);
  same("whether it is one", &found, &one, sizeof one);
}

int main(void) {
  for (int i = 0; i < 20; i++) compareExponentiation(i);
  for (int i = 0; i < 3000; i++) {
    vec384 a, b, ours, theirs;
    vec768 wide, oursWide, theirsWide;
    draw(a, 12, 384);
    draw(b, 12, 384);
    mul_384(oursWide, a, b);
    product(theirsWide, a, b);
    same("product", oursWide, theirsWide, sizeof(vec768));
    draw(a, 12, 383);
    sqr_384(oursWide, a);
    product(theirsWide, a, a);
    same("square", oursWide, theirsWide, sizeof(vec768));

    draw(wide, 24, 768);
    redc_mont_384(ours, wide, BLS12_381_P, p0);
    redc_mont_n(theirs, wide, BLS12_381_P, p0, 12);
    same("reduction", ours, theirs, sizeof(vec384));
    vec_copy(oursWide, wide, sizeof(vec768));
    redc_mont_384(oursWide, oursWide, BLS12_381_P, p0);
    same("reduction in place", oursWide, theirs, sizeof(vec384));

    reduced(a);
    reduced(b);
    mul_mont_384(ours, a, b, BLS12_381_P, p0);
    mul_mont_n(theirs, a, b, BLS12_381_P, p0, 12);
    same("Montgomery product", ours, theirs, sizeof(vec384));
    sqr_mont_384(ours, a, BLS12_381_P, p0);
    mul_mont_n(theirs, a, a, BLS12_381_P, p0, 12);
    same("Montgomery square", ours, theirs, sizeof(vec384));
    add_mod_384(ours, a, b, BLS12_381_P);
    add_mod_n(theirs, a, b, BLS12_381_P, 12);
    same("sum", ours, theirs, sizeof(vec384));
    sub_mod_384(ours, a, b, BLS12_381_P);
    sub_mod_n(theirs, a, b, BLS12_381_P, 12);
    same("difference", ours, theirs, sizeof(vec384));
    mul_by_3_mod_384(ours, a, BLS12_381_P);
    mul_by_3_mod_n(theirs, a, BLS12_381_P, 12);
    same("triple", ours, theirs, sizeof(vec384));
    mul_by_8_mod_384(ours, a, BLS12_381_P);
    lshift_mod_n(theirs, a, 3, BLS12_381_P, 12);
    same("eightfold", ours, theirs, sizeof(vec384));

    /* What is not reduced counts by what it reduces to. */
    vec384x x, y, oursX, theirsX;
    reduced(x[0]), reduced(x[1]), reduced(y[0]), reduced(y[1]);
    mul_mont_384x(oursX, x, y, BLS12_381_P, p0);
    vec384 t;
    mul_mont_n(theirsX[0], x[0], y[0], BLS12_381_P, p0, 12);
    mul_mont_n(t, x[1], y[1], BLS12_381_P, p0, 12);
    sub_mod_n(theirsX[0], theirsX[0], t, BLS12_381_P, 12);
    mul_mont_n(theirsX[1], x[0], y[1], BLS12_381_P, p0, 12);
    mul_mont_n(t, x[1], y[0], BLS12_381_P, p0, 12);
    add_mod_n(theirsX[1], theirsX[1], t, BLS12_381_P, 12);
    same("complex product", oursX, theirsX, sizeof(vec384x));
    mul_mont_384x(theirsX, x, x, BLS12_381_P, p0);
    sqr_mont_384x(oursX, x, BLS12_381_P, p0);
    same("complex square", oursX, theirsX, sizeof(vec384x));
  }
  printf("%d compared\n", compared);
  return 0;
}
