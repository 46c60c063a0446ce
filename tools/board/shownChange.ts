/** A change of a board's Device, followed from its block until the board itself says, signed, that it knows it. */
import {
  type Contracts,
  type DeviceFacts,
  type Hex,
  STATUSES,
  type StatusName,
} from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import { deliveryOf, directEnvelope } from '../operator/order.js';
import type { Settings } from '../settings/settings.js';
import { DEVELOPMENT_CHAIN, seeToFinality, waitSecondsFor } from './finality.js';
import { type BoardStatus, type OpenBoard, openBoard } from './openBoard.js';
import { keepReceipts } from './receiptLog.js';

export interface ChangeOptions {
  settings: Settings;
  /** Connected with a key: what makes the board look names its address. */
  contracts: Contracts;
  device: Hex;
  /** The block that holds the change. */
  block: number;
  /** The key of before the change, which the board signs with until the change is final. */
  formerKey?: Hex;
  flags: { wait?: number; 'no-wait': boolean; 'no-mine': boolean };
}

/** The board's signed word that it knows the change. */
export interface Shown {
  signer: string;
  /** As the board read it at that block: that of the change, or a later one. */
  status: StatusName;
  block: number;
  epoch: number;
  sequence: number;
  challenge: string;
  trustConfiguration: string;
}

type Asking = Pick<Surroundings, 'note' | 'progress' | 'warn' | 'signal'>;

/** Milliseconds between two requests that the board look at the chain. */
const LOOK_EVERY_MS = { development: 5_000, real: 60_000 };

/**
 * Waits until the block is final and the board's signed status shows that the board read its Device at that block or
 * later. Undefined after --no-wait, and where no broker is named: the change counts all the same.
 *
 * @throws Failure `not_shown` when the board did not show it in time
 */
export async function showChange(asking: Asking, options: ChangeOptions): Promise<Shown | undefined> {
  const { block, contracts, flags, formerKey, settings } = options;
  const { chainId } = contracts.chain;
  if (flags['no-wait']) {
    asking.note('The board is not waited for: holdfast status shows when it knows.');
    return undefined;
  }
  if (settings.find('broker') === undefined) {
    asking.warn('no broker is named, so that the board cannot be heard: it counts on chain all the same.');
    return undefined;
  }
  const rpc = settings.need('rpc');
  await seeToFinality(asking, { rpc, chainId, block, mine: !flags['no-mine'] });
  const board = await openBoard(settings, contracts, asking as Surroundings, { formerKey });
  // A board that enters an epoch says once which orders it voids.
  keepReceipts(board.channel, settings.receipts, { chainId, device: board.facts.address });
  try {
    return await listen(asking, board, options);
  } finally {
    board.close();
  }
}

async function listen(asking: Asking, board: OpenBoard, options: ChangeOptions): Promise<Shown> {
  const { block, contracts, flags } = options;
  const development = contracts.chain.chainId === DEVELOPMENT_CHAIN;
  const seconds = waitSecondsFor(contracts.chain.chainId, flags.wait);
  const until = (await contracts.chain.now()) + seconds;
  const stop = askToLook(board, options, until, development ? LOOK_EVERY_MS.development : LOOK_EVERY_MS.real);
  asking.progress?.(`waits until the board shows it, ${seconds} s at most`);
  let last: BoardStatus | undefined;
  const wanted = (status: BoardStatus): boolean => {
    if (status !== last) asking.note(progress(status, block));
    last = status;
    return knows(status, block, board.facts);
  };
  try {
    return shownBy(await board.channel.statusWhere(wanted, seconds * 1000));
  } catch (cause) {
    if (asking.signal.aborted) throw cause;
    const word = last ? `its last signed word: ${progress(last, block)}` : 'it said nothing';
    throw new Failure(
      'not_shown',
      `The chain has it since block ${block}, but the board did not show it within ${seconds} s; ${word} It counts as soon as the board looks, which it does before it runs anything: see holdfast status.`,
      { cause },
    );
  } finally {
    stop();
  }
}

/** True when the status leaves the board nothing older to go by. */
const knows = (said: BoardStatus, block: number, { epoch, key, owner, status }: DeviceFacts): boolean =>
  said.signer === key &&
  said.newest >= block &&
  // A board that was told of another owner holds everything, in its old epoch, until its trust is set anew.
  (said.epoch >= epoch || toHex(said.owner) !== owner) &&
  said.lifecycle === STATUSES.indexOf(status);

const progress = ({ epoch, lifecycle, newest }: BoardStatus, block: number): string =>
  newest === 0
    ? 'The board has not read its Device since it started.'
    : `The board read its Device at block ${newest}${newest < block ? `, before the change in block ${block}` : ''}: ${STATUSES[lifecycle].toLowerCase()}, epoch ${epoch}.`;

/** The board's word in a status that it signed. */
export const shownBy = (status: BoardStatus): Shown => ({
  signer: status.signer!,
  status: STATUSES[status.lifecycle],
  block: status.newest,
  epoch: status.epoch,
  sequence: status.sequence,
  challenge: toHex(status.challenge),
  trustConfiguration: toHex(status.trustConfiguration),
});

/**
 * Sends envelopes that are in no link and so run nowhere: a board that gets one reads its Device, which it may else not
 * do for hours. Returns what ends it.
 */
function askToLook(
  { channel, facts }: OpenBoard,
  { contracts }: ChangeOptions,
  notAfter: number,
  everyMs: number,
): () => void {
  const look = () =>
    void lookEnvelope(contracts, facts, notAfter).then(
      bytes => send(channel, bytes),
      () => {},
    );
  look();
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}

/** A broker that does not take it is met again at the next try, and by the wait's end. */
const send = (channel: BoardChannel, bytes: Uint8Array): Promise<void> =>
  channel.send('envelope', bytes).catch(() => {});

async function lookEnvelope(
  contracts: Contracts,
  { address: device, fleet }: DeviceFacts,
  notAfter: number,
): Promise<Uint8Array> {
  const target = { chainId: contracts.chain.chainId, device, fleet };
  const order = { action: 'holdfast.look', params: {}, notBefore: 0, notAfter };
  return deliveryOf(await directEnvelope(contracts, target, order));
}

/** One line for people: the board's word, or that nobody waited for it. */
export function shownLine(shown: Shown | undefined): string {
  if (!shown) return 'The board was not waited for: holdfast status shows when it knows.';
  const { block, epoch, signer, status, trustConfiguration } = shown;
  // A board that has just begun anew under another trust has read nothing by it yet.
  const word =
    block === 0
      ? `epoch ${epoch}, under the trust ${trustConfiguration}`
      : `${status.toLowerCase()}, epoch ${epoch}, at block ${block}`;
  return `The board says so itself, signed by ${signer}: ${word}.`;
}
