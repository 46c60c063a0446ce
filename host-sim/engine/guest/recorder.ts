/**
 * Runs in the place of prelude.ts where a board is recorded: the image gets the recorder's ports, in whose file is then
 * whatever entered those of the host. It lives in the image's machine, which has more memory for it (desk/board.c).
 */
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { headerLength, parseHeader } from '../../../firmware/store/imageHeader.js';
import { record } from '../../recording/recorder.js';
import type { Started } from './bootPort.js';
import type { Guest, Host } from './host.js';
import { startImage } from './image.js';
import { hostPorts } from './ports.js';

/** A host that keeps a recording: desk/record.c. */
interface RecordingHost extends Host {
  /** Appends to the file. */
  record(frame: Uint8Array): void;
}

/** `room`: bytes that the file may still grow. */
interface RecordedRun extends Started {
  room: number;
}

/** Bytes of the image that are hashed at a time. */
const PIECE_BYTES = 4096;

export function install(host: RecordingHost, running: RecordedRun): Guest {
  const { events, ports } = hostPorts(host, running);
  const { apps, clock, bls, boot, console, json, crypto = portableCrypto() } = ports;
  const { length, slot, state } = boot.running;
  const read = (at: number, count: number) => boot.running.read(at, count);
  const hash = crypto.sha256();
  for (let at = 0; at < length; at += PIECE_BYTES) hash.update(read(at, Math.min(PIECE_BYTES, length - at)));
  const header = parseHeader(read(0, headerLength));
  const version = header.verdict === 'accepted' ? header.value.version : 0;
  const facts = { engine: 'xs', slot, state, idle: boot.idle, length, version };
  const recorder = record({
    ports: {
      ...ports,
      boot: {
        running: boot.running,
        idle: boot.idle,
        setPending: count => boot.setPending(count),
        confirm: () => boot.confirm(),
        restart(reason) {
          // Of what has ended, the host writes nothing.
          recorder.end(`restart: ${reason}`);
          boot.restart(reason);
        },
      },
    },
    crypto,
    facts: { ...facts, image: toHex(hash.digest()), at: new Date().toISOString() },
    write: frame => host.record(frame),
    room: running.room,
    // The host runs all promises of one event before it comes to the next.
    soon: run => void clock.after(0, run),
    onStopped: reason => console.log(`the recording stops here: ${reason}`),
  });
  const recorded = { ...recorder.ports, apps, ...(bls && { bls }), ...(json && { json }) };
  const told = events(() => startImage(recorded));
  return {
    start: told.start,
    timer: id => told.timer(id),
    readable: (id, count) => told.readable(id, count),
    writable: (id, count) => told.writable(id, count),
    closed: (id, cause) => told.closed(id, cause),
    line: line => told.line(line),
    // Asked for what ends the run, before it does.
    describe(error) {
      const text = told.describe(error);
      recorder.end(`fault: ${text}`);
      return text;
    },
  };
}
