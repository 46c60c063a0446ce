/*
 * The field of BLS12-381 for 32-bit registers, in place of blst's portable C. Twelve limbs; products are summed column by
 * column in three registers; squares take half of the products. Montgomery's reduction is apart from the product, so that
 * a sum of products is reduced once (the Fp2x2 of blst's tower, which in blst only the assembly has). Values are public,
 * so a subtraction that is not needed is left out.
 *
 * Included once by bls.c, after blst's vect.h, which declares all of it.
 */

typedef unsigned long long Wide;

/* (c2, c1, c0) += a b; no column has more than 24 of them. FIRST finds nothing in c2. */
#if defined(__riscv) && __riscv_xlen == 32
#define MULTIPLY_ADD_FIRST(a, b) \
  do { \
    limb_t low, high; \
    __asm__("mul %3, %5, %6\n\tmulhu %4, %5, %6\n\t" \
            "add %0, %0, %3\n\tsltu %3, %0, %3\n\tadd %4, %4, %3\n\t" \
            "add %1, %1, %4\n\tsltu %2, %1, %4" \
            : "+r"(c0), "+r"(c1), "=&r"(c2), "=&r"(low), "=&r"(high) \
            : "r"(a), "r"(b)); \
  } while (0)
#define MULTIPLY_ADD(a, b) \
  do { \
    limb_t low, high; \
    __asm__("mul %3, %5, %6\n\tmulhu %4, %5, %6\n\t" \
            "add %0, %0, %3\n\tsltu %3, %0, %3\n\tadd %4, %4, %3\n\t" \
            "add %1, %1, %4\n\tsltu %4, %1, %4\n\tadd %2, %2, %4" \
            : "+r"(c0), "+r"(c1), "+r"(c2), "=&r"(low), "=&r"(high) \
            : "r"(a), "r"(b)); \
  } while (0)
#else
#define MULTIPLY_ADD_FIRST(a, b) \
  do { \
    c2 = 0; \
    MULTIPLY_ADD(a, b); \
  } while (0)
#define MULTIPLY_ADD(a, b) \
  do { \
    Wide product = (Wide)(a) * (b); \
    limb_t low = (limb_t)product, high = (limb_t)(product >> 32); \
    c0 += low; \
    high += c0 < low; \
    c1 += high; \
    c2 += c1 < high; \
  } while (0)
#endif

/* (c2, c1, c0) = (c1, c0) + a */
#define ADD_FIRST(a) \
  do { \
    limb_t added = (a); \
    c0 += added; \
    added = c0 < added; \
    c1 += added; \
    c2 = c1 < added; \
  } while (0)

#define NEXT_COLUMN() (c0 = c1, c1 = c2)

