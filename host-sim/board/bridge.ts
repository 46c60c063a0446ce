/**
 * Carries what an image asks of its ports from its realm to the ports of this process, and their events back.
 * Whatever comes from the realm is checked here once more: types, ranges, counts.
 */
import { TRANSFER_BYTES_MAX } from '../../firmware/app/io/buffer.js';
import type { PartitionName } from '../../firmware/port/flash.js';
import type { Pull } from '../../firmware/port/pins.js';
import type { Ports } from '../../firmware/port/ports.js';
import type { Socket } from '../../firmware/port/socket.js';
import { blsCalls } from './blsCalls.js';
import { busCalls } from './busCalls.js';
import { cryptoCalls } from './cryptoCalls.js';
import type { HostCall, Realm } from './realm.js';
import { byteLength, copy, take } from './realmBytes.js';

/** Roughly the limits of a chip with little memory; a leak shows here before it does there. */
const TIMERS_MAX = 256;
const SOCKETS_MAX = 16;
/** Bytes of one write, to a socket or to flash. */
const WRITE_BYTES_MAX = 1024 * 1024;
/** As browsers have it for getRandomValues. */
const ENTROPY_BYTES_MAX = 65_536;

export interface Bridge {
  call: HostCall;
  /** Before the image starts. */
  attach(realm: Realm): void;
  /** From now on every call fails and no event is delivered: the image has no effect any more. */
  halt(): void;
}

type Calls = Record<string, (a: unknown, b: unknown, c: unknown, d: unknown) => unknown>;

/** The common part of the calls of all ports. */
interface Desk {
  ports: Ports;
  /** Tells the image of an event, unless the bridge was halted. */
  emit(...event: Parameters<Realm['emit']>): void;
  /** The same bytes, of the realm. */
  give(bytes: Uint8Array): Uint8Array;
  /** Cancels a timer, by its id. */
  timers: Map<number, () => void>;
  sockets: Map<number, Socket>;
}

/**
 * @param ports with `crypto` for an image that shall use it; else it has its own
 * @param onFault told of what the image did not catch while it handled an event
 */
export function createBridge(ports: Ports, onFault: (description: string) => void): Bridge {
  let realm: Realm;
  let halted = false;
  let failure = '';
  const desk: Desk = {
    ports,
    emit(...event) {
      if (halted) return;
      const fault = realm.emit(...event);
      if (fault !== undefined) onFault(fault);
    },
    give(bytes) {
      const given = realm.makeBytes(bytes.length);
      copy(given, bytes);
      return given;
    },
    timers: new Map(),
    sockets: new Map(),
  };
  const buses = busCalls(ports.buses, {
    ...{ emit: desk.emit, give: desk.give, integer, text },
    take: value => take(value, TRANSFER_BYTES_MAX),
  });
  const calls: Calls = {
    ...buses.calls,
    ...clockCalls(desk),
    ...socketCalls(desk),
    ...flashCalls(desk),
    ...bootCalls(desk),
    ...consoleCalls(desk),
    ...blsCalls(ports.bls, { integer, take: value => take(value, WRITE_BYTES_MAX) }),
    ...cryptoCalls(ports.crypto, { give: desk.give, integer, take: value => take(value, WRITE_BYTES_MAX) }),
    'pins.write': (pin, on) => ports.pins.write(integer(pin), on === true),
    'pins.sample': pin => ports.pins.sample(integer(pin)),
    // A word, since true also means that a call without a result went well.
    'pins.sense': (pin, pull) => (ports.pins.sense?.(integer(pin), pull as Pull) ? 'high' : 'low'),
  };
  return {
    call(name, a, b, c, d) {
      if (name === 'failure') return failure;
      try {
        if (halted) throw new Error('the board restarts');
        return calls[name](a, b, c, d) ?? true;
      } catch (error) {
        failure = `${(error as Error).message}`;
        return undefined;
      }
    },
    attach(made) {
      realm = made;
    },
    halt() {
      halted = true;
      for (const cancel of desk.timers.values()) cancel();
      for (const socket of desk.sockets.values()) socket.close();
      buses.closeAll();
    },
  };
}

