/** The real firmware in this process, recorded over ports in the hand of a test, and played again. */
import { randomFillSync } from 'node:crypto';
import { relay } from '../../../firmware/apps/relay/relay.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { createSha256 } from '../../../firmware/crypto/sha256.js';
import { run } from '../../../firmware/device/device.js';
import type { Console } from '../../../firmware/port/board.js';
import type { Ports } from '../../../firmware/port/ports.js';
import type { SocketOptions } from '../../../firmware/port/socket.js';
import { program } from '../../../host-sim/board/flashing.js';
import { MAGIC, RECORDING_BYTES_MAX } from '../../../host-sim/recording/format.js';
import { record } from '../../../host-sim/recording/recorder.js';
import { type ReplayHost, replay } from '../../../host-sim/recording/replay.js';
import { WorldFlash } from '../../../host-sim/world/board.js';
import { firstImage } from '../../../tools/demo/images.js';

export const image = (await firstImage('node')).bytes;
const settle = () => new Promise<void>(resolve => setImmediate(resolve));

/** A platform whose time, peers and console are the test's. */
export function bench(flash = new WorldFlash()) {
  let nowMs = 0;
  const timers: { atMs: number; run(): void }[] = [];
  const dialled: SocketOptions[] = [];
  const sent: Uint8Array[] = [];
  const lines: string[] = [];
  let handler: Parameters<Console['onRequest']>[0] | undefined;
  program(flash.open('slotA'), image);
  const ports: Omit<Ports, 'crypto'> = {
    clock: {
      monotonic: () => nowMs,
      after(milliseconds, callback) {
        const timer = { atMs: nowMs + milliseconds, run: callback };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
    },
    entropy: { fill: target => void randomFillSync(target) },
    network: {
      connect(options) {
        dialled.push(options);
        return {
          read: () => undefined,
          write(bytes) {
            sent.push(bytes);
            return 4096;
          },
          close() {},
        };
      },
    },
    flash,
    boot: {
      running: {
        slot: 'A',
        state: 'confirmed',
        length: image.length,
        read: (offset, length) => image.slice(offset, offset + length),
      },
      ...{ setPending() {}, confirm() {}, restart() {} },
    },
    console: { log: line => void lines.push(line), onRequest: chosen => void (handler = chosen) },
    pins: { write() {}, sample: () => 7 },
  };
  return {
    ports,
    flash,
    lines,
    dialled,
    sent,
    /** Lets what was begun come to its end. */
    async calm() {
      for (let i = 0; i < 8; i++) await settle();
    },
    async pass(milliseconds: number) {
      nowMs += milliseconds;
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.run();
      }
      await this.calm();
    },
    request: (method: string, parameters: unknown) => handler!(method, parameters),
  };
}

/** Starts the firmware on that bench; its recording grows in `pieces`. */
export function startRecorded(board: ReturnType<typeof bench>, room = RECORDING_BYTES_MAX) {
  const pieces: Uint8Array[] = [MAGIC];
  const stopped: string[] = [];
  const hash = createSha256();
  hash.update(image);
  const facts = { engine: 'node', slot: 'A', state: 'confirmed', length: image.length, version: 1 } as const;
  const recorder = record({
    ports: board.ports,
    crypto: portableCrypto(),
    facts: { ...facts, image: toHex(hash.digest()), at: 'now' },
    write: frame => void pieces.push(frame.slice()),
    room,
    soon: setImmediate,
    onStopped: reason => void stopped.push(reason),
  });
  run(recorder.ports, relay(recorder.ports.pins));
  return { recorder, stopped, bytes: () => Uint8Array.from(Buffer.concat(pieces)) };
}

/** The request by which a board is told of its broker. */
export const configured = (password: string, topicSecret: Uint8Array) => ({
  broker: 'mqtt://broker.example:1883',
  images: [],
  access: { user: 'b-1', password, topicSecret: toHex(topicSecret) },
});

/** Plays a recording on the firmware of this process. */
export function played(bytes: Uint8Array) {
  const host: ReplayHost = {
    crypto: portableCrypto(),
    load: (_, ports) => () => run(ports, relay(ports.pins)),
    settle,
    describe: error => `${(error as Error).message}`,
  };
  return replay(bytes, host);
}
