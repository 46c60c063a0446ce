/** One order, linked on chain or signed by a delegate, delivered, and settled with the board's receipt. */
import { relative } from 'node:path';
import type { Contracts, Sent } from '../../contracts/client/index.js';
import { equal } from '../../firmware/bytes/equal.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { SeenReceipt } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import { seeToFinality, waitSecondsFor } from './finality.js';
import { linkCommand, signCommand } from './makeCommand.js';
import type { BoardStatus, OpenBoard } from './openBoard.js';
import { keepReceipts } from './receiptLog.js';
import { type Settled, settle } from './settle.js';

export interface Order {
  settings: Settings;
  /** Connected as who sends, or signs. */
  contracts: Contracts & { key: SigningKey };
  board: OpenBoard;
  status: BoardStatus;
  action: string;
  params: unknown;
  /** Seconds that it is valid. */
  life: number;
  /** The fleet's signers, for what cannot be undone. */
  signers?: readonly SigningKey[];
  /** Signs instead of linking. */
  delegate?: boolean;
  flags: { wait?: number; 'no-mine': boolean; unsealed?: boolean };
}

export interface SettledOrder extends Settled {
  ok: boolean;
  action: string;
  envelopeHash: string;
  /** Path of the kept envelope. */
  file: string;
  sequence: number;
  transactionHash?: string;
  blockNumber?: number;
}

/**
 * `beside` begins what goes on while the board settles the envelope of that hash, and returns what ends it; the
 * order is not settled before that has ended.
 *
 * @throws Failure as `settle` does; the envelope is kept before anything is sent
 */
export async function settleOrder(
  asking: Pick<Surroundings, 'note' | 'signal'>,
  order: Order,
  beside: (hash: Uint8Array) => () => Promise<void> = () => async () => {},
): Promise<SettledOrder> {
  const { action, board, contracts, flags, settings, signers } = order;
  const { chainId } = contracts.chain;
  const made = order.delegate
    ? await signCommand({ ...order, key: contracts.key })
    : await linkCommand({ ...order, signers });
  const { bytes, file, hash, notAfter, sequence } = made;
  const shownFile = relative(process.cwd(), file);
  const sent = 'sent' in made ? (made.sent as Sent) : undefined;
  if (sent) {
    const block = sent.blockNumber;
    asking.note(
      `Linked as number ${sequence} in block ${block} by ${contracts.key.address}; envelope ${shownFile}`,
    );
    await seeToFinality(asking, { rpc: settings.need('rpc'), chainId, block, mine: !flags['no-mine'] });
  } else asking.note(`Signed by the delegate ${contracts.key.address}.`);
  const ends = new Date(notAfter * 1000).toISOString();
  // A board that enters an epoch receipts what it voids: nobody else may be listening.
  const isOthers = ({ receipt }: SeenReceipt) => !equal(receipt.envelopeHash, hash);
  const stopKeeping = keepReceipts(
    board.channel,
    settings.receipts,
    { chainId, device: board.facts.address },
    isOthers,
  );
  const stopBeside = beside(hash);
  let ended: Promise<void> | undefined;
  const settled = await settle(asking, {
    board,
    contracts,
    kind: 'envelope',
    bytes,
    subject: hash,
    waitSeconds: waitSecondsFor(chainId, flags.wait),
    receipts: settings.receipts,
    unsealed: flags.unsealed,
    remedy: `The command is valid until ${ends}: deliver it again with holdfast deliver ${shownFile}, and look at holdfast status.`,
  }).finally(() => {
    ended = stopBeside();
    stopKeeping();
  });
  await ended;
  return {
    ok: settled.receipt?.outcome === 'done',
    action,
    envelopeHash: toHex(hash),
    file,
    sequence,
    transactionHash: sent?.transactionHash,
    blockNumber: sent?.blockNumber,
    ...settled,
  };
}
