/*
 * The check that a product of two pairings is one, which also checks the subgroup of one point of G2. Points of the
 * Miller loop are homogeneous, after Aranha, Karabina, Longa, Gebotys, López: Faster Explicit Formulas for Computing
 * Pairings over Ordinary Curves (2010/526), all coordinates of a double times four.
 *
 * Included once by bls.c, after blst's tower.
 */

/* A tangent or chord through points of the twist: constant term, factor of -x, factor of y. */
typedef vec384fp6 Line;

/* Doubles a point of y^2 = x^3 + 4 (1 + u) and gives its tangent; infinity stays infinity. */
static void doubleWithLine(Line line, POINTonE2 *t) {
  vec384x b, e, f, h, product;
  sqr_fp2(b, t->Y);
  sqr_fp2(e, t->Z);
  add_fp2(h, t->Y, t->Z);
  sqr_fp2(h, h);
  sub_fp2(h, h, b);
  sub_fp2(h, h, e); /* 2 Y Z */
  mul_by_u_plus_1_fp2(e, e);
  mul_by_3_fp2(e, e);
  lshift_fp2(e, e, 2); /* 3 b' Z^2 */
  mul_by_3_fp2(f, e);
  sqr_fp2(line[1], t->X);
  mul_by_3_fp2(line[1], line[1]);
  sub_fp2(line[0], b, e);
  vec_copy(line[2], h, sizeof(vec384x));

  mul_fp2(product, t->X, t->Y);
  add_fp2(product, product, product);
  sub_fp2(t->X, b, f);
  mul_fp2(t->X, t->X, product);
  add_fp2(f, b, f);
  sqr_fp2(t->Y, f);
  add_fp2(e, e, e);
  sqr_fp2(e, e);
  mul_by_3_fp2(e, e);
  sub_fp2(t->Y, t->Y, e);
  mul_fp2(t->Z, b, h);
  lshift_fp2(t->Z, t->Z, 2);
}

/* Adds a point and gives the chord. Where there is no chord (equal points, or infinity) Z is zero from then on. */
static void addWithLine(Line line, POINTonE2 *t, const POINTonE2_affine *q) {
  vec384x c, d, g, h, product;
#define theta line[1]
#define lambda line[2]
  mul_fp2(theta, q->Y, t->Z);
  sub_fp2(theta, t->Y, theta);
  mul_fp2(lambda, q->X, t->Z);
  sub_fp2(lambda, t->X, lambda);
  mul_fp2(line[0], theta, q->X);
  mul_fp2(product, lambda, q->Y);
  sub_fp2(line[0], line[0], product);

  sqr_fp2(c, theta);
  sqr_fp2(d, lambda);
  mul_fp2(g, t->X, d);
  mul_fp2(d, d, lambda);
  mul_fp2(h, t->Z, c);
  add_fp2(h, h, d);
  sub_fp2(h, h, g);
  sub_fp2(h, h, g);
  mul_fp2(t->X, lambda, h);
  sub_fp2(g, g, h);
  mul_fp2(g, g, theta);
  mul_fp2(t->Y, t->Y, d);
  sub_fp2(t->Y, g, t->Y);
  mul_fp2(t->Z, t->Z, d);
#undef theta
#undef lambda
}

/* A pair of the product. `negated` is the point of G1 with -x for its x. */
typedef struct {
  POINTonE2_affine q;
  POINTonE2 t;
  POINTonE1_affine negated;
} Pair;

static void beginPair(Pair *pair, const POINTonE2_affine *q, const POINTonE1_affine *p) {
  pair->q = *q;
  memcpy(&pair->t, q, sizeof *q);
  vec_copy(pair->t.Z, BLS12_381_Rx.p2, sizeof pair->t.Z);
  neg_fp(pair->negated.X, p->X);
  vec_copy(pair->negated.Y, p->Y, sizeof p->Y);
}

static void evaluate(Line line, const Pair *pair) {
  mul_fp(line[1][0], line[1][0], pair->negated.X);
  mul_fp(line[1][1], line[1][1], pair->negated.X);
  mul_fp(line[2][0], line[2][0], pair->negated.Y);
  mul_fp(line[2][1], line[2][1], pair->negated.Y);
}

