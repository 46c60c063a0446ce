/** Records this process's board into a file. */
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { createSha256 } from '../../firmware/crypto/sha256.js';
import type { Ports } from '../../firmware/port/ports.js';
import type { Start } from '../node/board/bootloader.js';
import { type Recorder, record } from '../recording/recorder.js';
import { openRecordingFile } from './recordingFile.js';

/** @throws Error when there is no recording in that file, or the board's identity cannot be read */
export function recordBoard(path: string, ports: Omit<Ports, 'crypto'>, start: Start): Recorder {
  const file = openRecordingFile(path);
  const { bytes, header, idle, slot, state } = start;
  const hash = createSha256();
  hash.update(bytes);
  return record({
    ports,
    crypto: portableCrypto(),
    facts: {
      engine: 'node',
      slot,
      state,
      idle,
      length: bytes.length,
      version: header.version,
      image: toHex(hash.digest()),
      at: new Date().toISOString(),
    },
    write: frame => file.write(frame),
    room: file.room,
    soon: setImmediate,
    onStopped: reason => ports.console.log(`the recording stops here: ${reason}`),
  });
}
