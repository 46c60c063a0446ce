import { RLP } from '@ethereumjs/rlp';
import test from 'ava';
import fc from 'fast-check';
import { minimalBytes } from '../../../firmware/bytes/bigEndian.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeRlp, RlpCursor } from '../../../firmware/bytes/rlp.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { runs } from '../../fakes/runs.js';
import { vectorTest } from '../vectors.js';

type Tree = Uint8Array | Tree[];

/** The whole input as a tree, by means of the cursor; undefined when any part of it is refused. */
function decode(bytes: Uint8Array): Tree | undefined {
  const cursor = new RlpCursor(bytes);
  const item = (at: number, limit: number): Tree | undefined => {
    if (!cursor.read(at, limit)) return undefined;
    if (!cursor.isList) return cursor.payload;
    const items: Tree[] = [];
    const { start, end } = cursor;
    for (let next = start; next < end; next = cursor.end) {
      const child = item(next, end);
      if (child === undefined) return undefined;
      items.push(child);
    }
    cursor.end = end;
    return items;
  };
  const tree = item(0, bytes.length);
  return cursor.end === bytes.length ? tree : undefined;
}

function oracleDecode(bytes: Uint8Array): Tree | undefined {
  if (bytes.length === 0) return undefined; // the oracle reads nothing as an empty string
  try {
    return RLP.decode(bytes) as Tree;
  } catch {
    return undefined;
  }
}

const shown = (tree: Tree | undefined): string =>
  tree === undefined ? 'refused' : Array.isArray(tree) ? `[${tree.map(shown).join()}]` : toHex(tree);

const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.uint8Array({ maxLength: 4 }),
    fc.uint8Array({ minLength: 50, maxLength: 70 }),
    fc.uint8Array({ minLength: 250, maxLength: 300 }),
    fc.array(tie('tree'), { maxLength: 4 }),
  ),
}));

test('encodes as the oracle does, and reads back what was encoded', t => {
  fc.assert(
    fc.property(tree, value => {
      const bytes = encodeRlp(value);
      t.is(toHex(bytes), toHex(RLP.encode(value)));
      t.is(shown(decode(bytes)), shown(value));
    }),
    { numRuns: 1000 },
  );
});

test('integers encode as the oracle encodes them', t => {
  for (const value of [0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    t.is(toHex(encodeRlp(minimalBytes(value))), toHex(RLP.encode(value)));
  }
});

test('lengths around every boundary of the encoding read back', t => {
  for (const length of [0, 1, 54, 55, 56, 57, 255, 256, 257, 65535, 65536]) {
    const bytes = new Uint8Array(length).fill(200);
    t.is(toHex(encodeRlp(bytes)), toHex(RLP.encode(bytes)));
    t.deepEqual(decode(encodeRlp(bytes)), bytes);
    t.is(toHex(encodeRlp([bytes])), toHex(RLP.encode([bytes])));
  }
});

test('accepts and refuses exactly what the oracle does, for mutated encodings and for arbitrary bytes', t => {
  const mutated = fc
    .tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), fc.nat(2))
    .map(([value, changes, cut]) => {
      const bytes = Uint8Array.from(encodeRlp(value));
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, bytes.length - cut);
    });
  const heads = fc.constantFrom(
    0x00,
    0x7f,
    0x80,
    0x81,
    0xb7,
    0xb8,
    0xb9,
    0xbf,
    0xc0,
    0xc1,
    0xf7,
    0xf8,
    0xf9,
    0xff,
  );
  const arbitrary = fc
    .array(fc.oneof(heads, fc.nat(60), fc.nat(255)), { maxLength: 80 })
    .map(bytes => Uint8Array.from(bytes));
  const numRuns = runs(5000);
  let refused = 0;
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(mutated, arbitrary), bytes => {
      const ours = shown(decode(bytes));
      t.is(ours, shown(oracleDecode(bytes)), toHex(bytes));
      if (ours === 'refused') refused++;
      else taken++;
    }),
    { numRuns },
  );
  t.true(refused > numRuns / 50 && taken > numRuns / 50);
});

test('non-canonical forms are refused, each beside its canonical twin', t => {
  const payload = 'aa'.repeat(56);
  for (const [bad, good] of [
    ['0x8101', '0x01'],
    ['0x817f', '0x7f'],
    ['0xb801aa', '0x81aa'],
    [`0xb837${'aa'.repeat(55)}`, `0xb7${'aa'.repeat(55)}`],
    [`0xb90038${payload}`, `0xb838${payload}`],
    ['0xf801aa', '0xc101'],
    [`0xf90038${'01'.repeat(56)}`, `0xf838${'01'.repeat(56)}`],
    ['0x82aa', '0x82aabb'],
    ['0xc281aa01', '0xc281aa'],
    ['0xb8', '0x80'],
    ['0xbfffffffffffffffff', '0x80'],
    ['0xffffffffffffffffff', '0xc0'],
    ['0xbb7fffffff', '0x80'],
  ]) {
    t.is(decode(fromHex(bad)!), undefined, bad);
    t.not(decode(fromHex(good)!), undefined, good);
  }
});

