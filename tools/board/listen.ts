/** Listening to a board until a person ends it, or the time that was given is over. */

import { once } from 'node:events';
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import { openBoard } from './openBoard.js';

/** Told of a board's channel as soon as it is open, and when there is nothing more to hear. */
export interface Listener {
  listen(channel: BoardChannel): void;
  end(): Promise<void>;
}

/**
 * Opens the board of the settings and lets what `make` gives listen to it. The board's own word is not waited for: one
 * that is silent is listened to as well.
 *
 * @param seconds how long; until Ctrl-C if left out
 * @throws Failure as `openBoard`
 */
export async function listen<L extends Listener>(
  settings: Settings,
  surroundings: Surroundings,
  seconds: number | undefined,
  make: (board: { contracts: Contracts; device: Hex }) => L,
): Promise<{ device: string; listener: L }> {
  const { note, signal } = surroundings;
  const contracts = await settings.chain();
  const device = settings.need('device');
  const listener = make({ contracts, device });
  const board = await openBoard(settings, contracts, surroundings, {
    onOpen: channel => listener.listen(channel),
    unchecked: true,
  });
  note(`Listening to ${device}; Ctrl-C ends it.`);
  const ends = seconds === undefined ? [signal] : [signal, AbortSignal.timeout(seconds * 1000)];
  const end = AbortSignal.any(ends);
  if (!end.aborted) await once(end, 'abort');
  board.close();
  await listener.end();
  return { device, listener };
}
