/** A board that has just changed hands: set to its new owner's trust, or at least aware of its new owner. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { Settings } from '../settings/settings.js';
import { openBoard } from './openBoard.js';
import { orderTrust, type SetTrust, type TrustOrder } from './orderTrust.js';
import { type ChangeOptions, type Shown, showChange } from './shownChange.js';

export interface TakeOver extends ChangeOptions {
  contracts: Contracts & { key: SigningKey };
  settings: Settings;
  device: Hex;
  /** The new owner's trust configuration, with the signers of the new fleet; undefined: none is set yet. */
  trust: Pick<TrustOrder, 'trust' | 'signers'> | undefined;
}

export interface TakenOver {
  shown: Shown | undefined;
  set: SetTrust | undefined;
}

/** @throws Failure; the board has changed hands on chain all the same, and the message says what to do next */
export async function takeOver(input: Surroundings, options: TakeOver): Promise<TakenOver> {
  const { contracts, flags, settings, trust } = options;
  if (!trust) {
    const shown = await showChange(input, options);
    input.warn(
      'until its trust is set anew, the board runs nothing, and believes the endpoints and keys of its former owner: holdfast device set-trust FILE.',
    );
    return { shown, set: undefined };
  }
  const board = await openBoard(settings, contracts, input, { sends: true });
  try {
    const { receipts } = flags;
    const set = await orderTrust(input, { ...trust, settings, contracts, board, receipts, flags });
    return { shown: set.shown, set };
  } finally {
    board.close();
  }
}
