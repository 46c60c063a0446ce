/** The proof of *now* for a board that has just restarted, where something waits for it. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { toFailure } from '../cli/failure.js';
import type { Answer } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import { linkAndSettle } from './linkAndSettle.js';
import { type OpenBoard, verifiedStatus } from './openBoard.js';

/** Seconds for which the order is valid. */
const LIFE_SECONDS = 3600;

export interface ProveNowOptions {
  settings: Settings;
  board: OpenBoard;
  /** Hash of the approval that waits. */
  subject: Uint8Array;
  flags: { wait?: number; 'no-mine': boolean };
}

/**
 * From now on: when the board answers that it does not know what time it is, an operator links an order that does
 * nothing and carries the board's challenge, once. Where no operator's key is at hand, that is said. Returns what ends it.
 */
export function proveNowWhenAsked(asking: Surroundings, options: ProveNowOptions): () => void {
  const { board, subject } = options;
  const name = toHex(subject);
  const listen = (answer: Answer) => {
    if (answer.subject !== name || answer.code !== 'not_now') return;
    stop();
    order(asking, options).catch(error => {
      if (!asking.signal.aborted)
        asking.warn(
          `now could not be proven from here: ${toFailure(error).message} Any holdfast command does it.`,
        );
    });
  };
  const stop = () => void board.channel.off('answer', listen);
  board.channel.on('answer', listen);
  return stop;
}

async function order(asking: Surroundings, { board, flags, settings }: ProveNowOptions): Promise<void> {
  const contracts = await settings.chainAs(asking, 'operator');
  asking.note('An operator proves to the board what time it is (holdfast.now).');
  const status = await verifiedStatus(board);
  const wish = { action: 'holdfast.now', params: {}, life: LIFE_SECONDS };
  await linkAndSettle(asking, { settings, contracts, board, status, flags, ...wish });
}
