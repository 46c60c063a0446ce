/** A start of a board of a world, recorded: what enters its ports and what it does, to be played on another engine. */
import { createHash } from 'node:crypto';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Ports } from '../../firmware/port/ports.js';
import type { RecordingFile } from '../board/recordingFile.js';
import type { Start } from '../node/board/bootloader.js';
import { type Recorder, record } from '../recording/recorder.js';
import { momentOf } from '../recording/startFacts.js';
import type { VirtualTime } from './time.js';

export interface RecordedStartOptions {
  file: RecordingFile;
  ports: Omit<Ports, 'crypto'>;
  /** That of this process where it has none. */
  crypto: Crypto | undefined;
  start: Start;
  time: VirtualTime;
}

/** Time stands still until all that an event began is recorded; the file has no time but the world's. */
export function recordStart({ crypto, file, ports, start, time }: RecordedStartOptions): Recorder {
  const { bytes, header, idle, slot, state } = start;
  const recorder = record({
    ports,
    crypto: crypto ?? portableCrypto(),
    facts: {
      ...{ engine: 'node', slot, state, idle, length: bytes.length, version: header.version },
      image: `0x${createHash('sha256').update(bytes).digest('hex')}`,
      at: momentOf(time.nowMs),
    },
    write: frame => file.write(frame),
    room: file.room,
    soon: run => {
      const turn = new Promise<void>(resolve => setImmediate(resolve));
      time.spawn(time.hold(turn.then(run)));
    },
    onStopped: reason => ports.console.log(`the recording stops here: ${reason}`),
  });
  const { bls } = ports;
  return { ...recorder, ports: { ...recorder.ports, ...(bls && { bls }) } };
}
