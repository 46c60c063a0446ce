import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { type FlashOptions, flashChip } from '../../../tools/flasher/flashChip.js';
import { compressed, type FlashPart, PIECE_BYTES, piecesOf } from '../../../tools/flasher/pieces.js';
import { halfRandom } from './bytes.js';
import { FakeChip, type FakeChipOptions } from './fakeChip.js';
import { type Desk, desk, openFake } from './fakeLine.js';

const parts: readonly FlashPart[] = [
  { name: 'bootloader', offset: 0, bytes: halfRandom(20_001, 'bootloader') },
  { name: 'boot record', offset: 0x11000, bytes: new Uint8Array(8192).fill(0xff) },
  { name: 'application', offset: 0x20000, bytes: halfRandom(2 * PIECE_BYTES + 5000, 'application') },
];
const pieces = piecesOf(parts);
const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);

const flash = (place: Desk, more: Partial<FlashOptions> = {}) =>
  flashChip({
    ...{ open: baud => openFake(place, baud), parts, target: 'esp32c3', flashBytes: 4 << 20 },
    ...{ baud: 460_800, stub: true, erase: false, returnMs: 5000, note() {} },
    signal: new AbortController().signal,
    ...more,
  });

/** The pieces that were asked for lie there, nothing else does, the image runs, and nobody holds the line. */
function isFlashed(t: ExecutionContext, { chip, open }: Desk): void {
  const wanted = new Uint8Array(chip.flash.length).fill(0xff);
  for (const piece of pieces) wanted.set(piece.bytes, piece.offset);
  t.true(Buffer.from(chip.flash).equals(wanted));
  t.is(chip.mode, 'app');
  t.is(open, 0);
}

function isUntouched(t: ExecutionContext, { chip, open }: Desk): void {
  t.true(chip.flash.every(byte => byte === 0xff));
  t.is(chip.mode, 'app');
  t.is(open, 0);
}

const chipOf = (options?: FakeChipOptions) => desk(new FakeChip(options));

for (const target of ['esp32', 'esp32s3', 'esp32c3', 'esp32c6'] as const)
  test(`an ${target} is found, written compressed, verified and started`, async t => {
    const place = chipOf({ target });
    const report = await flash(place, { target });
    isFlashed(t, place);
    const sum = pieces.filter(({ name }) => name !== 'boot record').map(compressed);
    const { compressed: written, sent, ...said } = report;
    t.like(said, { target, bytes, alreadyThere: 8192, resumed: 0 });
    t.is(
      written,
      sum.reduce((all, { length }) => all + length, 0),
    );
    t.true(sent < 1.1 * written + 20_000, `${sent} bytes for ${written}`);
  });

test('what lies there already is not sent again', async t => {
  const place = chipOf();
  await flash(place);
  const again = await flash(place);
  t.like(again, { bytes, alreadyThere: bytes, compressed: 0 });
  isFlashed(t, place);
});

test('the ROM alone does it, with blocks of its own size', async t => {
  const place = chipOf({ stubless: true });
  await flash(place, { stub: false });
  isFlashed(t, place);
  const started = await t.throwsAsync(flash(chipOf({ stubless: true })));
  t.like(started, { code: 'flash_failed' });
});

test('a chip that is erased first has nothing of what was there, its twin keeps the rest', async t => {
  for (const erase of [true, false]) {
    const place = chipOf();
    place.chip.flash[0x15_0000] = 7;
    await flash(place, { erase });
    t.is(place.chip.flash[0x15_0000], erase ? 0xff : 7);
  }
});

test('bytes lost on the way cost a block, or a piece, and nothing wrong stays', async t => {
  const place = chipOf();
  let lost = 0;
  place.wire = (sent, before) => {
    // One byte of one block in a middle, and later the end of another.
    const at = lost === 0 && before > 60_000 ? 100 : lost === 1 && before > 90_000 ? sent.length - 1 : -1;
    if (sent.length < 1000 || at < 0) return sent;
    lost++;
    return Buffer.concat([sent.subarray(0, at), sent.subarray(at + 1)]);
  };
  await flash(place);
  t.is(lost, 2);
  isFlashed(t, place);
});

