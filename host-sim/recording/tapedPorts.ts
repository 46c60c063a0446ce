/**
 * The ports of an image between which and the platform a tape runs: whatever the image asks, and whatever comes in by
 * itself, passes here, in the same way whether it is recorded or played.
 */
import type { Boot } from '../../firmware/port/board.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Flash, Partition, PartitionName } from '../../firmware/port/flash.js';
import type { Ports } from '../../firmware/port/ports.js';
import type { Incoming } from './incoming.js';
import type { Passwords } from './passwords.js';
import type { StandIns } from './standIns.js';
import { bytes, described, nothing, number, someBytes, type Tape } from './tape.js';
import { tapedBuses } from './tapedBuses.js';

/** The parts of a platform for a recorded image; where a recording is played, nothing but flash and cryptography. */
export interface TapedPlatform {
  /** Undefined where a recording is played. */
  live?: Omit<Ports, 'crypto' | 'flash' | 'boot'>;
  /** Its reads are not on the tape: what they give is in the flash at the start of a recording, and in what the image wrote since. */
  flash: Flash;
  boot: Boot;
  /** Over stand-ins (keyedCrypto.ts). */
  crypto: Crypto;
  standIns: StandIns;
  passwords: Passwords;
}

const flag = (on: boolean) => (on ? 1 : 0);

/** The ports; `incoming` is told of what the image waits for, and what comes. */
export function tapedPorts(tape: Tape, platform: TapedPlatform, incoming: Incoming): Ports {
  const { boot, crypto, live, standIns } = platform;
  let lastTimer = 0;
  return {
    clock: {
      monotonic: () => tape.call('time', '', number, () => live!.clock.monotonic()),
      after(milliseconds, callback) {
        const id = ++lastTimer;
        let cancel = () => {};
        tape.call('after', `${id}, ${milliseconds} ms`, nothing, () => {
          cancel = live!.clock.after(milliseconds, () =>
            incoming.push({ operation: 'timer', id, detail: '' }),
          );
        });
        incoming.timers.set(id, callback);
        return () => {
          if (!incoming.timers.delete(id)) return;
          tape.call('cancel', `${id}`, nothing, () => cancel());
        };
      },
    },
    entropy: {
      fill(target) {
        const given = tape.call('entropy', `${target.length}`, bytes, () => {
          const made = new Uint8Array(target.length);
          live!.entropy.fill(made);
          return made;
        });
        target.set(given.subarray(0, target.length));
        standIns.noteEntropy(given);
      },
    },
    crypto,
    network: tapedNetwork(tape, platform, incoming),
    flash: tapedFlash(tape, platform.flash),
    boot: tapedBoot(tape, boot, incoming),
    console: {
      log: line => tape.call('log', `${line}`.slice(0, 4000), nothing, () => live!.console.log(line)),
      onRequest(handler) {
        tape.call('takesRequests', '', nothing, () =>
          live!.console.onRequest((method, parameters) => incoming.ask(method, parameters)),
        );
        incoming.handler = handler;
      },
    },
    pins: {
      write: (pin, on) => tape.call('pin', `${pin} ${flag(on)}`, nothing, () => live!.pins.write(pin, on)),
      sample: pin => tape.call('sample', `${pin}`, number, () => live!.pins.sample(pin)),
      sense: (pin, pull) =>
        tape.call('sense', `${pin} ${pull}`, number, () => flag(live!.pins.sense?.(pin, pull) ?? false)) ===
        1,
    },
    buses: tapedBuses(tape, live?.buses, incoming),
  };
}

function tapedNetwork(tape: Tape, { live, passwords }: TapedPlatform, incoming: Incoming): Ports['network'] {
  let lastSocket = 0;
  return {
    connect(options) {
      const id = ++lastSocket;
      const { host, port, secure } = options;
      let socket: ReturnType<Ports['network']['connect']> | undefined;
      tape.call('connect', `${id}, ${secure ? 'tls ' : ''}${host}:${port}`, nothing, () => {
        const tell = (operation: 'readable' | 'writable') => (count: number) =>
          incoming.push({ operation, id, detail: `${count}` });
        socket = live!.network.connect({
          ...{ host, port, secure, onReadable: tell('readable'), onWritable: tell('writable') },
          onClosed: cause => incoming.push({ operation: 'closed', id, detail: cause ?? '' }),
        });
      });
      incoming.sockets.set(id, options);
      return {
        read: count => tape.call('read', `${id}, ${count ?? 'all'}`, someBytes, () => socket!.read(count)),
        write: sent =>
          tape.call('send', `${id}, ${described(sent)}`, number, () => socket!.write(passwords.reveal(sent))),
        close() {
          if (!incoming.sockets.delete(id)) return;
          tape.call('hangUp', `${id}`, nothing, () => socket!.close());
        },
      };
    },
  };
}

function tapedFlash(tape: Tape, flash: Flash): Flash {
  const opened = new Map<PartitionName, Partition>();
  const open = (name: PartitionName): Partition => {
    const partition = flash.open(name);
    const { sectorSize, size } = partition;
    return {
      size,
      sectorSize,
      read: (offset, length) => partition.read(offset, length),
      write: (offset, what) =>
        tape.effect('program', `${name} ${offset}, ${described(what)}`, () => partition.write(offset, what)),
      erase: offset => tape.effect('erase', `${name} ${offset}`, () => partition.erase(offset)),
    };
  };
  return {
    open(name) {
      const partition = opened.get(name) ?? open(name);
      opened.set(name, partition);
      return partition;
    },
  };
}

const tapedBoot = (tape: Tape, boot: Boot, incoming: Incoming): Boot => ({
  running: boot.running,
  idle: boot.idle,
  setPending: length => tape.call('setPending', `${length}`, nothing, () => boot.setPending(length)),
  confirm() {
    tape.call('confirm', '', nothing, () => boot.confirm());
    boot.running.state = 'confirmed';
  },
  restart(reason) {
    // Whatever the image still does as it unwinds is of no effect, and is not recorded.
    incoming.end(reason);
    tape.call('restart', reason, nothing, () => boot.restart(reason));
  },
});
