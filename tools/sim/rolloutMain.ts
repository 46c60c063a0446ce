/** `npm run rollout`: one release over many boards, while power fails and image servers lie. */
import { parseArgs } from 'node:util';
import { COUNTS, type RolloutSum, sumOf } from './rolloutSum.js';
import { simulate } from './simulation.js';

const help = `Usage: npm run rollout -- [--boards N] [--hours H] [--seed S] [--json]

Rolls one release out to 1, 10 and 50 of a hundred boards of a seeded world, while their power fails, between events and
within flash operations, and image servers lie, are slow, silent, endless, or answer a range with the whole. In the end
each board that the release reached must run it, and each other one what it ran before, and say why.

  --boards N  1 to 60, as many as register within half an hour; 8 if left out
  --hours H   virtual hours with faults, 0.5 to 24; 0.5 if left out
  --seed S    draws everything; 1 if left out
  --json      print one JSON document
  --help      print this

The exit status is 0 when it did so, 1 when not, 2 on wrong use, 130 after Ctrl-C.

Example: npm run rollout -- --boards 20 --seed 7
`;

const { values } = parseArgs({
  options: {
    boards: { type: 'string', default: '8' },
    hours: { type: 'string', default: '0.5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [boards, hours, seed] = [Number(values.boards), Number(values.hours), Number(values.seed)];
const isUsable =
  Number.isInteger(boards) && boards >= 1 && boards <= 60 && hours >= 0.5 && hours <= 24 && isSeed(seed);
if (values.help || !isUsable) {
  (values.help ? process.stdout : process.stderr).write(help);
  process.exit(values.help ? 0 : 2);
}

const over = new AbortController();
process.once('SIGINT', () => {
  process.exitCode = 130;
  over.abort();
});

let toldMinutes = 0;
try {
  const result = await simulate({
    ...{ seed, boards, hours, signal: over.signal, rollout: [10, 100, 500] },
    faults: ['update', 'images', 'power', 'flash', 'cut'],
    orderPauseMs: 6 * 3_600_000,
    isPrompt: true,
    onProgress: (atMs, events) => {
      const minutes = Math.floor(atMs / 300_000) * 5;
      if (minutes > toldMinutes) process.stderr.write(`${minutes} minutes, ${events} events\n`);
      toldMinutes = Math.max(toldMinutes, minutes);
    },
  });
  const sum = sumOf(result);
  process.stdout.write(values.json ? `${JSON.stringify(sum)}\n` : `${linesOf(sum).join('\n')}\n`);
  if (!sum.ok) process.exitCode ??= 1;
} catch (error) {
  if (!over.signal.aborted) throw error;
}

function isSeed(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

function linesOf(sum: RolloutSum): string[] {
  const reasons = Object.entries(sum.reasons).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${sum.boards} boards in ${sum.hours.toFixed(2)} hours, ${Math.round(sum.cpuSeconds)} s of processor`,
    COUNTS.map(name => `${sum[name]} ${name}`).join(', '),
    `on the old image, with its reason: ${reasons.join(', ') || 'none'}`,
    `log SHA-256 ${sum.logHash}`,
    ...sum.findings.map(({ rule, what }) => `✗ ${rule}: ${what}`),
    sum.ok ? '✓ each board that the release reached runs it, and each other one says why not' : '✗ not so',
  ];
}
