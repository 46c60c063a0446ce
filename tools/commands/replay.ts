/** `holdfast replay`: the recording of a board runs again. */
import type { PlayedLine } from '../../host-sim/recording/playedLines.js';
import { defineCommand, flag, operand, toggle } from '../cli/command.js';
import { oneOf, path } from '../cli/kinds.js';

const second = (timeMs: number) => `${(timeMs / 1000).toFixed(3).padStart(9)} s`;

export default defineCommand({
  summary: 'Run the recording of a board again, and name the first difference',
  details:
    'The firmware in the recording runs on what entered its ports then (holdfast start --record FILE). It must do the same:\n' +
    'what it sends, says, writes into flash and drives is compared one by one. Proofs are verified anew; what needs a key of\n' +
    'the board is replayed, since no key is in a recording. With --image the code of another image runs in its place.\n' +
    'A recording holds code: it runs in a process of its own, without files or network, but is no prison. Look at the hash\n' +
    'of its image before you play one of somebody you do not trust.',
  example: 'holdfast replay board.recording',
  operands: { file: operand(path, 'the recording') },
  flags: {
    engine: flag(oneOf('node', 'xs'), 'What it runs on; xs needs npm run build:xs before', 'node'),
    image: flag(path, 'an image whose code runs in the place of the recorded one: a fix, or another version'),
    quiet: toggle('Only the verdict, without what the board says'),
  },
  run: async ({ emit, flags: { engine, image, quiet }, operands: { file }, progress, signal }) => {
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
  },
  show: result => {
    const played = `${result.entries} entries of ${result.starts} start${result.starts === 1 ? '' : 's'}`;
    if (result.verdict === 'same') return [`Same: ${played}. The recording ends ${result.ended}.`];
    if (result.verdict === 'unreadable')
      return [`Unreadable after ${played}, at byte ${result.offset}: ${result.reason}.`];
    return [
      `Different after ${played}, at entry ${result.entry}, ${second(result.timeMs).trim()} after the start:`,
      `  recorded  ${result.expected}`,
      `  now       ${result.came}`,
    ];
  },
});
