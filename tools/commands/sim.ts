/** `holdfast sim`: a whole world that one seed replays. */
import { defineCommand, flag, flags, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { count, type Kind, Misfit, oneOf, path } from '../cli/kinds.js';
import type { OpenedLog } from '../page/showSeeded.js';
import { FAULTS } from '../sim/faultNames.js';
import { mutantNames } from '../sim/mutants.js';
import { rolloutLines, rolloutOf } from '../sim/rollout.js';
import { type RolloutSum, sumOf } from '../sim/rolloutSum.js';
import type { SimOptions, SimResult } from '../sim/run.js';
import type { WorldSize } from '../sim/shrink.js';
import { parseTouch, TOUCHES_MAX, type Touch, touchText } from '../sim/touch.js';
import { engines } from '../world/engines.js';

const NO_FAULTS = 'none';

/** Hours, 0.1 to 1000, with a decimal or none. */
const hoursKind: Kind<number> = {
  hint: 'HOURS',
  parse: text => {
    const hours = Number(text);
    if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || hours < 0.1 || hours > 1000) {
      throw new Misfit('takes hours from 0.1 to 1000');
    }
    return hours;
  },
};

/** Their names are too many for one word of the help. */
const faultKind = { ...oneOf(...FAULTS, NO_FAULTS), hint: 'FAULT' };

const SEED_MAX = 2 ** 32 - 1;

/** A seed in decimal, or in hexadecimal after 0x. */
const seedKind: Kind<number> = {
  hint: 'NUMBER',
  parse: text => {
    const seed = Number(text);
    if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) || seed > SEED_MAX) {
      throw new Misfit(`takes a whole number from 0 to ${SEED_MAX}, in hexadecimal after 0x`);
    }
    return seed;
  },
};

const commitKind: Kind<string> = {
  hint: 'COMMIT',
  parse: text => {
    if (!/^[0-9a-f]{7,40}$/.test(text)) throw new Misfit('takes the 7 to 40 digits of a commit');
    return text;
  },
};

/** Named apart: all names in a row are wider than a terminal. */
const mutantKind = { ...oneOf(...mutantNames), hint: 'NAME' };

type Simulated = SimResult & {
  replay: string;
  rollout?: RolloutSum;
  shrunk?: WorldSize & { runs: number };
};

const touchKind: Kind<Touch> = {
  hint: 'TOUCH',
  parse: text => {
    const touch = parseTouch(text);
    if (!touch) throw new Misfit('takes milliseconds, a place and a fault, such as 612000:endpoint-1:header');
    return touch;
  },
};

/** Worlds that are run to make a failure smaller. */
const SHRINK_RUNS_MAX = 24;

