/** The buses of an image over a tape (tapedPorts.ts). */

import { toHex } from '../../firmware/bytes/hex.js';
import type { Buses } from '../../firmware/port/buses.js';
import type { Incoming } from './incoming.js';
import type { Operation } from './operations.js';
import { bytes, type Codec, nothing, type Tape, text } from './tape.js';

type Opened = { hz?: number; resolution?: number; close(): void };

/** @param live undefined where a recording is played, and where there are no buses */
export function tapedBuses(tape: Tape, live: Buses | undefined, incoming: Incoming): Buses {
  let last = 0;
  /** Opens one, and gives what calls it and the facts about it. */
  function open<Bus extends Opened>(kind: string, options: object, make: (buses: Buses, id: number) => Bus) {
    const id = ++last;
    let bus: Bus | undefined;
    const facts = tape.call('openBus', `${id}, ${kind} ${JSON.stringify(options)}`, text, () => {
      if (!live) throw new Error('this platform has digital and analogue pins only');
      bus = make(live, id);
      return JSON.stringify({ hz: bus.hz, resolution: bus.resolution });
    });
    const call = <T>(operation: Operation, about: string, codec: Codec<T>, use: (bus: Bus) => T): T =>
      tape.call(operation, `${id}, ${about}`, codec, () => use(bus!));
    const close = () => {
      incoming.buses.delete(id);
      call('busClose', '', nothing, used => used.close());
    };
    return { id, call, close, facts: JSON.parse(facts) as { hz: number; resolution: number } };
  }
  return {
    openPulse(options) {
      const { call, close, facts } = open('pulse', options, buses => buses.openPulse(options));
      const write = (value: number) => call('busWrite', `${value}`, nothing, bus => bus.write(value));
      return { hz: facts.hz, resolution: facts.resolution, write, close };
    },
    openI2c(options) {
      const { call, close } = open('i2c', options, buses => buses.openI2c(options));
      return {
        read: (count, stop) => call('busRead', `${count} ${stop}`, bytes, bus => bus.read(count, stop)),
        write: (sent, stop) =>
          call('busWrite', `${toHex(sent)} ${stop}`, nothing, bus => bus.write(sent, stop)),
        writeRead: (sent, count) =>
          call('busWriteRead', `${toHex(sent)} ${count}`, bytes, bus => bus.writeRead(sent, count)),
        close,
      };
    },
    openSpi(options) {
      const { call, close } = open('spi', options, buses => buses.openSpi(options));
      return {
        transfer: sent => call('busTransfer', toHex(sent), bytes, bus => bus.transfer(sent)),
        flush: deselect => call('busFlush', `${deselect}`, nothing, bus => bus.flush(deselect)),
        close,
      };
    },
    openSerial(options, events) {
      const made = open('serial', options, (buses, id) =>
        buses.openSerial(options, {
          onReadable: count => incoming.push({ operation: 'busReadable', id, detail: `${count}` }),
          onWritable: count => incoming.push({ operation: 'busWritable', id, detail: `${count}` }),
        }),
      );
      const { call, close, id } = made;
      incoming.buses.set(id, events);
      return {
        read: count => call('busRead', `${count}`, bytes, bus => bus.read(count)),
        write: sent => call('busWrite', toHex(sent), nothing, bus => bus.write(sent)),
        close,
      };
    },
  };
}