/* For each column the products x[i] y[j] with i + j = column: below 12 without the one of y[0], above with F first. */
#define TERMS0(M)
#define TERMS1(M) M(0, 1)
#define TERMS2(M) M(0, 2) M(1, 1)
#define TERMS3(M) M(0, 3) M(1, 2) M(2, 1)
#define TERMS4(M) M(0, 4) M(1, 3) M(2, 2) M(3, 1)
#define TERMS5(M) M(0, 5) M(1, 4) M(2, 3) M(3, 2) M(4, 1)
#define TERMS6(M) M(0, 6) M(1, 5) M(2, 4) M(3, 3) M(4, 2) M(5, 1)
#define TERMS7(M) M(0, 7) M(1, 6) M(2, 5) M(3, 4) M(4, 3) M(5, 2) M(6, 1)
#define TERMS8(M) M(0, 8) M(1, 7) M(2, 6) M(3, 5) M(4, 4) M(5, 3) M(6, 2) M(7, 1)
#define TERMS9(M) M(0, 9) M(1, 8) M(2, 7) M(3, 6) M(4, 5) M(5, 4) M(6, 3) M(7, 2) M(8, 1)
#define TERMS10(M) M(0, 10) M(1, 9) M(2, 8) M(3, 7) M(4, 6) M(5, 5) M(6, 4) M(7, 3) M(8, 2) M(9, 1)
#define TERMS11(M) M(0, 11) M(1, 10) M(2, 9) M(3, 8) M(4, 7) M(5, 6) M(6, 5) M(7, 4) M(8, 3) M(9, 2) M(10, 1)
#define TERMS12(F, M) F(1, 11) M(2, 10) M(3, 9) M(4, 8) M(5, 7) M(6, 6) M(7, 5) M(8, 4) M(9, 3) M(10, 2) M(11, 1)
#define TERMS13(F, M) F(2, 11) M(3, 10) M(4, 9) M(5, 8) M(6, 7) M(7, 6) M(8, 5) M(9, 4) M(10, 3) M(11, 2)
#define TERMS14(F, M) F(3, 11) M(4, 10) M(5, 9) M(6, 8) M(7, 7) M(8, 6) M(9, 5) M(10, 4) M(11, 3)
#define TERMS15(F, M) F(4, 11) M(5, 10) M(6, 9) M(7, 8) M(8, 7) M(9, 6) M(10, 5) M(11, 4)
#define TERMS16(F, M) F(5, 11) M(6, 10) M(7, 9) M(8, 8) M(9, 7) M(10, 6) M(11, 5)
#define TERMS17(F, M) F(6, 11) M(7, 10) M(8, 9) M(9, 8) M(10, 7) M(11, 6)
#define TERMS18(F, M) F(7, 11) M(8, 10) M(9, 9) M(10, 8) M(11, 7)
#define TERMS19(F, M) F(8, 11) M(9, 10) M(10, 9) M(11, 8)
#define TERMS20(F, M) F(9, 11) M(10, 10) M(11, 9)
#define TERMS21(F, M) F(10, 11) M(11, 10)
#define TERMS22(F, M) F(11, 11)

#define EACH_LIMB(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11)
#define EACH_UPPER(F) F(12) F(13) F(14) F(15) F(16) F(17) F(18) F(19) F(20) F(21) F(22)

void mul_384(vec768 ret, const vec384 a, const vec384 b) {
  limb_t c0 = 0, c1 = 0, c2;
#define LOAD(i) const limb_t a##i = a[i];
#define LOAD_OTHER(i) const limb_t b##i = b[i];
  EACH_LIMB(LOAD)
  EACH_LIMB(LOAD_OTHER)
#define FIRST(i, j) MULTIPLY_ADD_FIRST(a##i, b##j);
#define PRODUCT(i, j) MULTIPLY_ADD(a##i, b##j);
#define LOWER(k) \
  FIRST(k, 0) TERMS##k(PRODUCT) \
  ret[k] = c0; \
  NEXT_COLUMN();
#define UPPER(k) \
  TERMS##k(FIRST, PRODUCT) \
  ret[k] = c0; \
  NEXT_COLUMN();
  EACH_LIMB(LOWER)
  EACH_UPPER(UPPER)
  ret[23] = c0;
#undef LOAD_OTHER
#undef FIRST
#undef PRODUCT
#undef LOWER
#undef UPPER
}

/* Of each pair of different limbs one product, of which one factor is doubled: M is a[i] times limb j of 2a; N the
 * same for neighbours, where limb j of 2a would bring along a bit of a[i]; S is a limb's own square. N or S comes first. */