export default defineCommand({
  summary: 'Replay a faulty world of many boards from one seed',
  details:
    'Boards on Node, each in a realm of its own with the unchanged firmware, a broker, endpoints and a real chain under\n' +
    'one virtual clock. Power fails between events and within flash operations, connections are cut, boards and\n' +
    'operators are out of reach or slow, the fleet is paused, releases come out, fine ones and others, an image server\n' +
    'lies, and sometimes all of them do, a forger speaks at the broker, one of three endpoints lies and another is in\n' +
    'trouble, two of them lag together or conspire against a board that begins anew, boards are suspended or stolen,\n' +
    'newer epochs begin, somebody has a commander’s key, boards are sold, what boards must refuse is ordered, and the\n' +
    'chain takes blocks back, as the seed draws it;\n' +
    'rules written from the protocol are checked all the while. Two runs of one seed have the same log, whose hash is\n' +
    'printed. Trust is level 1, a quorum of two endpoints, or with the fault beacon level 4: a sync committee whose\n' +
    'periods last 13 minutes, three provers of which one lies and one is in trouble, and with the fault finality it\n' +
    'stalls, or few of it sign; with fork it passes through two forks, with checkpoints boards know checkpoint keys\n' +
    'too, and the committee contradicts itself or signs under a fork that nobody knows; with signers boards go by\n' +
    'checkpoints, level 2, and some signers lie, with keys those keys change; with rot bits of their stores flip,\n' +
    'with garble those on their line change, lose, repeat and turn round bytes that they read, with full\n' +
    'blocks are full of others’ transactions.\n' +
    'With --engine xs each board is a process of XS with the memory of a chip, which is handed one event after the other\n' +
    'and waited for: the same seed has the same log, that of boards on Node.',
  example: 'holdfast sim --seed 1 --boards 2 --hours 0.1',
  operands: {},
  flags: {
    seed: flag(seedKind, 'Draws everything', 1),
    boards: flag(count(1, 500), 'How many boards there are', 2),
    hours: flag(hoursKind, 'Virtual hours with orders and faults; some more follows, to heal', 1),
    faults: flags(faultKind, `Which faults there are: ${FAULTS.join(', ')}, ${NO_FAULTS}; all if left out`),
    engine: flag(
      oneOf(...engines),
      'What boards run on: realms of this process, or processes of XS that are stepped, after npm run build:xs',
      'node',
    ),
    heap: flag(count(64, 4096, 'KIB'), 'Heap of a board on xs, in KiB; that of its engine if left out'),
    commit: flag(commitKind, 'Runs the sources of that commit of this repository'),
    mutant: flag(
      mutantKind,
      `Boards that err on purpose, which a rule must catch: ${mutantNames.join(', ')}`,
    ),
    rollout: flags(
      count(1, 1000),
      'In place of many releases, one that reaches so many boards of a thousand, step by step; each must end on it, or' +
        ' on its old image with a reason',
    ),
    shrink: toggle('Makes a world that breaks a rule smaller: fewer boards, faults, hours'),
    verbose: toggle('Show every line of the log'),
    touch: flags(
      touchKind,
      'Does by hand what a page did, at that time; AT:PLACE:FAULT and a number, as the page gives them',
    ),
    log: flag(path, 'Writes the log into that file, whose SHA-256 is the printed one'),
    page: toggle('Opens a page of it: stop, step to the next event, run at a speed, leap; Ctrl-C ends it'),
    open: flag(path, 'Runs nothing: opens a page of the log in that file; Ctrl-C ends it'),
  },
  run: async ({ flags, json, note, signal }): Promise<OpenedLog | Simulated> => {
    const { boards, commit, engine, faults, heap, hours, mutant, open, page, seed, shrink } = flags;
    const { touch: touches } = flags;
    const steps = flags.rollout;
    const isXs = engine === 'xs';
    if (heap !== undefined && !isXs) throw new UsageError('--heap is of boards on XS: --engine xs.');
    if (steps.length > 0 && (page || shrink || mutant !== undefined))
      throw new UsageError('--rollout excludes --page, --shrink and --mutant.');
    if (open !== undefined) {
      const { showLog } = await import('../page/showSeeded.js');
      return showLog(open, signal, note, !json);
    }
    const { Hand } = await import('../sim/hand.js');
    const { cleanCommit, replayWords, runAtCommit } = await import('../sim/replay.js');
    const { repositoryRoot } = await import('../../host-sim/node/repository.js');
    const rollout = steps.length > 0 ? rolloutOf(steps, faults) : undefined;
    const drawn = rollout?.faults ?? FAULTS.filter(fault => faults.length === 0 || faults.includes(fault));
    const size: WorldSize = { boards, hours, faults: drawn };
    const here = await cleanCommit(repositoryRoot);
    const wordsOf = (of: WorldSize, at: string | undefined, touched: readonly Touch[]) => [
      ...replayWords(seed, of, FAULTS, at),
      ...(mutant ? ['--mutant', mutant] : []),
      ...(isXs ? ['--engine', engine] : []),
      ...(heap === undefined ? [] : ['--heap', `${heap}`]),
      ...steps.flatMap(step => ['--rollout', `${step}`]),
      ...touched.flatMap(each => ['--touch', touchText(each)]),
    ];
    const line = (of: WorldSize, touched = touches) =>
      `holdfast ${wordsOf(of, commit ?? here, touched).join(' ')}`;
    await refuseTouches(touches, size, shrink);
    if (commit && !(here && (commit.startsWith(here) || here.startsWith(commit)))) {
      if (isXs)
        throw new UsageError('--engine xs excludes the sources of another commit: XS is not built there.');
      // The first sources took a seed in decimal alone.
      const decimal = (word: string) => (word === `0x${seed.toString(16)}` ? `${seed}` : word);
      const words = wordsOf(size, undefined, touches).map(decimal);
      return { ...(await runAtCommit(repositoryRoot, commit, words, signal, note)), replay: line(size) };
    }
    if (page && shrink) throw new UsageError('--page and --shrink exclude each other.');
    const file =
      flags.log === undefined ? undefined : (await import('../sim/logFile.js')).openLogFile(flags.log);
    const hand = new Hand(touches);
    const xs = heap === undefined ? {} : { heapBytes: heap * 1024 };
    const all = { ...size, seed, signal, hand, ...(mutant && { mutant }), ...rollout, ...(isXs && { xs }) };
    try {
      if (page) {
        const { showSeeded } = await import('../page/showSeeded.js');
        const replay = () => line(size, [...hand.touches]);
        const options = { ...all, replay, ...(file && { onLine: file.add }) };
        return { ...(await showSeeded(options, note, !json)), replay: replay() };
      }
      const onLine = (each: string) => {
        file?.add(each);
        if (flags.verbose) note(each);
      };
      const result = await simulated(all, note, onLine);
      if (rollout) {
        const sum = sumOf(result);
        return { ...result, ok: sum.ok, replay: line(size), rollout: sum };
      }
      if (result.ok || !shrink) return { ...result, replay: line(size) };
      const { size: least, runs } = await shrunkOf(all, result.findings[0].rule, note, line);
      return { ...result, replay: line(least), shrunk: { ...least, runs } };
    } finally {
      file?.close();
    }
  },
  show: result =>
    'opened' in result ? [`${result.lines} lines, SHA-256 ${result.logHash}`] : linesOf(result),
});

