/** `holdfast attack`: a board in operation, attacked from outside all the time. */
import type { CampaignResult } from '../attack/campaign.js';
import { foeNames } from '../attack/foes/names.js';
import { defineCommand, flag, flags, toggle } from '../cli/command.js';
import { count, oneOf } from '../cli/kinds.js';

const KIB = 1024;

export default defineCommand({
  summary: 'Attack a board in operation from all sides, and judge what it did',
  details:
    'A whole world as in demo, with blocks as large as mainnet’s, in which genuine orders, updates, pauses and power ' +
    'cuts go on, and one of three endpoints, one of two provers, one of two image servers and a client of the broker ' +
    'are hostile all the time. Whatever ran wrongly, twice or not at all, and each restart that nobody made, is ' +
    'printed, and makes the exit status 1. One seed draws all attacks.',
  example: 'holdfast attack --seed 7 --minutes 5 --engine xs',
  operands: {},
  flags: {
    seed: flag(count(0, 2 ** 28, 'NUMBER'), 'Draws the attacks; told, and taken from the clock, if left out'),
    minutes: flag(count(1, 1440, 'MINUTES'), 'How long it lasts, the beginning and the end aside', 2),
    engine: flag(
      oneOf('node', 'xs', 'rv32'),
      'What the board runs on; xs and rv32 need npm run build:xs, build:rv32 before',
      'node',
    ),
    heap: flag(
      count(64, 4096, 'KIB'),
      'Heap of a board on xs or rv32, in KiB; that of its engine if left out',
    ),
    only: flags(oneOf(...foeNames), 'Who is hostile: endpoint, prover, images, broker; all if left out'),
    verbose: toggle('Show every line of the board'),
  },
  run: async ({
    flags: { engine, heap, minutes, only, seed = Date.now() % 2 ** 28, verbose },
    note,
    signal,
  }) => {
    const { runCampaign } = await import('../attack/campaign.js');
    note(`seed ${seed}, ${minutes} minutes, a board on ${engine}`);
    return runCampaign({
      ...{ engine, minutes, seed, signal },
      ...(heap !== undefined && { heap: heap * KIB }),
      ...(only.length > 0 && { foes: only }),
      tell: line => {
        if (verbose || !line.startsWith('board │')) note(line);
      },
    });
  },
  show: result => linesOf(result),
});

const counted = (counts: Record<string, number>): string[] =>
  Object.entries(counts).map(([name, count]) => `${`${count}`.padStart(9)}  ${name}`);

function linesOf(result: CampaignResult): string[] {
  const { acts, attacks, findings, memory, orders, verdicts } = result;
  const sum = Object.values(attacks).reduce((all, count) => all + count, 0);
  const limit = memory.limitBytes ? ` of ${Math.round(memory.limitBytes / KIB)} KB` : '';
  const live = memory.liveBytes ? `, ${Math.round(memory.liveBytes / KIB)} KB live at most` : '';
  return [
    '',
    `${sum} attacks, by kind:`,
    ...counted(attacks),
    '',
    'What the board answered:',
    ...counted(verdicts),
    '',
    `${orders.done} of ${orders.placed} orders done, the slowest in ${orders.slowestSeconds} s; ` +
      `${acts.update} updates, ${acts.pause} pauses, ${acts.cut} power cuts`,
    memory.bytes
      ? `largest memory: ${Math.round(memory.bytes / KIB)} KB${limit} (${memory.what})${live}`
      : 'largest memory: not told',
    ...findings.map(({ atMs, kind, what }) => `✗ ${kind}: ${what} (at ${Math.round(atMs / 1000)} s)`),
    result.ok
      ? `✓ nothing ran wrongly, twice or not at all, and the board never restarted by itself, in ${result.seconds} s`
      : `✗ ${findings.length} findings in ${result.seconds} s; --seed ${result.seed} draws the same attacks`,
  ];
}