#define PAIRS0(M, N, S) S(0)
#define PAIRS1(M, N, S) N(0, 1)
#define PAIRS2(M, N, S) S(1) M(0, 2)
#define PAIRS3(M, N, S) N(1, 2) M(0, 3)
#define PAIRS4(M, N, S) S(2) M(0, 4) M(1, 3)
#define PAIRS5(M, N, S) N(2, 3) M(0, 5) M(1, 4)
#define PAIRS6(M, N, S) S(3) M(0, 6) M(1, 5) M(2, 4)
#define PAIRS7(M, N, S) N(3, 4) M(0, 7) M(1, 6) M(2, 5)
#define PAIRS8(M, N, S) S(4) M(0, 8) M(1, 7) M(2, 6) M(3, 5)
#define PAIRS9(M, N, S) N(4, 5) M(0, 9) M(1, 8) M(2, 7) M(3, 6)
#define PAIRS10(M, N, S) S(5) M(0, 10) M(1, 9) M(2, 8) M(3, 7) M(4, 6)
#define PAIRS11(M, N, S) N(5, 6) M(0, 11) M(1, 10) M(2, 9) M(3, 8) M(4, 7)
#define PAIRS12(M, N, S) S(6) M(1, 11) M(2, 10) M(3, 9) M(4, 8) M(5, 7)
#define PAIRS13(M, N, S) N(6, 7) M(2, 11) M(3, 10) M(4, 9) M(5, 8)
#define PAIRS14(M, N, S) S(7) M(3, 11) M(4, 10) M(5, 9) M(6, 8)
#define PAIRS15(M, N, S) N(7, 8) M(4, 11) M(5, 10) M(6, 9)
#define PAIRS16(M, N, S) S(8) M(5, 11) M(6, 10) M(7, 9)
#define PAIRS17(M, N, S) N(8, 9) M(6, 11) M(7, 10)
#define PAIRS18(M, N, S) S(9) M(7, 11) M(8, 10)
#define PAIRS19(M, N, S) N(9, 10) M(8, 11)
#define PAIRS20(M, N, S) S(10) M(9, 11)
#define PAIRS21(M, N, S) N(10, 11)
#define PAIRS22(M, N, S) S(11)

/* For values that have a bit to spare. */
void sqr_384(vec768 ret, const vec384 a) {
  limb_t c0 = 0, c1 = 0, c2;
  EACH_LIMB(LOAD)
#define DOUBLE(i, before) const limb_t d##i = a##i << 1 | a##before >> 31;
  DOUBLE(2, 1) DOUBLE(3, 2) DOUBLE(4, 3) DOUBLE(5, 4) DOUBLE(6, 5)
  DOUBLE(7, 6) DOUBLE(8, 7) DOUBLE(9, 8) DOUBLE(10, 9) DOUBLE(11, 10)
#define FAR(i, j) MULTIPLY_ADD(a##i, d##j);
#define NEAR(i, j) MULTIPLY_ADD_FIRST(a##i, a##j << 1);
#define OWN(i) MULTIPLY_ADD_FIRST(a##i, a##i);
#define COLUMN(k) \
  PAIRS##k(FAR, NEAR, OWN) \
  ret[k] = c0; \
  NEXT_COLUMN();
  EACH_LIMB(COLUMN)
  EACH_UPPER(COLUMN)
  ret[23] = c0;
#undef DOUBLE
#undef FAR
#undef NEAR
#undef OWN
#undef COLUMN
}
#undef LOAD

/* Subtracts the modulus if the value, with `carry` above it, is not below. */
static inline void subtractOnce(limb_t *value, limb_t carry, const limb_t *p) {
  if (!carry) {
    int i = 11;
    while (i > 0 && value[i] == p[i]) i--;
    if (value[i] < p[i]) return;
  }
  limb_t borrow = 0;
#pragma GCC unroll 12
  for (int i = 0; i < 12; i++) {
    limb_t word = value[i] - p[i];
    limb_t less = value[i] < p[i];
    value[i] = word - borrow;
    borrow = less | (word < borrow);
  }
}

