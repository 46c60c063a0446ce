/**
 * An image that runs out of memory on request. It works as the firmware does: a step is in the store before its
 * effect, a pin, and what belongs together is stored in one batch.
 */
import type { Ports } from '../../../../firmware/port/ports.js';
import { openJournal } from '../../../../firmware/store/journal.js';

const [stepKey, firstPart, secondPart] = [6, 64, 65];

export function start(ports: Ports): void {
  const journal = openJournal(ports.flash.open('journal'));
  const hoard: unknown[] = [];
  const stored = (key: number) => Array.from(journal.get(key) ?? []);
  const methods: Record<string, (steps: number) => unknown> = {
    read: () => ({
      state: journal.state,
      step: stored(stepKey),
      parts: [stored(firstPart), stored(secondPart)],
    }),
    work(steps) {
      for (let step = 1; step <= steps; step++) {
        hoard.push({ step, bytes: new Uint8Array(200), text: `step ${step}` });
        const part = new Uint8Array(100).fill(step);
        journal.put([
          [stepKey, Uint8Array.of(step)],
          [firstPart, part],
          [secondPart, part],
        ]);
        ports.pins.write(step % 64, true);
      }
      return steps;
    },
  };
  ports.console.onRequest(async (method, parameters) => methods[method](parameters as number));
}
