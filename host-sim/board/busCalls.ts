/** The buses among what crosses between an image's realm and its process; the bytes are checked by the bridge. */
import type { Buses } from '../../firmware/port/buses.js';

/** Buses and pulses that an image has open at once. */
const OPEN_MAX = 64;

/** The bridge’s checks and copies of what crosses. */
export interface Crossing {
  integer(value: unknown): number;
  text(value: unknown): string;
  /** A copy of the realm's bytes. */
  take(value: unknown): Uint8Array;
  /** The same bytes, of the realm. */
  give(bytes: Uint8Array): Uint8Array;
  emit(event: 'readable' | 'writable', id: number, bytes: number): void;
}

/** Whatever is open: it has the methods of its kind, and a call of another one fails. */
interface Opened {
  readonly hz?: number;
  readonly resolution?: number;
  read?(count: number, stop: boolean): Uint8Array;
  write?(what: never, stop: boolean): void;
  writeRead?(bytes: Uint8Array, count: number): Uint8Array;
  transfer?(bytes: Uint8Array): Uint8Array;
  flush?(deselect: boolean): void;
  close(): void;
}

/** The calls by name, over the platform's buses, and what closes all of them. */
export function busCalls(buses: Buses | undefined, { emit, give, integer, take, text }: Crossing) {
  const opened = new Map<number, Opened>();
  const at = (id: unknown): Opened => {
    const bus = opened.get(integer(id));
    if (!bus) throw new Error('it is closed');
    return bus;
  };

  function open(id: number, kind: string, options: never): Opened {
    if (!buses) throw new Error('this platform has digital and analogue pins only');
    if (opened.size >= OPEN_MAX) throw new Error('too many buses');
    if (kind === 'pulse') return buses.openPulse(options);
    if (kind === 'i2c') return buses.openI2c(options);
    if (kind === 'spi') return buses.openSpi(options);
    return buses.openSerial(options, {
      onReadable: bytes => emit('readable', id, bytes),
      onWritable: bytes => emit('writable', id, bytes),
    });
  }

  const calls = {
    'bus.open'(id: unknown, kind: unknown, options: unknown) {
      const key = integer(id);
      const bus = open(key, text(kind), JSON.parse(text(options)) as never);
      opened.set(key, bus);
      return JSON.stringify({ hz: bus.hz, resolution: bus.resolution });
    },
    'bus.read': (id: unknown, count: unknown, stop: unknown) =>
      give(at(id).read!(integer(count), stop === true)),
    'bus.write': (id: unknown, bytes: unknown, stop: unknown) =>
      at(id).write!(take(bytes) as never, stop === true),
    'bus.value': (id: unknown, value: unknown) => at(id).write!(integer(value) as never, true),
    'bus.writeRead': (id: unknown, bytes: unknown, count: unknown) =>
      give(at(id).writeRead!(take(bytes), integer(count))),
    'bus.transfer': (id: unknown, bytes: unknown) => give(at(id).transfer!(take(bytes))),
    'bus.flush': (id: unknown, deselect: unknown) => at(id).flush!(deselect === true),
    'bus.close'(id: unknown) {
      opened.get(integer(id))?.close();
      opened.delete(integer(id));
    },
  };
  return {
    calls,
    closeAll() {
      for (const bus of opened.values()) bus.close();
      opened.clear();
    },
  };
}