void redc_mont_384(vec384 ret, const vec768 a, const vec384 p, limb_t n0) {
  limb_t c0 = 0, c1 = 0, c2;
#define PRODUCT(i, j) MULTIPLY_ADD(m##i, p[j]);
#define UPPER_PRODUCT(i, j) MULTIPLY_ADD(m##i, modulus##j);
#define LOAD_MODULUS(i) const limb_t modulus##i = p[i];
#define LOWER(k) \
  ADD_FIRST(a[k]); \
  TERMS##k(PRODUCT) \
  const limb_t m##k = c0 * n0; \
  PRODUCT(k, 0); \
  NEXT_COLUMN();
#define UPPER(k) \
  ADD_FIRST(a[k]); \
  TERMS##k(UPPER_PRODUCT, UPPER_PRODUCT) \
  ret[k - 12] = c0; \
  NEXT_COLUMN();
  EACH_LIMB(LOWER)
  /* From here on registers are free for it. */
  __asm__("" ::: "memory");
  LOAD_MODULUS(1) LOAD_MODULUS(2) LOAD_MODULUS(3) LOAD_MODULUS(4) LOAD_MODULUS(5) LOAD_MODULUS(6)
  LOAD_MODULUS(7) LOAD_MODULUS(8) LOAD_MODULUS(9) LOAD_MODULUS(10) LOAD_MODULUS(11)
  EACH_UPPER(UPPER)
  ADD_FIRST(a[23]);
  ret[11] = c0;
  subtractOnce(ret, c1, p);
#undef PRODUCT
#undef UPPER_PRODUCT
#undef LOAD_MODULUS
#undef LOWER
#undef UPPER
}

void mul_mont_384(vec384 ret, const vec384 a, const vec384 b, const vec384 p, limb_t n0) {
  vec768 product;
  mul_384(product, a, b);
  redc_mont_384(ret, product, p, n0);
}

void sqr_mont_384(vec384 ret, const vec384 a, const vec384 p, limb_t n0) {
  vec768 product;
  sqr_384(product, a);
  redc_mont_384(ret, product, p, n0);
}

void sqr_n_mul_mont_383(vec384 ret, const vec384 a, size_t count, const vec384 p, limb_t n0, const vec384 b) {
  for (; count > 0; count--, a = ret) sqr_mont_384(ret, a, p, n0);
  mul_mont_384(ret, ret, b, p, n0);
}

/* Adds without reduction and gives the carry. */
static inline limb_t addLimbs(limb_t *ret, const limb_t *a, const limb_t *b, int count) {
  limb_t carry = 0;
#pragma GCC unroll 24
  for (int i = 0; i < count; i++) {
    limb_t word = a[i] + carry;
    carry = word < carry;
    word += b[i];
    carry += word < b[i];
    ret[i] = word;
  }
  return carry;
}

/* Subtracts and gives the borrow. */
static inline limb_t subtractLimbs(limb_t *ret, const limb_t *a, const limb_t *b, int count) {
  limb_t borrow = 0;
#pragma GCC unroll 24
  for (int i = 0; i < count; i++) {
    limb_t left = a[i];
    limb_t word = left - b[i];
    limb_t less = left < b[i];
    ret[i] = word - borrow;
    borrow = less | (word < borrow);
  }
  return borrow;
}

/* a - b - c, which is not below zero, in one walk. */
static void subtractBoth(vec768 ret, const vec768 a, const vec768 b, const vec768 c) {
  limb_t borrow = 0;
#pragma GCC unroll 24
  for (int i = 0; i < 24; i++) {
    limb_t once = a[i] - b[i];
    limb_t less = a[i] < b[i];
    limb_t twice = once - c[i];
    less += once < c[i];
    ret[i] = twice - borrow;
    borrow = less + (twice < borrow);
  }
}

void add_mod_384(vec384 ret, const vec384 a, const vec384 b, const vec384 p) {
  subtractOnce(ret, addLimbs(ret, a, b, 12), p);
}

void sub_mod_384(vec384 ret, const vec384 a, const vec384 b, const vec384 p) {
  if (subtractLimbs(ret, a, b, 12)) addLimbs(ret, ret, p, 12);
}

/* Modulo the modulus times 2^384. */
void add_mod_384x384(vec768 ret, const vec768 a, const vec768 b, const vec384 p) {
  subtractOnce(ret + 12, addLimbs(ret, a, b, 24), p);
}

