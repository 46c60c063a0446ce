/**
 * The arithmetic of secp256k1 (SEC 2) that a signature check needs: u1 G + u2 R in one pass of doublings.
 *
 * The reason for not using a library: noble first builds a table of G that takes 1.5 MB, which ends the machine on a
 * chip. Here the eight multiples of G that are used are constants. Variable time: only public values belong here.
 *
 * A number stands for its class modulo p, and may be negative: a remainder is taken after a product, never after a sum,
 * since every BigInt operation allocates.
 */

/** The field's prime. */
export const fieldPrime = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
/** The order of G. */
export const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const p = fieldPrime;

/**
 * G, 3 G, 5 G, … 15 G. Objects on purpose: the Moddable SDK's linker (8.2.3) writes beyond its memory when a BigInt
 * lies in an Array of a preloaded module.
 */
const oddMultiplesOfBase: readonly AffinePoint[] = [
  {
    x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  },
  {
    x: 0xf9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9n,
    y: 0x388f7b0f632de8140fe337e62a37f3566500a99934c2231b6cb9fd7584b8e672n,
  },
  {
    x: 0x2f8bde4d1a07209355b4a7250a5c5128e88b84bddc619ab7cba8d569b240efe4n,
    y: 0xd8ac222636e5e3d6d4dba9dda6c9c426f788271bab0d6840dca87d3aa6ac62d6n,
  },
  {
    x: 0x5cbdf0646e5db4eaa398f365f2ea7a0e3d419b7e0330e39ce92bddedcac4f9bcn,
    y: 0x6aebca40ba255960a3178d6d861a54dba813d0b813fde7b5a5082628087264dan,
  },
  {
    x: 0xacd484e2f0c7f65309ad178a9f559abde09796974c57e714c35f110dfc27ccben,
    y: 0xcc338921b0a7d9fd64380971763b61e9add888a4375f8e0f05cc262ac64f9c37n,
  },
  {
    x: 0x774ae7f858a9411e5ef4246b70c65aac5649980be5c17891bbec17895da008cbn,
    y: 0xd984a032eb6b5e190243dd56d7b7b365372db1e2dff9d6a8301d74c9c953c61bn,
  },
  {
    x: 0xf28773c2d975288bc7d1d205c3748651b075fbc6610e58cddeeddf8f19405aa8n,
    y: 0x0ab0902e8d880a89758212eb65cdaf473a1a06da521fa91f29b5cb52db03ed81n,
  },
  {
    x: 0xd7924d4f7d43ea965a465ae3095ff41131e5946f3c85f79e44adbcf8e27e080en,
    y: 0x581e2872a86c72a683842ec228cc6defea40af2bd896d3a5c504dc9ff6a26b58n,
  },
];

export interface AffinePoint {
  x: bigint;
  y: bigint;
}

/** The root of `square` modulo p, as the (p + 1) / 4-th power; undefined when there is none. */
export function squareRoot(square: bigint): bigint | undefined {
  // The exponent in binary is 223 ones, a zero, 22 ones, four zeros, 11, two zeros.
  const ones2 = times(square, squared(square, 1));
  const ones3 = times(square, squared(ones2, 1));
  const ones6 = times(ones3, squared(ones3, 3));
  const ones9 = times(ones3, squared(ones6, 3));
  const ones11 = times(ones2, squared(ones9, 2));
  const ones22 = times(ones11, squared(ones11, 11));
  const ones44 = times(ones22, squared(ones22, 22));
  const ones88 = times(ones44, squared(ones44, 44));
  const ones176 = times(ones88, squared(ones88, 88));
  const ones220 = times(ones44, squared(ones176, 44));
  const ones223 = times(ones3, squared(ones220, 3));
  const root = squared(times(ones2, squared(times(ones22, squared(ones223, 23)), 6)), 2);
  return (root * root - square) % p === 0n ? root : undefined;
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) % p;
}

/** `value` squared `count` times. */
function squared(value: bigint, count: number): bigint {
  let result = value;
  for (let i = 0; i < count; i++) result = (result * result) % p;
  return result;
}

