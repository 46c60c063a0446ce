/** A recording of several starts of a board as a recording of each. */
import { type Entry, encodeEntry, encodeFrame, MAGIC, RecordingReader, type Unreadable } from './format.js';

/** A recording of each start, up to where the whole can be read, and why no further where that is not its end. */
export function startsOf(recording: Uint8Array): { starts: Uint8Array[]; unreadable?: Unreadable } {
  const reader = new RecordingReader(recording);
  const starts: Uint8Array[] = [];
  let frames: Uint8Array[] = [];
  const close = () => {
    if (frames.length > 0) starts.push(joined([MAGIC, ...frames]));
    frames = [];
  };
  for (let entry: Entry | undefined = reader.next(); entry; entry = reader.next()) {
    if (entry.operation === 'start') close();
    frames.push(encodeFrame(encodeEntry(entry)));
  }
  close();
  return { starts, ...(reader.unreadable && { unreadable: reader.unreadable }) };
}

/** Any number of them: more than a call takes. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