void sub_mod_384x384(vec768 ret, const vec768 a, const vec768 b, const vec384 p) {
  if (subtractLimbs(ret, a, b, 24)) addLimbs(ret + 12, ret + 12, p, 12);
}

void mul_by_3_mod_384(vec384 ret, const vec384 a, const vec384 p) {
  vec384 twice;
  add_mod_384(twice, a, a, p);
  add_mod_384(ret, twice, a, p);
}

void lshift_mod_384(vec384 ret, const vec384 a, size_t count, const vec384 p) {
  for (; count > 0; count--, a = ret) add_mod_384(ret, a, a, p);
}

void mul_by_8_mod_384(vec384 ret, const vec384 a, const vec384 p) { lshift_mod_384(ret, a, 3, p); }

/* --- the quadratic extension --- */

void add_mod_384x(vec384x ret, const vec384x a, const vec384x b, const vec384 p) {
  add_mod_384(ret[0], a[0], b[0], p);
  add_mod_384(ret[1], a[1], b[1], p);
}

void sub_mod_384x(vec384x ret, const vec384x a, const vec384x b, const vec384 p) {
  sub_mod_384(ret[0], a[0], b[0], p);
  sub_mod_384(ret[1], a[1], b[1], p);
}

void mul_by_3_mod_384x(vec384x ret, const vec384x a, const vec384 p) {
  mul_by_3_mod_384(ret[0], a[0], p);
  mul_by_3_mod_384(ret[1], a[1], p);
}

void mul_by_8_mod_384x(vec384x ret, const vec384x a, const vec384 p) {
  mul_by_8_mod_384(ret[0], a[0], p);
  mul_by_8_mod_384(ret[1], a[1], p);
}

void mul_by_1_plus_i_mod_384x(vec384x ret, const vec384x a, const vec384 p) {
  vec384 sum;
  add_mod_384(sum, a[0], a[1], p);
  sub_mod_384(ret[0], a[0], a[1], p);
  vec_copy(ret[1], sum, sizeof sum);
}

/* (a0 + a1 i)(b0 + b1 i), not reduced: three products, of sums that keep a bit to spare. */
void mul_382x(vec768 ret[2], const vec384x a, const vec384x b, const vec384 p) {
  vec384 sumA, sumB;
  vec768 imaginary;
  addLimbs(sumA, a[0], a[1], 12);
  addLimbs(sumB, b[0], b[1], 12);
  mul_384(ret[1], sumA, sumB);
  mul_384(ret[0], a[0], b[0]);
  mul_384(imaginary, a[1], b[1]);
  subtractBoth(ret[1], ret[1], ret[0], imaginary);
  sub_mod_384x384(ret[0], ret[0], imaginary, p);
}

/* a0^2 - a1^2 + ((a0 + a1)^2 - a0^2 - a1^2) i: three squares take less than two products. */
void sqr_382x(vec768 ret[2], const vec384x a, const vec384 p) {
  vec384 sum;
  vec768 imaginary;
  addLimbs(sum, a[0], a[1], 12);
  sqr_384(ret[1], sum);
  sqr_384(ret[0], a[0]);
  sqr_384(imaginary, a[1]);
  subtractBoth(ret[1], ret[1], ret[0], imaginary);
  sub_mod_384x384(ret[0], ret[0], imaginary, p);
}

void mul_mont_384x(vec384x ret, const vec384x a, const vec384x b, const vec384 p, limb_t n0) {
  vec768 product[2];
  mul_382x(product, a, b, p);
  redc_mont_384(ret[0], product[0], p, n0);
  redc_mont_384(ret[1], product[1], p, n0);
}

void sqr_mont_384x(vec384x ret, const vec384x a, const vec384 p, limb_t n0) {
  vec768 product[2];
  sqr_382x(product, a, p);
  redc_mont_384(ret[0], product[0], p, n0);
  redc_mont_384(ret[1], product[1], p, n0);
}

void sqr_mont_382x(vec384x ret, const vec384x a, const vec384 p, limb_t n0) { sqr_mont_384x(ret, a, p, n0); }
