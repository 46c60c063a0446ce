/**
 * Claim codes: the secret of a claim key as a person reads it off a box and types it. 128 random bits in seven groups of
 * five signs (Crockford's base32, which has no I, L, O and U); the last sign of a group checks the group and its place,
 * and twelve bits check the whole.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 7;
/** Without the sign that checks them. */
const SIGNS_PER_GROUP = 4;
const GROUP_LENGTH = SIGNS_PER_GROUP + 1;
const CHECK_BITS = 12n;

/** Bytes of the secret that a code carries. */
export const CLAIM_SECRET_BYTES = 16;

/** The reason why a text is not a claim code; it never repeats more of the text than the group that is wrong. */
export class NotAClaimCode extends Error {}

/** The code of a secret of 16 bytes, its groups separated by dashes: 41 characters. */
export function claimCode(secret: Uint8Array): string {
  if (secret.length !== CLAIM_SECRET_BYTES)
    throw new RangeError(`a claim secret has ${CLAIM_SECRET_BYTES} bytes`);
  const number = (BigInt(`0x${Buffer.from(secret).toString('hex')}`) << CHECK_BITS) | checkOf(secret);
  const signs = Array.from({ length: GROUPS * SIGNS_PER_GROUP }, (_, index) =>
    Number((number >> BigInt(5 * (GROUPS * SIGNS_PER_GROUP - 1 - index))) & 31n),
  );
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const group = signs.slice(index * SIGNS_PER_GROUP, (index + 1) * SIGNS_PER_GROUP);
    return [...group, checkSign(group, index)].map(value => ALPHABET[value]).join('');
  });
  return groups.join('-');
}

/**
 * The secret of a code as somebody typed it: any case, with or without dashes and blanks, O for 0, I and L for 1.
 *
 * @throws NotAClaimCode that names the groups which are mistyped
 */
export function readClaimCode(text: string): Uint8Array {
  const groups = groupsOf(text);
  const values = groups.map((group, index) => valuesOf(group, index));
  const wrong = values.flatMap((group, index) =>
    checkSign(group.slice(0, SIGNS_PER_GROUP), index) === group[SIGNS_PER_GROUP] ? [] : [index],
  );
  if (wrong.length > 0) {
    const named = wrong.map(index => `${index + 1} (${groups[index]})`).join(', ');
    throw new NotAClaimCode(
      wrong.length === 1
        ? `group ${named} is mistyped`
        : `the groups ${named} are mistyped, or stand in each other's place`,
    );
  }
  const number = values
    .flatMap(group => group.slice(0, SIGNS_PER_GROUP))
    .reduce((sum, value) => (sum << 5n) | BigInt(value), 0n);
  const secret = new Uint8Array(Buffer.from((number >> CHECK_BITS).toString(16).padStart(32, '0'), 'hex'));
  if ((number & ((1n << CHECK_BITS) - 1n)) !== checkOf(secret)) {
    throw new NotAClaimCode('its groups do not belong together: more than one sign is mistyped');
  }
  return secret;
}

/** Groups as they were typed; where dashes and blanks are left out or misplaced, five signs are one. */
function groupsOf(text: string): string[] {
  const typed = text
    .trim()
    .toUpperCase()
    .split(/[\s-]+/);
  const joined = typed.join('');
  const needed = GROUPS * GROUP_LENGTH;
  if (joined.length !== needed) {
    const short = typed.findIndex(group => group.length !== GROUP_LENGTH);
    const where =
      typed.length === GROUPS && short >= 0
        ? `group ${short + 1} has ${typed[short].length} signs, ${GROUP_LENGTH} are needed`
        : `it has ${joined.length} signs, ${needed} are needed`;
    throw new NotAClaimCode(where);
  }
  return joined.match(/.{5}/gs)!;
}

function valuesOf(group: string, index: number): number[] {
  return [...group].map(sign => {
    const value = ALPHABET.indexOf(sign === 'O' ? '0' : sign === 'I' || sign === 'L' ? '1' : sign);
    if (value < 0) throw new NotAClaimCode(`group ${index + 1} holds a sign that no code has`);
    return value;
  });
}

/**
 * Σ αⁱ·dᵢ over GF(32) plus the group's place: a single wrong sign always shows, and so do two neighbours that were
 * exchanged, since no two weights are equal.
 */
function checkSign(group: readonly number[], place: number): number {
  let sum = 0;
  for (const value of group) sum = timesAlpha(sum ^ value);
  return sum ^ (place + 1);
}

/** Times α in GF(2)[x]/(x⁵ + x² + 1). */
const timesAlpha = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31;

const checkOf = (secret: Uint8Array): bigint => {
  const hash = keccak_256(new Uint8Array([...Buffer.from('Holdfast claim code'), ...secret]));
  return BigInt((hash[0] << 4) | (hash[1] >> 4));
};
