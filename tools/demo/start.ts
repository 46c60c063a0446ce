/** `holdfast start`: the setting of the demonstration, left standing for whoever wants to command the board. */

import { dirname } from 'node:path';
import { flashBoard } from '../../host-sim/board/flashing.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { keepImage } from '../app/imageFiles.js';
import { offerConsole } from '../console/remote.js';
import { refuseOtherWorld } from './otherWorld.js';
import { Printer } from './print.js';
import { leaveProject, removeProject } from './projectOf.js';
import { createSetting, type Setting } from './setting.js';
import { describeTrust } from './settingFlags.js';
import type { SettingOptions } from './settingOptions.js';

/** The board in hand: what `holdfast start` may do with it besides. */
export interface Bench {
  /** Writes an image into the first slot, as a serial flasher does, and starts the board anew. Key and journal stay. */
  reflash(image: BuiltImage): Promise<void>;
}

export interface StartOptions extends Omit<SettingOptions, 'onBoardLine' | 'onEvent'> {
  /** The directory that gets the project file. */
  directory: string;
  /** The setting stands; what it is, for a program. */
  onReady(
    facts: { device: string; fleet: string; channel: string; rpc: string; broker: string },
    bench: Bench,
  ): void;
  print: boolean;
  /** Makes places in the image places in its source, in what the board says. */
  translate?(line: string): string;
  /** The first lines of what to type in a second terminal; the relay's order if left out. */
  hints?: readonly string[];
}

/** Resolves when it was told to stop, with everything gone. */
export async function runStart(options: StartOptions): Promise<void> {
  const { directory, onReady, print, signal } = options;
  await refuseOtherWorld(directory);
  const printer = print ? new Printer({ verbose: true }) : undefined;
  printer?.title(
    'Holdfast: a simulated board, its chain, its broker and its image server',
    describeTrust(options.level),
  );
  const setting = await createSetting({
    ...options,
    uploads: true,
    onBoardLine: line => printer?.boardLine(options.translate?.(line) ?? line),
    onEvent: (name, detail) => printer?.event(name, detail),
  });
  const closing: (() => unknown)[] = [];
  try {
    const offered = await offerConsole(setting.board);
    closing.push(() => offered.close());
    const { host, port, token } = offered;
    const project = await leaveProject(setting, directory, { host, port, token }, options.images);
    closing.push(() => removeProject(project));
    keepImage(dirname(project), setting.firstImage);
    const { broker, channel, device, fleet, rpc } = setting;
    onReady({ device, fleet, channel, rpc, broker }, benchOf(setting));
    printer?.chapter(
      'It runs. In a second terminal, in this folder',
      `${project} says where everything is, and holds the keys of this simulation.`,
    );
    const hints = [
      ...(options.hints ?? [
        `npx holdfast command relay.set '{"on":true}'    # switch the relay; the proof is printed`,
      ]),
      'npx holdfast status                             # what the board says of itself, signed',
      'npx holdfast monitor                            # follow its answers and receipts',
      'npx holdfast audit                              # links on chain against the receipts of the board',
      'npx holdfast fleet pause                        # as a guardian: nothing runs until the threshold resumes',
    ];
    if (print) console.log(`  ${hints.join('\n  ')}\n\n  Ctrl-C stops all of it.\n`);
    await untilAborted(signal, setting.board);
  } finally {
    for (const close of closing.reverse()) await close();
    await setting.close();
  }
}

const benchOf = ({ board, directory }: Setting): Bench => ({
  async reflash(image) {
    await board.powerCut();
    flashBoard(directory, image.bytes);
    await board.powerOn();
  },
});

/** The board's end is ours as well: a simulation without its board is none. */
async function untilAborted(
  signal: AbortSignal,
  board: { once(event: 'dead', listener: (reason: string) => void): unknown },
): Promise<void> {
  if (signal.aborted) return;
  const reason = await new Promise<string | undefined>(resolve => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    board.once('dead', resolve);
  });
  if (reason !== undefined && !signal.aborted) throw new Error(`the board is gone: ${reason}`);
}