test('an integer has no leading zero and no more bytes than allowed', t => {
  const reads = (hex: string, maximum: number) => {
    const bytes = fromHex(hex)!;
    return new RlpCursor(bytes).readInteger(0, bytes.length, maximum);
  };
  t.true(reads('0x80', 8));
  t.true(reads('0x820100', 2));
  t.false(reads('0x820100', 1));
  t.false(reads('0x00', 8));
  t.false(reads('0x820001', 8));
  t.false(reads('0xc0', 8));
});

test('nothing is read at or across the limit, though bytes follow', t => {
  const bytes = fromHex('0x0182aabb05')!;
  const cursor = new RlpCursor(bytes);
  t.true(cursor.read(1, 4));
  t.false(cursor.read(1, 3));
  t.false(cursor.read(4, 4));
  t.true(cursor.read(4, 5));
  t.false(cursor.read(5, 5));
});

test('a fixed string, and the only list of an input, must be just that', t => {
  const cursor = (hex: string) => new RlpCursor(fromHex(hex)!);
  t.true(cursor('0x82aabb').readFixed(0, 3, 2));
  t.false(cursor('0x82aabb').readFixed(0, 3, 1));
  t.false(cursor('0xc2aabb').readFixed(0, 3, 2));
  t.false(cursor('0x82aabb').readFixed(0, 2, 2));
  t.true(cursor('0xc20101').readOnlyList());
  t.false(cursor('0xc2010101').readOnlyList());
  t.false(cursor('0x820101').readOnlyList());
  t.false(cursor('0xc201').readOnlyList());
  t.false(cursor('0x').readOnlyList());
});

test('30,000 nested lists cost nothing: one item is read, nothing descends', t => {
  const heads: Uint8Array[] = [];
  for (let depth = 0, length = 0; depth < 30_000; depth++) {
    const size = minimalBytes(length);
    const head = length > 55 ? [0xf7 + size.length, ...size] : [0xc0 + length];
    heads.push(Uint8Array.from(head));
    length += head.length;
  }
  const nested = new Uint8Array(Buffer.concat(heads.reverse()));
  const cursor = new RlpCursor(nested);
  t.true(cursor.readOnlyList());
  t.is(cursor.end, nested.length);
});

const vector = (value: unknown): Tree => {
  if (Array.isArray(value)) return value.map(vector);
  if (typeof value === 'number') return minimalBytes(value);
  const text = value as string;
  if (!text.startsWith('#')) return encodeText(text);
  const hex = BigInt(text.slice(1)).toString(16);
  return fromHex(`0x${hex.length % 2 === 0 ? hex : `0${hex}`}`)!;
};

vectorTest(
  'ethereum/tests rlptest: every value encodes as published and reads back',
  'ethereum-tests/RLPTests/rlptest.json',
  (t, text) => {
    const cases = Object.entries(JSON.parse(text) as Record<string, { in: unknown; out: string }>);
    for (const [name, { in: value, out }] of cases) {
      t.is(toHex(encodeRlp(vector(value))), out.toLowerCase(), name);
      t.is(shown(decode(fromHex(out)!)), shown(vector(value)), name);
    }
    t.true(cases.length > 20);
  },
);

vectorTest(
  'ethereum/tests invalidRLPTest: every input is refused',
  'ethereum-tests/RLPTests/invalidRLPTest.json',
  (t, text) => {
    const cases = Object.entries(JSON.parse(text) as Record<string, { out: string }>);
    for (const [name, { out }] of cases)
      t.is(decode(fromHex(out.startsWith('0x') ? out : `0x${out}`)!), undefined, name);
    t.true(cases.length > 20);
  },
);

vectorTest(
  'ethereum/tests RandomRLPTests: valid and invalid as published',
  'ethereum-tests/RLPTests/RandomRLPTests/example.json',
  (t, text) => {
    for (const [name, item] of Object.entries(
      JSON.parse(text) as Record<string, { in: string; out: string }>,
    )) {
      t.is(decode(fromHex(item.out)!) !== undefined, item.in === 'VALID', name);
    }
  },
);
