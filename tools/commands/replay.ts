/** `holdfast replay`: the recording of a board runs again. */
import { dirname, resolve } from 'node:path';
import type { PlayedLine } from '../../host-sim/recording/playedLines.js';
import type { Replayed } from '../../host-sim/recording/replay.js';
import { defineCommand, flag, operand, type Surroundings, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { oneOf, path } from '../cli/kinds.js';
import type { CheckedPage } from '../page/checkReplayPage.js';
import type { WrittenPage } from '../page/writeReplayPage.js';
import { projectFile } from '../project/project.js';

const second = (timeMs: number) => `${(timeMs / 1000).toFixed(3).padStart(9)} s`;

export default defineCommand({
  summary: 'Run the recording of a board again, and name the first difference',
  details:
    'The firmware in the recording runs on what entered its ports then (holdfast start --record FILE). It must do the same:\n' +
    'what it sends, says, writes into flash and drives is compared one by one. Proofs are verified anew; what needs a key of\n' +
    'the board is replayed, since no key is in a recording. With --image the code of another image runs in its place.\n' +
    'A recording holds code: it runs in a process of its own, without files or network, but is no prison. Look at the hash\n' +
    'of its image before you play one of somebody you do not trust.\n' +
    'With --page a file is written that any browser opens: in it the firmware runs again, without a server and without a\n' +
    'network, and each decision is drawn. --check reads such a file, runs nothing, and tells whether it is as holdfast\n' +
    'writes it and its firmware is one that is at hand: the one of --image, or one that was built or started in this folder.',
  example: 'holdfast replay board.recording',
  operands: { file: operand(path, 'the recording') },
  flags: {
    engine: flag(oneOf('node', 'xs'), 'What it runs on; xs needs npm run build:xs before', 'node'),
    image: flag(path, 'an image whose code runs in the place of the recorded one: a fix, or another version'),
    page: flag(path, 'write the recording as one file for a browser, under this name'),
    check: toggle('FILE is such a file: tell whether it was changed, and whose firmware it runs'),
    quiet: toggle('Only the verdict, without what the board says'),
  },
  run: async input => {
    const { check, page } = input.flags;
    const { file } = input.operands;
    if (check && page !== undefined) throw new UsageError('--check and --page exclude each other.');
    if (page !== undefined) {
      const { writeReplayPage } = await import('../page/writeReplayPage.js');
      return { written: true, ...(await writeReplayPage(file, page)) };
    }
    if (!check) return play(input);
    const { checkReplayPage } = await import('../page/checkReplayPage.js');
    const home = resolve(dirname(projectFile()));
    return { checked: true, ...(await checkReplayPage(file, { home, image: input.flags.image })) };
  },
  show: (result: Played | ({ written: true } & WrittenPage) | ({ checked: true } & CheckedPage)) =>
    'written' in result ? writtenWords(result) : 'checked' in result ? checkedWords(result) : words(result),
});

interface Words extends Surroundings {
  flags: { engine: 'node' | 'xs'; image?: string; quiet: boolean };
  operands: { file: string };
}

type Played = { ok: boolean; file: string; engine: string } & Replayed;

async function play({
  emit,
  flags: { engine, image, quiet },
  operands: { file },
  progress,
  signal,
}: Words): Promise<Played> {
  const { checkRecording } = await import('../recording/file.js');
  const bytes = checkRecording(file);
  if (image !== undefined) checkRecording(image);
  const { playOnNode, playOnXs } = await import('../recording/play.js');
  const { decisionsIn } = await import('../recording/decisions.js');
  const told = new Set<string>();
  const tell = (line: PlayedLine) => {
    if ('progress' in line) progress?.(`${Math.floor(100 * line.progress)} % of ${bytes} bytes`);
    if (quiet) return;
    if ('started' in line) {
      const { at, engine: on, slot, state, version } = line.started;
      const words = `image ${version} in slot ${slot} (${state}), recorded on ${on} at ${at}, hash`;
      emit(line, `A start of the board: ${words}\n  ${line.started.image}`);
    } else if ('said' in line) {
      emit(line, `${second(line.timeMs)}  ${line.said}`);
      for (const { meaning, name, remedy } of decisionsIn(line.said)) {
        if (told.has(name)) continue;
        told.add(name);
        emit({ explained: name, meaning, remedy }, `${''.padEnd(13)}${name}: ${meaning} ${remedy}`);
      }
    } else if ('did' in line) emit(line, `${second(line.timeMs)}  ${line.did}`);
  };
  const replayed = await (engine === 'xs' ? playOnXs : playOnNode)({ file, image, signal, tell });
  progress?.(undefined);
  return { ok: replayed.verdict === 'same', file, engine, ...replayed };
}

function words(result: Played): string[] {
  const played = `${result.entries} entries of ${result.starts} start${result.starts === 1 ? '' : 's'}`;
  if (result.verdict === 'same') return [`Same: ${played}. The recording ends ${result.ended}.`];
  if (result.verdict === 'unreadable')
    return [`Unreadable after ${played}, at byte ${result.offset}: ${result.reason}.`];
  return [
    `Different after ${played}, at entry ${result.entry}, ${second(result.timeMs).trim()} after the start:`,
    `  recorded  ${result.expected}`,
    `  now       ${result.came}`,
  ];
}

const writtenWords = ({ bytes, file, images }: WrittenPage): string[] => [
  `${file}, ${bytes} bytes: open it in a browser.`,
  ...images.map(({ sha256, version }) => `It runs image ${version}, ${sha256}`),
];

function checkedWords({ images, ok, page, unreadable }: CheckedPage): string[] {
  const untouched = page === 'untouched';
  return [
    untouched
      ? 'The page is untouched: what runs around the recording is what this version of holdfast writes.'
      : 'THE PAGE WAS CHANGED, or another version of holdfast wrote it: believe nothing that it shows.',
    ...images.map(
      ({ atHand, sha256, version }) =>
        `${atHand ? 'The firmware is one at hand' : 'THE FIRMWARE IS NOT AT HAND'}: image ${version}, ${sha256}`,
    ),
    ...(unreadable === undefined ? [] : [`The recording cannot be read to its end: ${unreadable}.`]),
    ...(ok || !untouched
      ? []
      : [
          'Compare the hash with that of the release (holdfast channel show), or give its file with --image.',
        ]),
  ];
}
