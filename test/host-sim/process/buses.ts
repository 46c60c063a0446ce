/** The buses of a board, driven and read at its console: the same for each engine that has them. */
import type { ExecutionContext } from 'ava';
import type { Board, BoardOptions } from '../../../host-sim/process/board.js';

/** Opens one bus of each kind, and answers a line with what the others read; with `ports` and `console` at hand. */
export const opensBuses = `
  const i2c = ports.buses.openI2c({ data: 21, clock: 22, hz: 400000, address: 72 });
  console.log('thermometer ' + Array.from(i2c.writeRead(Uint8Array.of(15), 2)));
  const spi = ports.buses.openSpi({ clock: 18, select: 5, hz: 1000000 });
  const pulse = ports.buses.openPulse({ pin: 12, hz: 50 });
  const line = ports.buses.openSerial({ transmit: 17, baud: 9600 }, {
    onWritable: room => console.log('room ' + room),
    onReadable(count) {
      const [command] = line.read(count);
      i2c.write(Uint8Array.of(2, command, 0), true);
      pulse.write(512);
      line.write(spi.transfer(Uint8Array.of(command, 0)));
    },
  });
  try { ports.buses.openPulse({ pin: 12 }); } catch (error) { console.log(error.message); }
`;

/** Drives the buses of a board whose image does `opensBuses` as it starts; `start` gives it its devices. */
export async function drivesBuses(
  t: ExecutionContext,
  start: (options: Pick<BoardOptions, 'buses' | 'onLog'>) => Promise<Board>,
): Promise<void> {
  const lines: string[] = [];
  const buses = [{ i2c: 72, register: 15, bytes: '0x0117', width: 2 }] as const;
  const board = await start({ onLog: line => void lines.push(line), buses });
  const events: unknown[] = [];
  const answered = new Promise(resolve => {
    board.on('bus', event => {
      // The read at the start may be over before anybody listens.
      if (!('wrote' in event && event.wrote === '0x0f')) events.push(event);
      if ('serial' in event) resolve(event);
    });
  });
  if (!lines.some(line => line.startsWith('room'))) await board.waitForLog(/^room 128/);
  t.deepEqual(lines.slice(1, 3), ['thermometer 1,23', 'pin 12 is in use']);
  // A line that is not a setting is passed over.
  for (const setting of [
    null,
    { i2c: 72 },
    { i2c: 72, register: 300, bytes: '0x00' },
    { spi: 5, bytes: 'x' },
  ])
    board.setBus(setting as never);
  board.setBus({ spi: 5, bytes: '0xabcd' });
  board.setBus({ serial: 17, bytes: '0x07' });
  await answered;
  t.deepEqual(events, [
    { i2c: 72, wrote: '0x020700' },
    { pulse: 12, hz: 50, value: 512 },
    { spi: 5, wrote: '0x0700' },
    { serial: 17, wrote: '0xabcd' },
  ]);
}
