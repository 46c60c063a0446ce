/** A chip on a serial line without a line: its speed and its wires for reset are played, and its cable can be pulled. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../tools/cli/failure.js';
import type { ResetLines, SerialLine } from '../../../tools/serial/line.js';
import type { FakeChip } from './fakeChip.js';

export interface Desk {
  chip: FakeChip;
  /** Changes bytes on their way to the chip; `undefined`: the cable is pulled at this one. */
  wire?(bytes: Uint8Array, sentBefore: number): Uint8Array | undefined;
  /** True: a byte takes as long as it takes at that speed. */
  paced?: boolean;
  /** Bytes towards chips of all lines so far. */
  sent: number;
  /** Milliseconds that a pulled board stays away. */
  awayMs: number;
  away: boolean;
  /** Lines that are open. */
  open: number;
}

export const desk = (chip: FakeChip, more: Partial<Desk> = {}): Desk => ({
  ...{ chip, sent: 0, awayMs: 300, away: false, open: 0 },
  ...more,
});

/** @throws Failure `port_absent` while the board is unplugged */
export async function openFake(place: Desk, baud: number): Promise<SerialLine> {
  if (place.away) throw new Failure('port_absent', 'There is no such line.');
  place.open++;
  let [isOpen, speed, lines]: [boolean, number, Required<ResetLines>] = [
    true,
    baud,
    { dtr: true, rts: true },
  ];
  let [hear, lost] = [(_: Uint8Array) => {}, () => {}];
  /** The moment up to which the line is taken. */
  let busyUntil = performance.now();
  const { chip } = place;
  chip.say = bytes => {
    const { baud: said } = chip;
    setImmediate(() => isOpen && speed === said && hear(bytes));
  };
  const close = () => {
    if (isOpen) place.open--;
    isOpen = false;
  };
  const unplug = () => {
    close();
    place.away = true;
    chip.start(false);
    setTimeout(() => {
      place.away = false;
    }, place.awayMs);
    lost();
  };
  return {
    name: 'the fake line',
    async write(bytes) {
      if (!isOpen) throw new Error('the line is closed');
      const passed = place.wire === undefined ? bytes : place.wire(bytes, place.sent);
      place.sent += bytes.length;
      if (place.paced) {
        busyUntil = Math.max(busyUntil, performance.now()) + (bytes.length * 10_000) / speed;
        await sleep(busyUntil - performance.now());
      }
      if (passed === undefined) unplug();
      else if (speed === place.chip.baud) place.chip.receive(passed);
    },
    onData(listener) {
      hear = listener;
    },
    onLost(listener) {
      lost = listener;
    },
    async setSpeed(next) {
      speed = next;
    },
    async setLines(next) {
      const before = lines;
      lines = { ...lines, ...next };
      if (before.rts && !lines.rts) place.chip.start(lines.dtr);
    },
    async close() {
      close();
    },
  };
}
