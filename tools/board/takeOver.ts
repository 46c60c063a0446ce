/** A board that has just changed hands: set to its new owner's trust, or at least aware of its new owner. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { Settings } from '../settings/settings.js';
import { seeToFinality } from './finality.js';
import { openBoard } from './openBoard.js';
import { orderTrust, type SetTrust, type TrustOrder, trustShown } from './orderTrust.js';
import { keepReceipts } from './receiptLog.js';
import { type ChangeOptions, type Shown, showChange } from './shownChange.js';

export interface TakeOver extends ChangeOptions {
  contracts: Contracts & { key: SigningKey };
  settings: Settings;
  device: Hex;
  /** The new owner's trust configuration; undefined: none is set yet. */
  trust: NewTrust | undefined;
}

export interface NewTrust {
  trust: TrustOrder['trust'];
  /** Sets it at the board's console, once the change of hands is final, and connects it anew; false: an order must. */
  atConsole?(): Promise<boolean>;
  /** The signers of the new fleet, who order it. */
  signers(): Promise<TrustOrder['signers']>;
}

export interface TakenOver {
  shown: Shown | undefined;
  set: SetTrust | undefined;
}

/** Milliseconds for the status that the broker still has of before. */
const LAST_STATUS_MS = 5000;

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
  const { chainId } = contracts.chain;
  const board = await openBoard(settings, contracts, input, { sends: true });
  try {
    if (trust.atConsole) {
      const before = await board.channel.status(LAST_STATUS_MS).catch(() => undefined);
      // The board receipts all that it voids and adopts at its console as well.
      const stopKeeping = keepReceipts(board.channel, settings.receipts, { chainId, device: options.device });
      await seeToFinality(input, { ...options, rpc: settings.need('rpc'), chainId, mine: !flags['no-mine'] });
      const adopted = await trust.atConsole();
      stopKeeping();
      const shown = await trustShown(board, before, adopted ? trust.trust.hash : undefined, options);
      if (adopted) return { shown, set: undefined };
    }
    const signers = await trust.signers();
    const set = await orderTrust(input, {
      ...{ settings, contracts, board, flags, signers },
      trust: trust.trust,
    });
    return { shown: set.shown, set };
  } finally {
    board.close();
  }
}
