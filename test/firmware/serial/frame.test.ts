import test from 'ava';
import fc from 'fast-check';
import { type Frame, FrameReader, FrameWriter, PAYLOAD_BYTES_MAX } from '../../../firmware/serial/frame.js';

function reading() {
  const frames: Frame[] = [];
  let lost = 0;
  const text: number[] = [];
  const reader = new FrameReader({
    onFrame: frame => void frames.push(frame),
    onLost: () => lost++,
    onText: bytes => void text.push(...bytes),
  });
  return { reader, frames, text, lost: () => lost };
}

const payloads = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: PAYLOAD_BYTES_MAX }),
      fc.uint8Array({ maxLength: PAYLOAD_BYTES_MAX, max: 1 }),
      fc.integer({ min: 250, max: 512 }).map(length => new Uint8Array(length).fill(7)),
    ),
  }),
  { maxLength: 12 },
);

/** Cut at some places, as a line delivers them. */
function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]) {
    yield bytes.subarray(at, at + sizes[i % sizes.length]);
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 });

test('what was sent arrives, however it is cut and with text in between', t => {
  fc.assert(
    fc.property(payloads, cuts, fc.uint8Array({ min: 1, maxLength: 3000 }), (sent, sizes, noise) => {
      const writer = new FrameWriter();
      const { reader, frames, lost } = reading();
      const bytes = sent.flatMap(({ type, payload }) => [...writer.encode(type, payload), ...noise]);
      for (const piece of pieces(Uint8Array.from(bytes), sizes)) reader.take(piece);
      t.deepEqual(frames, sent);
      t.is(lost(), 0);
    }),
  );
});

test('a frame with a changed byte is none, and the next tells that one is missing; its untouched twin arrives', t => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (payload, place, change) => {
        const writer = new FrameWriter();
        const whole = writer.encode(3, payload);
        const changed = Uint8Array.from(whole);
        changed[1 + (place % (whole.length - 2))] ^= change;
        const twin = reading();
        twin.reader.take(whole);
        t.is(twin.frames.length, 1);
        const { reader, frames, lost } = reading();
        reader.take(changed);
        t.is(frames.length, 0);
        reader.take(writer.encode(4, payload));
        t.is(frames[0].type, 4);
        t.is(lost(), 1);
      },
    ),
  );
});

test('no bytes whatever throw, or are kept beyond one frame', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), bytes => {
      const { reader, text } = reading();
      reader.take(bytes);
      t.true(text.length <= bytes.length);
    }),
  );
});
