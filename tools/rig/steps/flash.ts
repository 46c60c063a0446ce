/** Somebody with the board in hand copies a partition of its flash, or puts the copy back; the power is off meanwhile. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { partitionFile } from '../../../host-sim/node/flash/fileFlash.js';
import { defineStep } from '../bench/step.js';

const partition = v.picklist(['journal', 'identity']);

export const flash = defineStep({
  summary: 'copy a partition of the board’s flash, or put the copy back, while the power is cut',
  example: 'flash: { copy: journal }',
  form: v.union([v.strictObject({ copy: partition }), v.strictObject({ restore: partition })]),
  needs: () => ['power', 'flash'],
  async run(bench, wish) {
    const { board, directory } = bench.world;
    await board.powerCut();
    if ('copy' in wish) bench.keepCopy(wish.copy, readFileSync(partitionFile(directory, wish.copy)));
    else writeFileSync(partitionFile(directory, wish.restore), bench.copy(wish.restore));
    return {};
  },
});
