/** `holdfast start`: the setting of the demonstration, left standing for whoever wants to command the board. */

import { dirname } from 'node:path';
import { flashBoard } from '../../host-sim/board/flashing.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { keepImage } from '../app/imageFiles.js';
import { Failure } from '../cli/failure.js';
import { terminalOf } from '../cli/terminal.js';
import { offerConsole } from '../console/remote.js';
import { KeptWorld } from './keptWorld.js';
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

/** A thing that stands beside the setting as long as it does: the page. */
export interface Beside {
  /** The address of it. */
  url: string;
  close(): Promise<void>;
}

/** The setting's place on this machine. */
export interface Place {
  /** The folder in which command lines find the setting, and its `.holdfast`. */
  directory: string;
  home: string;
  /** The name of the world there. */
  world?: string;
}

export interface StartOptions extends Omit<SettingOptions, 'kept' | 'onBoardLine' | 'onEvent'> {
  /** The directory that gets the project file. */
  directory: string;
  /** A directory in which the world is kept over restarts. */
  state?: string;
  /** The name of the world there, where it has one. */
  world?: string;
  /** The setting stands; what it is, for a program. */
  onReady(
    facts: { device: string; fleet: string; channel: string; rpc: string; broker: string; page?: string },
    bench: Bench,
  ): void;
  /** Started once the setting stands; none if left out. */
  beside?(setting: Setting, place: Place): Promise<Beside>;
  print: boolean;
  /** Makes places in the image places in its source, in what the board says. */
  translate?(line: string): string;
  /** The first lines of what to type in a second terminal; the relay's order if left out. */
  hints?: readonly string[];
}

/** Resolves when it was told to stop, with everything gone. */
export async function runStart(options: StartOptions): Promise<void> {
  await refuseOtherWorld(options.directory, options.world);
  const kept = options.state === undefined ? undefined : new KeptWorld(options.state);
  try {
    refuseOther(kept, options);
    await runWorld({ ...options, kept });
  } finally {
    kept?.close();
  }
}

/** A board that is kept stays what it is. @throws Failure `world` */
function refuseOther(kept: KeptWorld | undefined, { engine, level, oneSocket = false }: StartOptions): void {
  const { known } = kept ?? {};
  if (!known) return;
  if (known.engine === engine && known.level === level && known.oneSocket === oneSocket) return;
  const flags = `--engine ${known.engine} --level ${known.level}${known.oneSocket ? ' --one-socket' : ''}`;
  throw new Failure(
    'world',
    `The world in ${kept?.directory} was begun with ${flags}: give the same, or name another directory.`,
  );
}

async function runWorld(options: StartOptions & { kept?: KeptWorld }): Promise<void> {
  const { directory, kept, onReady, print, signal, world } = options;
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
    const project = await leaveProject(setting, {
      ...{ directory, world, imagesUrl: options.images },
      console: { host, port, token },
    });
    closing.push(() => removeProject(project));
    keepImage(dirname(project), setting.firstImage);
    const { broker, channel, device, fleet, rpc } = setting;
    const home = dirname(project);
    const page = await options.beside?.(setting, { directory, home, world });
    if (page) closing.push(page.close);
    onReady({ device, fleet, channel, rpc, broker, page: page?.url }, benchOf(setting));
    printer?.chapter(
      'It runs. In a second terminal, in this folder',
      `${project} says where everything is, and holds the keys of this simulation.${keptWords(kept)}`,
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
    if (page) printer?.event('page', page.url);
    if (print)
      console.log(
        `  ${hints.flatMap(hint => hintLines(ofWorld(hint, world))).join('\n  ')}\n\n  Ctrl-C stops all of it.\n`,
      );
    await untilAborted(signal, setting.board);
  } finally {
    for (const close of closing.reverse()) await close();
    await setting.close();
  }
}

/** A line of what to type, for the world of that name. */
export function ofWorld(hint: string, world: string | undefined): string {
  if (world === undefined) return hint;
  const at = hint.lastIndexOf(' # ');
  const [order, comment] = at < 0 ? [hint, ''] : [hint.slice(0, at), hint.slice(at)];
  return `${order.trimEnd()} --world ${world} ${comment}`.trimEnd();
}

/** A line of what to type; where the terminal has no room for its comment, that stands above it. */
function hintLines(hint: string): string[] {
  const at = hint.lastIndexOf(' # ');
  if (at < 0 || hint.length + 2 <= terminalOf(process.stdout, process.env).columns) return [hint];
  return [hint.slice(at + 1), hint.slice(0, at).trimEnd()];
}

const keptWords = (kept: KeptWorld | undefined): string =>
  !kept ? '' : ` It is kept in ${kept.directory}${kept.known ? ', and goes on from there' : ''}.`;

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
