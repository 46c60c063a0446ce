/** The board of the setting: its flash, its process, and the operators' channel to it. */
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flashBoard } from '../../host-sim/board/flashing.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { startBoard } from '../../host-sim/process/board.js';
import type { BoardInHand } from '../../host-sim/process/boardInHand.js';
import { BoardChannel, type BoardChannelOptions } from '../operator/boardChannel.js';
import { findChipBuild } from './chipBuild.js';
import type { Closing } from './closing.js';
import type { SettingOptions } from './settingOptions.js';

/** Milliseconds. Without native crypto a board hashes some 20 KB of an image in a second. */
const portableWatchdog = 120_000;

/** A board with `image` in its first slot, running; in a kept world that of before, as it is. */
export async function makeBoard(
  image: BuiltImage,
  { board: ofBoard, buses, engine, inHand, kept, onBoardLine, onEvent, record, signal }: SettingOptions,
  closing: Closing,
): Promise<{ board: BoardInHand; directory: string }> {
  if (inHand) {
    const { board, name } = await inHand();
    await closing.add(() => board.close());
    board.on('log', onBoardLine);
    onEvent('board', name);
    // Nobody sees its flash: the directory stays empty.
    return { board, directory: await passingDirectory(closing) };
  }
  const directory = kept?.flash ?? (await passingDirectory(closing));
  if (kept?.known) onEvent('image', `as the board has it, in ${directory}`);
  else {
    mkdirSync(directory, { recursive: true });
    if (engine === 'c3') findChipBuild().flash(directory, image.bytes);
    else await flashBoard(directory, image.bytes);
    onEvent('image', `version 1, ${image.size} bytes, flashed into slot A`);
  }
  const board = await startBoard({
    directory,
    buses,
    record,
    engine: { name: engine, ...ofBoard },
    // Without native crypto a proof takes a chip seconds in which it does nothing else.
    watchdog: ofBoard?.portable ? portableWatchdog : undefined,
    signal,
    onLog: onBoardLine,
  });
  await closing.add(() => board.close());
  onEvent('board', `process ${board.pid} on ${engine}, its flash in ${directory}`);
  return { board, directory };
}

/** A directory that is gone at the end. */
async function passingDirectory(closing: Closing): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-board-'));
  // Somebody who is told to stop twice ends at once.
  const sweep = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', sweep);
  await closing.add(() => {
    process.off('exit', sweep);
    sweep();
  });
  return directory;
}

/** The operators' end, which hears the receipts of others as well. */
export async function openChannel(
  {
    key,
    ...place
  }: Required<Omit<BoardChannelOptions, 'believes' | 'ports' | 'replyKey' | 'telemetryKey'>> & {
    key: string;
  },
  closing: Closing,
): Promise<BoardChannel> {
  // Receipts of others are let through: a step says whose it was.
  const believes = (kind: 'status' | 'receipt', signer: string | undefined) =>
    kind === 'receipt' || signer === key;
  const channel = new BoardChannel({ ...place, believes });
  await closing.add(() => channel.close());
  await channel.ready();
  return channel;
}