const clockCalls = ({ emit, ports, timers }: Desk): Calls => ({
  'clock.monotonic': () => ports.clock.monotonic(),
  'clock.after'(id, milliseconds) {
    if (timers.size >= TIMERS_MAX) throw new Error('too many timers');
    const key = integer(id);
    const fire = () => {
      timers.delete(key);
      emit('timer', key);
    };
    timers.set(key, ports.clock.after(number(milliseconds), fire));
  },
  'clock.cancel'(id) {
    timers.get(integer(id))?.();
    timers.delete(integer(id));
  },
  'entropy.fill'(target) {
    const bytes = new Uint8Array(byteLength(target, ENTROPY_BYTES_MAX));
    ports.entropy.fill(bytes);
    copy(target as Uint8Array, bytes);
  },
});

const socketCalls = ({ emit, give, ports, sockets }: Desk): Calls => ({
  'socket.connect'(id, host, rest) {
    if (sockets.size >= SOCKETS_MAX) throw new Error('too many sockets');
    const key = integer(id);
    const { port, secure } = JSON.parse(text(rest)) as { port: number | null; secure: boolean };
    const socket = ports.network.connect({
      host: text(host),
      port: integer(port),
      secure,
      onReadable: count => emit('readable', key, count),
      onWritable: count => emit('writable', key, count),
      onClosed(cause) {
        sockets.delete(key);
        emit('closed', key, cause);
      },
    });
    sockets.set(key, socket);
  },
  'socket.read'(id, count) {
    const wanted = number(count);
    const bytes = sockets.get(integer(id))?.read(wanted < 0 ? undefined : wanted);
    return bytes ? give(bytes) : false;
  },
  'socket.write': (id, bytes) => sockets.get(integer(id))?.write(take(bytes, WRITE_BYTES_MAX)) ?? 0,
  'socket.close'(id) {
    sockets.get(integer(id))?.close();
    sockets.delete(integer(id));
  },
});

function flashCalls({ give, ports }: Desk): Calls {
  const partition = (name: unknown) => ports.flash.open(name as PartitionName);
  return {
    'flash.size': name => partition(name).size,
    'flash.sectorSize': name => partition(name).sectorSize,
    'flash.read': (name, offset, length) => give(partition(name).read(integer(offset), integer(length))),
    'flash.write': (name, offset, bytes) =>
      partition(name).write(integer(offset), take(bytes, WRITE_BYTES_MAX)),
    'flash.erase': (name, offset) => partition(name).erase(integer(offset)),
  };
}

const bootCalls = ({ give, ports }: Desk): Calls => ({
  'boot.slot': () => ports.boot.running.slot,
  'boot.length': () => ports.boot.running.length,
  'boot.state': () => ports.boot.running.state,
  'boot.idle': () => ports.boot.idle ?? 'none',
  'boot.read': (offset, length) => give(ports.boot.running.read(integer(offset), integer(length))),
  'boot.setPending': length => ports.boot.setPending(integer(length)),
  'boot.confirm': () => ports.boot.confirm(),
  'boot.restart'(reason) {
    if (reason !== 'update' && reason !== 'rollBack' && reason !== 'fault') throw new Error('no such reason');
    ports.boot.restart(reason);
  },
});

function consoleCalls({ emit, ports }: Desk): Calls {
  const requests = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastRequest = 0;
  return {
    'console.log': line => ports.console.log(text(line)),
    'console.ready'() {
      ports.console.onRequest(
        (method, parameters) =>
          new Promise((resolve, reject) => {
            const id = ++lastRequest;
            requests.set(id, { resolve, reject });
            emit('request', id, JSON.stringify({ method, parameters }));
          }),
      );
    },
    'console.answer'(id, answer) {
      const request = requests.get(integer(id));
      requests.delete(integer(id));
      const { result, error } = JSON.parse(text(answer)) as { result?: unknown; error?: string };
      if (error === undefined) request?.resolve(result);
      else request?.reject(new Error(error));
    },
  };
}

function number(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError('not a number');
  return value;
}

function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new TypeError('not an integer');
  return value as number;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not a text');
  return value;
}