static void doublePairs(vec384fp12 f, Pair pairs[2]) {
  Line line;
  for (int i = 0; i < 2; i++) {
    doubleWithLine(line, &pairs[i].t);
    evaluate(line, &pairs[i]);
    mul_by_xy00z0_fp12(f, f, line);
  }
}

static void addPairs(vec384fp12 f, Pair pairs[2]) {
  Line line;
  for (int i = 0; i < 2; i++) {
    addWithLine(line, &pairs[i].t, &pairs[i].q);
    evaluate(line, &pairs[i]);
    mul_by_xy00z0_fp12(f, f, line);
  }
}

/* Doublings between the bits of |z|, 0xd201000000010000, after the one below the highest. */
static const uint8_t runs[] = {2, 3, 9, 32, 16};

/* The Miller loop leaves t = |z| q behind. */
static void millerLoop(vec384fp12 f, Pair pairs[2]) {
  memcpy(f, BLS12_381_Rx.p12, sizeof(vec384fp12));
  doublePairs(f, pairs);
  for (size_t run = 0; run < sizeof runs; run++) {
    addPairs(f, pairs);
    for (int i = 0; i < runs[run]; i++) {
      sqr_fp12(f, f);
      doublePairs(f, pairs);
    }
  }
  conjugate_fp12(f); /* z is negative */
}

/*
 * True when q lies in the subgroup: there, and only there, its image under psi is z q (Scott, 2021/1130). The Miller
 * loop has just computed -z q.
 */
static int isInSubgroup(const Pair *pair) {
  POINTonE2 point, image;
  vec384x x, y;
  if (vec_is_zero(pair->t.Z, sizeof pair->t.Z)) return 0;
  memcpy(&point, &pair->q, sizeof pair->q);
  vec_copy(point.Z, BLS12_381_Rx.p2, sizeof point.Z);
  psi(&image, &point);
  mul_fp2(x, image.X, pair->t.Z);
  mul_fp2(y, image.Y, pair->t.Z);
  neg_fp2(y, y);
  return vec_is_equal(x, pair->t.X, sizeof x) && vec_is_equal(y, pair->t.Y, sizeof y);
}

/* --- the final exponentiation --- */

/*
 * Four of the six coefficients of an element of the cyclotomic subgroup. They square by themselves; the other two follow
 * from them (Karabina: Squaring in Cyclotomic Subgroups, 2010/542). In the order z2, z3, z4, z5 of there.
 */
typedef vec384x Compressed[4];

static void compress(Compressed z, const vec384fp12 a) {
  vec_copy(z[0], a[1][0], sizeof(vec384x));
  vec_copy(z[1], a[0][2], sizeof(vec384x));
  vec_copy(z[2], a[0][1], sizeof(vec384x));
  vec_copy(z[3], a[1][2], sizeof(vec384x));
}

/* ret = 3 square - 2 old, or 3 square + 2 old */
static void thriceMinusTwice(vec384x ret, const vec384x square, const vec384x old) {
  vec384x t;
  sub_fp2(t, square, old);
  add_fp2(t, t, t);
  add_fp2(ret, t, square);
}

static void thricePlusTwice(vec384x ret, const vec384x square, const vec384x old) {
  vec384x t;
  add_fp2(t, square, old);
  add_fp2(t, t, t);
  add_fp2(ret, t, square);
}

static void squareCompressed(Compressed z) {
  vec384fp4 first, second;
  sqr_fp4(first, z[0], z[1]);
  sqr_fp4(second, z[2], z[3]);
  mul_by_u_plus_1_fp2(second[1], second[1]);
  thricePlusTwice(z[0], second[1], z[0]);
  thriceMinusTwice(z[1], second[0], z[1]);
  thriceMinusTwice(z[2], first[0], z[2]);
  thricePlusTwice(z[3], first[1], z[3]);
}

