/** The file of a recording, to which each start of the board is appended. */
import * as fs from 'node:fs';
import { MAGIC, RECORDING_BYTES_MAX, RecordingReader } from '../recording/format.js';

export interface RecordingFile {
  /** Appends; the bytes have reached the operating system on return, so a kill of this process loses none of them. */
  write(bytes: Uint8Array): void;
  /** Bytes that it may still grow. */
  room: number;
}

/**
 * Opens a recording to go on with it, or begins one; what a crash left unfinished at its end is cut off.
 * @throws Error on a file that is no recording, or a damaged one: nothing is overwritten
 */
export function openRecordingFile(path: string): RecordingFile {
  // Others have no business with what a board was told.
  const file = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  const { size } = fs.fstatSync(file);
  if (size > RECORDING_BYTES_MAX) throw new Error(`${path} is as long as a recording may be`);
  let at = 0;
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(file, bytes, done, bytes.length - done, at + done);
    at += bytes.length;
  };
  if (size < MAGIC.length) write(MAGIC);
  else at = wholeLength(path, file, size);
  fs.ftruncateSync(file, at);
  return { write, room: RECORDING_BYTES_MAX - at };
}

/** Bytes up to the end of the last whole frame. */
function wholeLength(path: string, file: number, size: number): number {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const count = fs.readSync(file, bytes, done, size - done, done);
    if (count === 0) throw new Error(`${path} was cut short while it was read`);
    done += count;
  }
  const reader = new RecordingReader(bytes);
  while (reader.next());
  if (reader.unreadable) throw new Error(`${path}: ${reader.unreadable.reason}`);
  return reader.offset;
}