test('a cable that is pulled in the middle, twice, and the board goes on where it was', async t => {
  const place = chipOf();
  let pulls = 0;
  const notes: string[] = [];
  place.wire = (sent, before) => {
    if (before < ([50_000, 130_000][pulls] ?? Infinity)) return sent;
    pulls++;
    return undefined;
  };
  const {
    alreadyThere,
    compressed: written,
    resumed,
  } = await flash(place, { note: line => notes.push(line) });
  isFlashed(t, place);
  t.is(resumed, 2);
  t.is(alreadyThere, 8192);
  const once = pieces.filter(({ name }) => name !== 'boot record').map(compressed);
  t.is(
    written,
    once.reduce((all, { length }) => all + length, 0),
    'no whole piece went twice',
  );
  t.is(notes.length, 2);
  t.regex(notes[0], /^The board is gone, with [1-9] of 5 pieces written/);
});

test('a board that does not come back is told from one that does, and the same command goes on later', async t => {
  const place = chipOf();
  let pulled = false;
  place.awayMs = 2000;
  place.wire = (sent, before) => {
    if (pulled || before < 130_000) return sent;
    pulled = true;
    return undefined;
  };
  t.like(await t.throwsAsync(flash(place, { returnMs: 300 })), { code: 'flash_lost' });
  t.is(place.open, 0);
  place.away = false;
  const { alreadyThere } = await flash(place);
  t.true(alreadyThere > PIECE_BYTES, `${alreadyThere}`);
  isFlashed(t, place);
});

test('another board that is plugged in in its place is not written to', async t => {
  const place = chipOf();
  const other = new FakeChip({ number: 2 });
  place.wire = (sent, before) => {
    if (before < 60_000 || place.chip === other) return sent;
    setTimeout(() => {
      place.chip = other;
    }, 50);
    return undefined;
  };
  const failed = await t.throwsAsync(flash(place));
  t.like(failed, { code: 'flash_chip' });
  t.regex(failed!.message, /Another board was plugged in/);
  isUntouched(t, { ...place, chip: other });
});

for (const [what, chip, more, code] of [
  ['another chip', { target: 'esp32s3' }, {}, 'flash_chip'],
  ['a chip that encrypts its flash', { cryptCount: 1 }, {}, 'flash_locked'],
  ['a flash that is too small', { flashMib: 2 }, {}, 'flash_size'],
] as const)
  test(`${what} is refused before anything is written`, async t => {
    const place = chipOf(chip);
    t.like(await t.throwsAsync(flash(place, more)), { code });
    isUntouched(t, place);
  });

test('a chip whose encryption was switched off again is flashed', async t => {
  const place = chipOf({ cryptCount: 3 });
  await flash(place);
  isFlashed(t, place);
});

test('bytes that land at another offset are seen, and named by their place', async t => {
  const place = chipOf({ astray: 0x1000 });
  const failed = await t.throwsAsync(flash(place));
  t.like(failed, { code: 'flash_verify' });
  t.regex(failed!.message, /The bootloader was written 3 times at 0x0 and is not right/);
});

test('a chip that says nothing is told within seconds, and the line is free again', async t => {
  const place = chipOf();
  place.wire = () => new Uint8Array(0);
  t.like(await t.throwsAsync(flash(place)), { code: 'flash_silent' });
  t.is(place.open, 0);
});

test('Ctrl-C at any byte lets go of the line and starts the chip', async t => {
  for (const after of [0, 3000, 25_000, 90_000]) {
    const place = chipOf();
    const given = new AbortController();
    place.wire = (sent, before) => {
      if (before >= after) given.abort(new Error('Ctrl-C'));
      return sent;
    };
    await t.throwsAsync(flash(place, { signal: given.signal }), { message: 'Ctrl-C' });
    t.is(place.open, 0);
    t.is(place.chip.mode, 'app');
  }
});

test('parts that lie over each other, or within a sector, are no parts', t => {
  const part = (offset: number, length: number) => ({
    name: `at ${offset}`,
    offset,
    bytes: randomBytes(length),
  });
  t.throws(() => piecesOf([part(0, 4097), part(4096, 1)]), { message: /over the part before/ });
  t.throws(() => piecesOf([part(100, 1)]), { message: /within a sector/ });
  t.is(piecesOf([part(0, 4096), part(4096, 1)])[1].bytes.length, 4);
});