/** A run that tells how far it is. */
async function simulated(
  options: SimOptions,
  note: (line: string) => void,
  onLine?: (line: string) => void,
): Promise<SimResult> {
  const { simulate } = await import('../sim/simulation.js');
  let toldHours = 0;
  return simulate({
    ...options,
    ...(onLine && { onLine }),
    onProgress: (atMs, events) => {
      const tenths = Math.floor(atMs / 360_000);
      if (tenths > toldHours) note(`${(tenths / 10).toFixed(1)} hours, ${events} events`);
      toldHours = Math.max(toldHours, tenths);
    },
  });
}

/** The smallest world found that breaks the same rule, and the number of runs that took. */
async function shrunkOf(
  options: SimOptions,
  rule: string,
  note: (line: string) => void,
  line: (of: WorldSize) => string,
): Promise<{ size: WorldSize; runs: number }> {
  const { shrink } = await import('../sim/shrink.js');
  const fails = async (of: WorldSize) => {
    const { findings } = await simulated({ ...options, ...of }, note);
    const isSame = findings.some(finding => finding.rule === rule);
    note(`${isSame ? 'breaks' : 'does not break'} ${rule}: ${line(of)}`);
    return isSame;
  };
  const { boards, faults, hours } = options;
  return shrink({ boards, faults, hours }, fails, SHRINK_RUNS_MAX);
}

/** @throws UsageError where a world of that size cannot be touched so */
async function refuseTouches(touches: readonly Touch[], size: WorldSize, shrink: boolean): Promise<void> {
  if (touches.length === 0) return;
  if (shrink) throw new UsageError('--touch and --shrink exclude each other.');
  if (touches.length > TOUCHES_MAX) throw new UsageError(`A world takes ${TOUCHES_MAX} touches.`);
  const { misfitOf } = await import('../sim/touchable.js');
  for (const touch of touches) {
    const misfit = misfitOf(touch, size);
    if (misfit !== undefined) throw new UsageError(`--touch ${touchText(touch)}: ${misfit}`);
  }
}

const endOf = ({ findings, replay }: Simulated): string[] =>
  findings.length === 0 ? ['✓ every rule held, and everything linked is receipted'] : [`again: ${replay}`];

function linesOf(result: Simulated): string[] {
  const { boardHours, cpuSeconds, events, faults, findings, hours, lines, links, logHash, receipts } = result;
  const rate = Math.round((boardHours * 3600) / cpuSeconds);
  return [
    `${hours.toFixed(2)} hours, ${boardHours.toFixed(1)} board-hours, ${events} events, ${result.blocks} blocks`,
    `${links} links, ${receipts} receipts; faults: ${FAULTS.map(name => `${faults[name]} ${name}`).join(', ')}`,
    `${rate} board-hours in an hour of the processor, the chain's own process left out`,
    `log of ${lines} lines, SHA-256 ${logHash}`,
    ...(result.ok ? [] : result.tail.map(line => `  ${line}`)),
    ...(result.rollout ? rolloutLines(result.rollout) : []),
    ...findings.map(({ rule, what }) => `✗ ${rule}: ${what}`),
    ...endOf(result),
  ];
}
