/**
 * The relay as an image whose memory is looked at while it works: at flash operations, hashes and signatures all garbage
 * is collected, and what lives is counted. It says the most that lived between two requests at its console, and before
 * it restarts.
 */
import app from '../../../firmware/apps/relay/main.js';
import { run } from '../../../firmware/device/device.js';
import type { Partition, PartitionName } from '../../../firmware/port/flash.js';
import type { Ports } from '../../../firmware/port/ports.js';

/** The board's program gives it to images that are measured; host-sim/rv32/host/measure.h. */
declare const measure: { use(): string; reset(): void };

/** The line before a restart begins with it. */
export const LIVE_LINE = 'live ';
const SLOTS: readonly PartitionName[] = ['slotA', 'slotB'];

/** Bytes that live, most of them by the kind of work that was done. */
type Most = Record<string, number>;

function live(): number {
  measure.reset();
  const { peakChunks, peakSlots, slotSize } = JSON.parse(measure.use());
  return peakChunks + peakSlots * slotSize;
}

export function start(ports: Ports): void {
  let most: Most = {};
  let isOn = false;
  const look = (work: string): void => {
    if (isOn) most[work] = Math.max(most[work] ?? 0, live());
  };
  const looked =
    <Given extends unknown[], Made>(work: string, act: (...given: Given) => Made) =>
    (...given: Given): Made => {
      look(work);
      return act(...given);
    };
  const { boot, console, crypto, flash } = ports;
  const lookedAt: Ports = {
    ...ports,
    crypto: crypto && {
      keccak256: looked('proof', bytes => crypto.keccak256(bytes)),
      isKeccak256: looked('proof', (bytes, hash) => crypto.isKeccak256(bytes, hash)),
      recoverAddress: looked('proof', (digest, signature) => crypto.recoverAddress(digest, signature)),
      sign: looked('proof', (digest, key) => crypto.sign(digest, key)),
      sha256: () => crypto.sha256(),
      addressOf: key => crypto.addressOf(key),
      publicKeyOf: key => crypto.publicKeyOf(key),
      sharedSecret: (key, other) => crypto.sharedSecret(key, other),
      encrypt: (key, nonce, associated, plain) => crypto.encrypt(key, nonce, associated, plain),
      decrypt: (key, nonce, associated, encrypted) => crypto.decrypt(key, nonce, associated, encrypted),
    },
    flash: {
      open: (name: PartitionName): Partition => {
        const partition = flash.open(name);
        const work = SLOTS.includes(name) ? 'slot' : 'store';
        return {
          size: partition.size,
          sectorSize: partition.sectorSize,
          read(offset, length) {
            const bytes = partition.read(offset, length);
            look(work);
            return bytes;
          },
          write: looked(work, (offset, bytes) => partition.write(offset, bytes)),
          erase: looked(work, offset => partition.erase(offset)),
        };
      },
    },
    boot: {
      ...boot,
      running: {
        ...boot.running,
        get state() {
          return boot.running.state;
        },
        read(offset, length) {
          const bytes = boot.running.read(offset, length);
          look('base');
          return bytes;
        },
      },
      setPending: length => boot.setPending(length),
      confirm: () => boot.confirm(),
      restart(reason) {
        console.log(`${LIVE_LINE}${JSON.stringify(most)}`);
        boot.restart(reason);
      },
    },
    console: {
      log: line => console.log(line),
      onRequest: handler =>
        console.onRequest(async (method, parameters) => {
          if (method !== 'live') return handler(method, parameters);
          const said = { now: live(), most };
          most = {};
          isOn = parameters === true;
          return said;
        }),
    },
  };
  run(lookedAt, app(lookedAt));
}
