/** Somebody else who writes on a board's serial line: whatever is no frame, and frames that mean no good. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameWriter, PAYLOAD_BYTES_MAX } from '../../../../firmware/serial/frame.js';
import { frameType } from '../../../../firmware/serial/frameType.js';
import { Chance } from '../../../../host-sim/node/chance.js';

/** The place of the line of the board that runs now; undefined before there is one. */
export function lineOf(directory: string): string | undefined {
  const file = join(directory, 'line');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** All of it, whoever else writes. False when the line is gone. */
export async function writeOn(directory: string, bytes: Uint8Array): Promise<boolean> {
  const line = lineOf(directory);
  if (line === undefined) return false;
  let descriptor: number;
  try {
    descriptor = openSync(line, 'r+');
  } catch {
    return false;
  }
  try {
    // As much as a line takes at once: this process serves the board as well and must not wait.
    for (let at = 0; at < bytes.length; at += 512) {
      writeSync(descriptor, bytes.subarray(at, at + 512));
      await sleep(1);
    }
    return true;
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function number32(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => void bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

/** By name, so that a failure says which; the same seed gives the same bytes. */
export function garbage(seed: number): [name: string, bytes: Uint8Array][] {
  const chance = new Chance(seed);
  const random = (length: number, least = 0) =>
    Uint8Array.from({ length }, () => Math.max(least, chance.byte()));
  const writer = new FrameWriter();
  for (let skipped = chance.below(200); skipped > 0; skipped--) writer.encode(0, new Uint8Array(0));
  const frame = (type: number, ...pieces: Uint8Array[]) => writer.encode(type, Buffer.concat(pieces));
  const whole = frame(
    frameType.lineEnd,
    text('{"request":1000000000,"method":"identify","parameters":null}'),
  );
  const flipped = Uint8Array.from(whole);
  flipped[1 + chance.below(flipped.length - 2)] ^= 1 + chance.below(255);
  const tooLong = text(`{"request":1000000001,"method":"${'x'.repeat(PAYLOAD_BYTES_MAX - 40)}`);
  return [
    ['noise', random(300)],
    ['noise without an end', random(700, 1)],
    ['a frame that goes on for ever', Buffer.concat([Uint8Array.of(0), random(9000, 1), Uint8Array.of(0)])],
    ['zeros', new Uint8Array(600)],
    ['a changed byte', flipped],
    ['half a frame', whole.subarray(0, whole.length >> 1)],
    ['a frame of an unknown type', frame(200, random(40))],
    ['an empty frame of every type', Buffer.concat(Array.from({ length: 12 }, (_, i) => frame(i)))],
    ['bytes for connections that are not there', frame(frameType.data, number32(0xfffffff0), random(900))],
    [
      'bytes that nobody asked for',
      Buffer.concat([1, 2, 3, 4].map(id => frame(frameType.data, number32(id), random(900)))),
    ],
    [
      'credit without limit',
      Buffer.concat([1, 2, 3, 4].map(id => frame(frameType.credit, number32(id, 0xffffffff)))),
    ],
    [
      'the end of connections',
      Buffer.concat([1, 2, 3].map(id => frame(frameType.close, number32(id), random(900)))),
    ],
    ['a line that is no JSON', frame(frameType.lineEnd, text('relay.set on'))],
    ['a line that is no text', frame(frameType.lineEnd, random(200))],
    [
      'JSON that says nothing',
      Buffer.concat(['null', '1', '"x"', '[]', '{}'].map(line => frame(frameType.lineEnd, text(line)))),
    ],
    [
      'a request that is none',
      frame(frameType.lineEnd, text('{"request":{},"method":7,"parameters":[[[]]]}')),
    ],
    ['an input that is none', frame(frameType.lineEnd, text('{"input":"a","value":{}}'))],
    ['JSON a thousand levels deep', frame(frameType.lineEnd, text(`{"request":${'['.repeat(900)}`))],
    [
      'a line that is too long',
      Buffer.concat([
        ...Array.from({ length: 8 }, () => frame(frameType.line, tooLong)),
        frame(frameType.lineEnd),
      ]),
    ],
    ['a line without an end', frame(frameType.line, text('{"request":1000000002,'))],
  ];
}
