/** Serial lines on a desk, with the room of a chip's FIFO and the time that a byte takes. */
import type { SerialEvents, SerialOptions, SerialPort } from '../../../firmware/port/buses.js';
import type { Clock } from '../../../firmware/port/clock.js';

/** Bytes that wait on each side; an ESP32's FIFO has as many. */
const FIFO_BYTES = 128;
/** Bits of a byte on the line: start and stop among them. */
const BITS_OF_BYTE = 10;

/** The other end of a board's line. */
export interface SimulatedLine {
  /** Bytes that reach the board. What its FIFO has no room for is lost, as on a chip. */
  send(bytes: Uint8Array): void;
}

interface Open {
  waiting: Uint8Array;
  events: SerialEvents;
}

/** @param show told of what a board writes, with the number of its line */
export function simulatedLines(
  clock: Pick<Clock, 'after'>,
  take: (what: string) => () => void,
  show: (line: number, wrote: Uint8Array) => void,
) {
  const lines = new Map<number, Open>();

  function open({ baud, port, receive, transmit }: SerialOptions, events: SerialEvents): SerialPort {
    const number = port ?? transmit ?? receive!;
    const free = take(`line ${number}`);
    const line: Open = { waiting: new Uint8Array(0), events };
    lines.set(number, line);
    let room = FIFO_BYTES;
    let closed = false;
    const writable = () => {
      if (!closed) events.onWritable(room);
    };
    clock.after(0, writable);
    return {
      read(count) {
        const bytes = line.waiting.slice(0, count);
        line.waiting = line.waiting.slice(bytes.length);
        return bytes;
      },
      write(bytes) {
        if (bytes.length > room) throw new Error(`no room: ${room} bytes of ${bytes.length}`);
        room -= bytes.length;
        show(number, bytes.slice());
        clock.after(Math.ceil((bytes.length * BITS_OF_BYTE * 1000) / baud), () => {
          room += bytes.length;
          writable();
        });
      },
      close() {
        closed = true;
        lines.delete(number);
        free();
      },
    };
  }

  const line = (number: number): SimulatedLine => ({
    send(bytes) {
      const opened = lines.get(number);
      if (!opened) return;
      const whole = new Uint8Array(Math.min(FIFO_BYTES, opened.waiting.length + bytes.length));
      whole.set(opened.waiting);
      whole.set(bytes.subarray(0, whole.length - opened.waiting.length), opened.waiting.length);
      opened.waiting = whole;
      clock.after(0, () => {
        if (lines.get(number) === opened) opened.events.onReadable(opened.waiting.length);
      });
    },
  });

  return { open, line };
}
