/** The proof of *now* for a board that has just restarted, where something waits for it. */
import type { Contracts } from '../../contracts/client/index.js';
import { equal } from '../../firmware/bytes/equal.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { toFailure } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { Answer } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import { type BoardStatus, type OpenBoard, verifiedStatus } from './openBoard.js';
import { settleOrder } from './settleOrder.js';

/** Seconds for which the order is valid. */
const LIFE_SECONDS = 3600;

export interface ProveNowOptions {
  settings: Settings;
  board: OpenBoard;
  /** Hash of the approval or envelope that waits. */
  subject: Uint8Array;
  /** The challenge that the envelope carries: only another one is worth an order. Undefined for an approval, which has none. */
  carried?: Uint8Array;
  /** Connected as an operator of the fleet; found by the settings if left out. */
  contracts?: Contracts & { key: SigningKey };
  flags: { wait?: number; 'no-mine': boolean };
}

/**
 * From now on: when the board answers that it does not know what time it is, an operator links an order that does
 * nothing and carries the board's challenge, once. Where no operator's key is at hand, that is said. Returns what ends
 * it, and resolves when no such order is under way.
 */
export function proveNowWhenAsked(asking: Surroundings, options: ProveNowOptions): () => Promise<void> {
  const { board, carried, subject } = options;
  const name = toHex(subject);
  let ordered: Promise<void> | undefined;
  const prove = async () => {
    const status = await verifiedStatus(board);
    if (carried && equal(status.challenge, carried)) ordered = undefined;
    else await order(asking, options, status);
  };
  const listen = (answer: Answer) => {
    if (answer.subject !== name || answer.code !== 'not_now') return;
    ordered ??= prove().catch(error => {
      if (!asking.signal.aborted)
        asking.warn(
          `now could not be proven from here: ${toFailure(error).message} Any holdfast command does it.`,
        );
    });
  };
  board.channel.on('answer', listen);
  return async () => {
    board.channel.off('answer', listen);
    await ordered;
  };
}

async function order(
  asking: Surroundings,
  { board, contracts, flags, settings }: ProveNowOptions,
  status: BoardStatus,
): Promise<void> {
  const operator = contracts ?? (await settings.chainAs(asking, 'operator'));
  asking.note('An operator proves to the board what time it is (holdfast.now).');
  const wish = { action: 'holdfast.now', params: {}, life: LIFE_SECONDS };
  await settleOrder(asking, { settings, contracts: operator, board, status, flags, ...wish });
}