/* `inverse` is 1 / (4 z2). */
static void decompress(vec384fp12 a, Compressed z, const vec384x inverse) {
  vec384x z0, z1, t;
  sqr_fp2(z1, z[3]);
  mul_by_u_plus_1_fp2(z1, z1);
  sqr_fp2(t, z[2]);
  mul_by_3_fp2(t, t);
  add_fp2(z1, z1, t);
  sub_fp2(z1, z1, z[1]);
  sub_fp2(z1, z1, z[1]);
  mul_fp2(z1, z1, inverse); /* (z5^2 (1 + u) + 3 z4^2 - 2 z3) / (4 z2) */
  sqr_fp2(z0, z1);
  add_fp2(z0, z0, z0);
  mul_fp2(t, z[0], z[3]);
  add_fp2(z0, z0, t);
  mul_fp2(t, z[1], z[2]);
  mul_by_3_fp2(t, t);
  sub_fp2(z0, z0, t);
  mul_by_u_plus_1_fp2(z0, z0);
  add_fp2(a[0][0], z0, BLS12_381_Rx.p2); /* (2 z1^2 + z2 z5 - 3 z3 z4)(1 + u) + 1 */
  vec_copy(a[0][1], z[2], sizeof(vec384x));
  vec_copy(a[0][2], z[1], sizeof(vec384x));
  vec_copy(a[1][0], z[0], sizeof(vec384x));
  vec_copy(a[1][1], z1, sizeof z1);
  vec_copy(a[1][2], z[3], sizeof(vec384x));
}

enum { bitsOfZ = 6 };
static const uint8_t setBits[bitsOfZ] = {16, 48, 57, 60, 62, 63};

/* a^z, with compressed squares and one inversion for all that are needed; with plain squares where z2 is zero. */
static void raiseToZ(vec384fp12 ret, const vec384fp12 a) {
  Compressed z, powers[bitsOfZ];
  vec384x products[bitsOfZ], inverse, t;
  vec384fp12 power;
  int square = 0;
  compress(z, a);
  for (int i = 0; i < bitsOfZ; i++) {
    for (; square < setBits[i]; square++) squareCompressed(z);
    memcpy(powers[i], z, sizeof z);
    if (i == 0) vec_copy(products[i], z[0], sizeof t);
    else mul_fp2(products[i], products[i - 1], z[0]);
  }
  if (vec_is_zero(products[bitsOfZ - 1], sizeof t)) {
    memcpy(power, a, sizeof power);
    raise_to_z(ret, power);
    return;
  }
  lshift_fp2(t, products[bitsOfZ - 1], 2);
  reciprocal_fp2(inverse, t);
  for (int i = bitsOfZ - 1; i >= 0; i--) {
    if (i > 0) mul_fp2(t, inverse, products[i - 1]);
    else vec_copy(t, inverse, sizeof t);
    if (i == bitsOfZ - 1) {
      decompress(ret, powers[i], t);
    } else {
      decompress(power, powers[i], t);
      mul_fp12(ret, ret, power);
    }
    mul_fp2(inverse, inverse, powers[i][0]);
  }
  conjugate_fp12(ret); /* z is negative */
}

/*
 * True when f to the power of 3 (p^12 - 1) / r is one; the factor 3 makes no difference. The hard part after Hayashida,
 * Hayasaka, Teruya (2020/875): 3 (p^4 - p^2 + 1) / r = (z - 1)^2 (z + p)(z^2 + p^2 - 1) + 3.
 */
static int isOneAfterAll(vec384fp12 f) {
  vec384fp12 m, a, b;
  memcpy(a, f, sizeof a);
  conjugate_fp12(a);
  inverse_fp12(b, f);
  mul_fp12(m, a, b);
  frobenius_map_fp12(a, m, 2);
  mul_fp12(m, m, a); /* f^((p^6 - 1)(p^2 + 1)) */

  for (int i = 0; i < 2; i++) { /* to the power of z - 1 */
    memcpy(b, i == 0 ? m : f, sizeof b);
    raiseToZ(a, b);
    conjugate_fp12(b);
    mul_fp12(f, a, b);
  }
  raiseToZ(a, f);
  frobenius_map_fp12(b, f, 1);
  mul_fp12(f, a, b); /* z + p */
  raiseToZ(b, f);
  raiseToZ(a, b);
  frobenius_map_fp12(b, f, 2);
  mul_fp12(a, a, b);
  conjugate_fp12(f);
  mul_fp12(a, a, f); /* z^2 + p^2 - 1 */
  cyclotomic_sqr_fp12(b, m);
  mul_fp12(b, b, m);
  mul_fp12(a, a, b);
  return blst_fp12_is_one(a);
}
