/** The board's frames (host-sim/rv32/host/frame.c) and those of firmware/serial say the same of any bytes. */
import fc from 'fast-check';
import {
  type Frame,
  FrameReader,
  FrameWriter,
  PAYLOAD_BYTES_MAX,
} from '../../../../firmware/serial/frame.js';
import { type Program, testInC } from '../../native/program.js';

interface Taken extends Frame {
  /** Frames were missing before this one. */
  lost: boolean;
}

function takenInTypeScript(pieces: readonly Uint8Array[]): Taken[] {
  const taken: Taken[] = [];
  let lost = false;
  const reader = new FrameReader({
    onLost: () => {
      lost = true;
    },
    onFrame: frame => {
      // The board takes whatever number comes first: the holder may have been there before it.
      taken.push({ ...frame, lost: lost && taken.length > 0 });
      lost = false;
    },
  });
  for (const piece of pieces) reader.take(piece);
  return taken;
}

async function takenInC(program: Program, pieces: readonly Uint8Array[]): Promise<Taken[]> {
  const request = pieces.flatMap(piece => [Uint8Array.of(piece.length & 255, piece.length >> 8), piece]);
  const answer = await program.ask(Buffer.concat([Uint8Array.of(0), ...request]));
  const taken: Taken[] = [];
  for (let at = 0; at < answer.length; ) {
    const length = answer.readUInt16LE(at + 2);
    const payload = new Uint8Array(answer.subarray(at + 4, at + 4 + length));
    taken.push({ type: answer[at], lost: answer[at + 1] === 1, payload });
    at += 4 + length;
  }
  return taken;
}

async function codedInC(
  program: Program,
  frames: readonly Frame[],
  heads: readonly number[],
): Promise<Buffer> {
  const request = frames.flatMap(({ payload, type }, i) => {
    const head = heads[i % heads.length] % (payload.length + 1);
    const { length } = payload;
    return [Uint8Array.of(type, head & 255, head >> 8, length & 255, length >> 8), payload];
  });
  return program.ask(Buffer.concat([Uint8Array.of(1), ...request]));
}

const frames = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: PAYLOAD_BYTES_MAX, size: 'max' }),
      fc.uint8Array({ maxLength: PAYLOAD_BYTES_MAX, max: 1, size: 'max' }),
      fc.integer({ min: 240, max: PAYLOAD_BYTES_MAX }).map(length => new Uint8Array(length).fill(7)),
      fc.constant(new Uint8Array(PAYLOAD_BYTES_MAX)),
    ),
  }),
  { maxLength: 8 },
);

/** The fate of a line: nothing, flipped bits, lost, doubled and added bytes. */
const damage = fc.array(
  fc.record({
    place: fc.nat(),
    kind: fc.constantFrom('flip', 'drop', 'double', 'zero', 'noise', 'cut'),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.uint8Array({ maxLength: 2500, size: 'max' }),
    ),
  }),
  { maxLength: 6 },
);

function damaged(
  whole: Uint8Array,
  all: readonly { place: number; kind: string; bytes: Uint8Array }[],
): Uint8Array {
  let line = [...whole];
  for (const { bytes, kind, place } of all) {
    const at = line.length > 0 ? place % line.length : 0;
    if (kind === 'flip') line[at] ^= bytes[0] || 1;
    else if (kind === 'drop') line.splice(at, 1 + (bytes.length % 9));
    else if (kind === 'double') line.splice(at, 0, ...line.slice(at, at + bytes.length));
    else if (kind === 'zero') line.splice(at, 0, 0);
    else if (kind === 'noise') line.splice(at, 0, ...bytes);
    else line = line.slice(0, at);
  }
  return Uint8Array.from(line);
}

function inPieces(line: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < line.length; ) {
    const size = sizes[pieces.length % sizes.length];
    pieces.push(line.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 6 });

function coded(sent: readonly Frame[]): Uint8Array {
  const writer = new FrameWriter();
  return Buffer.concat(sent.map(({ payload, type }) => writer.encode(type, payload)));
}

testInC(
  'the board takes the very frames that firmware/serial takes, of any line: whole, damaged or no line at all',
  'frameProgram',
  ['crc32.c'],
  async (t, program) => {
    let taken = 0;
    let lines = 0;
    await fc.assert(
      fc.asyncProperty(frames, damage, sizes, async (sent, harm, cuts) => {
        const line = damaged(coded(sent), harm);
        const pieces = inPieces(line, cuts);
        const expected = takenInTypeScript(pieces);
        t.deepEqual(await takenInC(program, pieces), expected);
        if (harm.length === 0) t.is(expected.length, sent.length, 'the untouched twin');
        taken += expected.length;
        lines++;
      }),
      { numRuns: 3000 },
    );
    t.true(taken > lines / 2, `${taken} frames`);
    t.log(`${lines} lines, ${taken} frames taken by both`);
  },
);

testInC(
  'frames with a right checksum and wrong everything else are one verdict on both sides',
  'frameProgram',
  ['crc32.c'],
  async (t, program) => {
    const { crc32 } = await import('../../../../firmware/bytes/crc32.js');
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 1100, size: 'max' }))
        .map(([v, rest]) => Uint8Array.of(v, ...rest)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { maxLength: 5 }), fc.boolean(), async (all, full) => {
        const line = all.flatMap(body => {
          const check = Buffer.alloc(4);
          check.writeUInt32BE(crc32(body));
          return [0, ...cobs([...body, ...check], full), 0];
        });
        const pieces = inPieces(Uint8Array.from(line), [1500]);
        t.deepEqual(await takenInC(program, pieces), takenInTypeScript(pieces));
      }),
      { numRuns: 1000 },
    );
  },
);

testInC(
  'what the board writes is what firmware/serial writes, byte for byte, from however many parts',
  'frameProgram',
  ['crc32.c'],
  async (t, program) => {
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), async (sent, heads) => {
        const line = await codedInC(program, sent, heads);
        t.deepEqual(new Uint8Array(line), new Uint8Array(coded(sent)));
        t.deepEqual(
          takenInTypeScript([line]).map(({ payload, type }) => ({ type, payload })),
          sent,
        );
      }),
      { numRuns: 1000 },
    );
  },
);

/** @param full whether a run of 254 at the end is followed by an empty one, which decoders must take either way */
function cobs(bytes: readonly number[], full: boolean): number[] {
  const out: number[] = [];
  let run: number[] = [];
  for (const byte of bytes) {
    if (byte !== 0) run.push(byte);
    if (byte === 0 || run.length === 254) {
      out.push(run.length + 1, ...run);
      run = [];
      if (byte === 0) continue;
    }
  }
  const endsInFullRun =
    bytes.length >= 254 && bytes.slice(-254).every(byte => byte !== 0) && run.length === 0;
  if (!endsInFullRun || full) out.push(run.length + 1, ...run);
  return out;
}
