/** Records: one value, one encoding; whatever else comes in is refused without an exception. */
import { RLP } from '@ethereumjs/rlp';
import test from 'ava';
import fc from 'fast-check';
import { encodeRecord, type RecordField, RecordReader } from '../../../firmware/bytes/record.js';
import { holds } from '../../fakes/holds.js';

/** A description of what is read, made together with the value. */
type Shape =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'list'; value: Shape[] };

const { shape } = fc.letrec<{ shape: Shape }>(tie => ({
  shape: fc.oneof(
    { maxDepth: 3 },
    fc.nat(Number.MAX_SAFE_INTEGER).map(value => ({ kind: 'number' as const, value })),
    fc.string({ unit: 'grapheme', maxLength: 80 }).map(value => ({ kind: 'text' as const, value })),
    fc.uint8Array({ maxLength: 300 }).map(value => ({ kind: 'bytes' as const, value })),
    fc.array(tie('shape'), { maxLength: 5 }).map(value => ({ kind: 'list' as const, value })),
  ),
}));
const shapes = fc.array(shape, { maxLength: 6 });

const fieldOf = (item: Shape): RecordField => (item.kind === 'list' ? item.value.map(fieldOf) : item.value);

function read(reader: RecordReader, items: readonly Shape[]): unknown[] {
  return items.map(item => {
    if (item.kind === 'number') return reader.number();
    if (item.kind === 'text') return reader.text(1000);
    if (item.kind === 'bytes') return reader.bytes(1000);
    const list = reader.list();
    const values = read(list, item.value);
    return list.end() ? values : 'not ended';
  });
}

const valuesOf = (items: readonly Shape[]): unknown[] =>
  items.map(item => (item.kind === 'list' ? valuesOf(item.value) : item.value));

test('what is encoded is read back, and is what another RLP makes of it', t => {
  holds(
    t,
    fc.property(shapes, items => {
      const bytes = encodeRecord(items.map(fieldOf));
      const reader = new RecordReader(bytes, bytes.length);
      t.deepEqual(read(reader, items), valuesOf(items));
      t.true(reader.end());
      t.deepEqual(bytes, RLP.encode(items.map(fieldOf) as never));
    }),
    { numRuns: 300 },
  );
});

/** Reads anything, guided by the bytes alone; true when all was in order. */
function readAll(reader: RecordReader, depth = 0): boolean {
  for (let i = 0; reader.more && i < 1000; i++) reader.bytes(1 << 20);
  return depth === 0 && reader.end();
}

test('arbitrary bytes never throw, and a flat list is taken exactly when the other RLP takes it', t => {
  const rlpish = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.integer({ min: 0xc0, max: 0xff }), fc.uint8Array({ maxLength: 80 })).map(([first, rest]) => {
      const bytes = Uint8Array.of(first, ...rest);
      return first <= 0xf7 ? bytes.slice(0, 1 + first - 0xc0) : bytes;
    }),
  );
  holds(
    t,
    fc.property(rlpish, bytes => {
      const taken = readAll(new RecordReader(bytes, 1000));
      let flat = false;
      try {
        const value = RLP.decode(bytes);
        flat = Array.isArray(value) && value.every(item => !Array.isArray(item));
        // The oracle takes an empty string of no bytes at all, and some non-canonical forms.
        if (flat) flat = Buffer.compare(RLP.encode(value), bytes) === 0;
      } catch {
        flat = false;
      }
      t.is(taken, flat, Buffer.from(bytes).toString('hex'));
    }),
    { numRuns: 3000 },
  );
});

test('each form that is not the shortest is refused, its canonical twin accepted', t => {
  const twins: [name: string, wrong: string, right: string][] = [
    ['a byte below 0x80 as a string of one', 'c28101', 'c101'],
    ['a long form for a short string', 'c3b80161', 'c161'],
    ['a long form for a short list', 'f80161', 'c161'],
    ['a long form for 55 bytes', `f837${'61'.repeat(55)}`, `f7${'61'.repeat(55)}`],
    ['a length with a leading zero', `f9003a${'61'.repeat(58)}`, `f83a${'61'.repeat(58)}`],
    ['a list that ends too early', 'c261', 'c161'],
    ['a list that is followed by something', 'c16161', 'c161'],
    ['a string instead of a list', '8161', 'c161'],
    ['nothing', '', 'c0'],
    ['an item that exceeds its list', 'c18261', 'c3826161'],
    ['a length of four bytes', `fb0000003a${'61'.repeat(58)}`, `f83a${'61'.repeat(58)}`],
  ];
  for (const [name, wrong, right] of twins) {
    t.false(readAll(new RecordReader(Buffer.from(wrong, 'hex'), 1000)), name);
    t.true(readAll(new RecordReader(Buffer.from(right, 'hex'), 1000)), name);
  }
});

test('numbers: no leading zero, no more than 2^53 - 1, no more than the field allows', t => {
  const number = (hex: string, maximum?: number) => {
    const reader = new RecordReader(Buffer.from(hex, 'hex'), 100);
    const value = reader.number(maximum);
    return reader.end() ? value : undefined;
  };
  t.is(number('c180'), 0);
  t.is(number('c100'), undefined, 'zero is empty');
  t.is(number('c3820001'), undefined);
  t.is(number('c8871fffffffffffff'), Number.MAX_SAFE_INTEGER);
  t.is(number('c88720000000000000'), undefined);
  t.is(number('c98800ffffffffffffff'), undefined);
  t.is(number('c107', 7), 7);
  t.is(number('c108', 7), undefined);
});

test('the first fault is final: everything read after it is empty, also where it lay in a nested list', t => {
  const bytes = encodeRecord([[new Uint8Array(3)], 5]);
  const reader = new RecordReader(bytes, 100);
  t.deepEqual(reader.list().fixed(4), new Uint8Array(4));
  t.is(reader.number(), 0);
  t.false(reader.ok);
  t.false(reader.end());

  const twin = new RecordReader(bytes, 100);
  t.deepEqual(twin.list().fixed(3), new Uint8Array(3));
  t.is(twin.number(), 5);
  t.true(twin.end());
});

test('limits of length hold for the record and for each field', t => {
  const bytes = encodeRecord(['four', new Uint8Array(9)]);
  const within = new RecordReader(bytes, bytes.length);
  t.deepEqual([within.text(4), within.bytes(9), within.end()], ['four', new Uint8Array(9), true]);
  t.false(new RecordReader(bytes, bytes.length - 1).ok);
  const short = new RecordReader(bytes, bytes.length);
  t.is(short.text(3), '');
  t.false(short.ok);
});

test('what is not there is no field: a record read beyond its end is not in order', t => {
  for (const read of ['number', 'list', 'bytes', 'text', 'fixed'] as const) {
    const reader = new RecordReader(Uint8Array.of(0xc0), 10);
    t.true(reader.ok);
    t.false(reader.more);
    reader[read](read === 'fixed' ? 0 : 5);
    t.false(reader.ok, read);
  }
});

test('text is UTF-8 or nothing', t => {
  const reader = new RecordReader(encodeRecord([Uint8Array.of(0xc3, 0x28)]), 100);
  t.is(reader.text(10), '');
  t.false(reader.ok);
});
