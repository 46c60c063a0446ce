import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';

const INPUT = 34;
const ALARM = 2;
/** Milliseconds between two readings. */
const PERIOD_MS = 1000;
/** Readings that are remembered. */
const READINGS_MAX = 10;

/** An analogue sensor that reads by itself, and raises an alarm above a limit. */
export default function sensor(board: Board) {
  const { io } = board;
  const probe = new io.Analog({ pin: INPUT });
  const alarm = new io.Digital({ pin: ALARM, mode: io.Digital.Output });
  const readings: number[] = [];
  let limit = 4095;

  board.every(PERIOD_MS, () => {
    const value = probe.read();
    readings.push(value);
    if (readings.length > READINGS_MAX) readings.shift();
    const loud = value > limit;
    if (loud && !alarm.read()) board.log(`alarm: ${value} is above ${limit}`, 'warning');
    alarm.write(loud ? 1 : 0);
  });

  return defineApp({
    name: 'sensor',
    start: () => alarm.write(0),
    healthy: () => probe.read() <= 4095,
    busy: () => alarm.read() === 1,
    actions: {
      // Reading harms nobody: it may answer before now is proven, and from a block that is not final.
      read: action({
        params: v.strictObject({}),
        idempotent: true,
        beforeNow: true,
        finality: 'latest',
        run: () => ({ readings, alarm: alarm.read() === 1 }),
      }),
      limit: action({
        params: v.strictObject({ value: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095)) }),
        idempotent: true,
        run: ({ value }) => {
          limit = value;
          return { limit };
        },
      }),
    },
  });
}
