import { action, type Board, defineApp, telemetry } from 'holdfast/app';
import * as v from 'valibot';

const INPUT = 34;
const ALARM = 2;
/** Milliseconds between two looks at the probe, and between two readings that are reported. */
const LOOK_EVERY_MS = 1000;
const REPORT_EVERY_MS = 60_000;

const level = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095));

/** A sensor that reports by itself, kept in flash while nobody is reached, and raises an alarm above a limit. */
export default function sensor(board: Board) {
  const probe = new board.io.Analog({ pin: INPUT });
  const alarm = new board.io.Digital({ pin: ALARM, mode: board.io.Digital.Output });
  // The owner sets the limit: holdfast config set '{"limit":3000}'
  const config = board.config({ version: 1, schema: v.strictObject({ limit: v.optional(level, 4095) }) });

  board.every(LOOK_EVERY_MS, () => {
    const isLoud = probe.read() > config.value.limit;
    alarm.write(isLoud ? 1 : 0);
    board.report('alarm', isLoud);
  });

  return defineApp({
    name: 'sensor',
    start: () => alarm.write(0),
    healthy: () => probe.read() <= 4095,
    busy: () => alarm.read() === 1,
    state: () => ({ alarm: alarm.read() === 1 }),
    telemetry: {
      level: telemetry({ value: level, everyMs: REPORT_EVERY_MS, read: () => probe.read() }),
      alarm: telemetry({ value: v.boolean(), onChange: true }),
    },
    actions: {
      // Reading harms nobody: it may answer before now is proven, and from a block that is not final.
      read: action({
        params: v.strictObject({}),
        idempotent: true,
        beforeNow: true,
        finality: 'latest',
        run: () => ({ level: probe.read(), alarm: alarm.read() === 1 }),
      }),
    },
  });
}