/** The inverse of a value that is not 0 modulo the prime `modulus`, from 0 to modulus - 1 (extended Euclid). */
export function inverse(value: bigint, modulus: bigint): bigint {
  let a = value % modulus;
  let b = modulus;
  let x = 1n;
  let y = 0n;
  while (a !== 0n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  // b is -1 when a was negative, else 1.
  const result = (b < 0n ? -y : y) % modulus;
  return result < 0n ? result + modulus : result;
}

/**
 * The digits of `scalar`, least significant first. A digit is zero, or odd and less than 2^(width - 1) in size; of
 * `width` neighbours at most one is not zero.
 */
function nonAdjacentForm(scalar: bigint, width: number): Int8Array {
  const digits = new Int8Array(258);
  const words = new Int32Array(10);
  for (let i = 0, rest = scalar; i < 9; i++, rest >>= 30n) words[i] = Number(rest & 0x3fffffffn);
  const size = 1 << width;
  let carry = 0;
  for (let at = 0; at < 257; ) {
    const word = (at / 30) | 0;
    const bit = at % 30;
    if (((words[word] >>> bit) & 1) === carry) {
      at++;
      continue;
    }
    let digit = words[word] >>> bit;
    if (bit + width > 30) digit |= words[word + 1] << (30 - bit);
    digit = (digit & (size - 1)) + carry;
    carry = digit >> (width - 1);
    digits[at] = digit - (carry << width);
    at += width;
  }
  return digits;
}

/** A point that is added to and doubled, in Jacobian coordinates: (x / z^2, y / z^3), infinity when z is 0. */
class Accumulator {
  x = 1n;
  y = 1n;
  z = 0n;

  double(): void {
    if (this.z === 0n) return;
    const y = this.y;
    const ySquared = (y * y) % p;
    const d = ((this.x * ySquared) % p) << 2n;
    const e = (this.x * this.x * 3n) % p;
    this.x = (e * e - (d << 1n)) % p;
    this.z = ((y * this.z) << 1n) % p;
    this.y = (e * (d - this.x) - ((ySquared * ySquared) << 3n)) % p;
  }

  add(x2: bigint, y2: bigint): void {
    if (this.z === 0n) {
      this.x = x2;
      this.y = y2;
      this.z = 1n;
      return;
    }
    const zSquared = (this.z * this.z) % p;
    const h = (x2 * zSquared - this.x) % p;
    const r = (((y2 * this.z) % p) * zSquared - this.y) % p;
    if (h === 0n) {
      if (r === 0n) this.double();
      else this.z = 0n;
      return;
    }
    const hSquared = (h * h) % p;
    const hCubed = (h * hSquared) % p;
    const v = (this.x * hSquared) % p;
    this.x = (r * r - hCubed - (v << 1n)) % p;
    this.y = (r * (v - this.x) - this.y * hCubed) % p;
    this.z = (this.z * h) % p;
  }

  toAffine(): AffinePoint | undefined {
    if (this.z === 0n) return undefined;
    const inverseZ = inverse(this.z, p);
    const squaredInverse = (inverseZ * inverseZ) % p;
    return {
      x: nonNegative((this.x * squaredInverse) % p),
      y: nonNegative((((this.y * squaredInverse) % p) * inverseZ) % p),
    };
  }
}

function nonNegative(remainder: bigint): bigint {
  return remainder < 0n ? remainder + p : remainder;
}

/** u1 G + u2 R, undefined for infinity. The scalars lie between 0 and the order. */
export function jointMultiply(u1: bigint, u2: bigint, point: AffinePoint): AffinePoint | undefined {
  const baseDigits = nonAdjacentForm(u1, 5);
  const pointDigits = nonAdjacentForm(u2, 2);
  const sum = new Accumulator();
  for (let i = 257; i >= 0; i--) {
    sum.double();
    const digit = pointDigits[i];
    if (digit !== 0) sum.add(point.x, digit < 0 ? -point.y : point.y);
    const baseDigit = baseDigits[i];
    if (baseDigit !== 0) {
      const index = Math.abs(baseDigit) >> 1;
      const { x, y } = oddMultiplesOfBase[index];
      sum.add(x, baseDigit < 0 ? -y : y);
    }
  }
  return sum.toAffine();
}
