/** One order: an envelope made, its link appended, delivered, and what the board says to it. */

import type { Contracts } from '../../contracts/client/index.js';
import { encodeParams } from '../../firmware/app/params.js';
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { Authority, CommandClass, type Envelope, envelopeHash } from '../../firmware/command/envelope.js';
import { encodeDelivery } from '../../firmware/command/wire.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import { type Answer, type BoardChannel, crypto, type SeenReceipt } from './boardChannel.js';
import { entropy } from './boardMail.js';

export interface CommandTarget {
  chainId: number;
  device: string;
  fleet: string;
}

export interface DirectOrder {
  action: string;
  params: unknown;
  /** Unix seconds. */
  notBefore: number;
  notAfter: number;
  challenge?: Uint8Array;
  /** The greatest receipt counter of the board that the sender knows; 0 if left out, which tells the board nothing. */
  receipts?: number;
  /** The sender's key (33 bytes), for answer and result. */
  replyKey?: Uint8Array;
  /** For the salt; this machine's if left out. */
  entropy?: Entropy;
}

const bytesOf = (hex: string, length: number): Uint8Array => {
  const bytes = fromHex(hex, length);
  if (!bytes) throw new RangeError(`${hex} is not ${length} bytes`);
  return bytes;
};

/** Hash of an envelope for a board (EIP-712), 32 bytes. @throws RangeError when an address is not 20 bytes */
export const hashOf = (target: CommandTarget, envelope: Envelope): Uint8Array =>
  envelopeHash(crypto, { chainId: target.chainId, verifyingContract: bytesOf(target.device, 20) }, envelope);

/** The envelope of the next direct command, with the epochs and the sequence that the chain has now. */
export async function directEnvelope(
  contracts: Contracts,
  target: CommandTarget,
  order: DirectOrder,
): Promise<Envelope> {
  const device = await contracts.device.read(target.device as `0x${string}`);
  const fleet = await contracts.fleet.read(target.fleet as `0x${string}`);
  // Without it whoever guesses action and params could tell by the public hash that the guess is right.
  const salt = new Uint8Array(32);
  (order.entropy ?? entropy).fill(salt);
  return {
    authority: Authority.direct,
    device: bytesOf(target.device, 20),
    sequence: device.sequence + 1,
    epoch: device.epoch,
    fleetEpoch: fleet.epoch,
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    class: CommandClass.routine,
    challenge: order.challenge ?? new Uint8Array(32),
    follows: 0,
    receipts: order.receipts ?? 0,
    replyKey: order.replyKey ?? new Uint8Array(0),
    action: order.action,
    params: encodeParams(order.params),
    operator: bytesOf(contracts.chain.address!, 20),
    salt,
  };
}

/** Appends the envelope's link to the board's head. A racing operator makes this fail, never both. */
export async function append(
  contracts: Contracts,
  target: CommandTarget,
  envelope: Envelope,
): Promise<number> {
  const { sent } = await contracts.fleet.append({
    fleet: target.fleet as `0x${string}`,
    device: target.device as `0x${string}`,
    commandHash: toHex(hashOf(target, envelope)) as `0x${string}`,
    notAfter: envelope.notAfter,
    sequence: envelope.sequence,
  });
  return Number(sent.blockNumber);
}

/** The bytes that travel; a delegate's envelope carries its signature. */
export const deliveryOf = (envelope: Envelope, signature: Uint8Array = new Uint8Array(0)): Uint8Array =>
  encodeDelivery({ envelope, signature });

/** Everything that a board said after some bytes were sent to it, until it settled them. */
export interface Response {
  answer: Answer;
  receipt?: SeenReceipt;
  /** Witnesses that were no good, in the order in which they came. */
  witnesses: Answer[];
}

export interface AskOptions {
  /** Envelope or approval hash whose answer is awaited. */
  subject: Uint8Array;
  /** True, if left out: the answer `replayed` counts too. False: it is passed over, and another answer is waited for. */
  replays?: boolean;
  /**
   * True: it is passed over that the envelope was not delivered. The board reads of a link on the chain, and says so,
   * while the envelope is on its way. Other things are `withheld` too, and stay an answer.
   */
  isUnderWay?: boolean;
  milliseconds?: number;
  /** Go on over answers that may change by themselves (`undetermined`). */
  final?: boolean;
  /** Sends an envelope for everybody to read. */
  unsealed?: boolean;
  /** 32 bytes: the hash of the message as it travels; an answer about it counts too. */
  message?: Uint8Array;
}

/** From a board's word that it is busy to the next delivery; it says so once a second. */
const BUSY_MS = 2000;
/** From an envelope of which the board has said nothing to its next delivery: at first, and at most. */
const SILENCE_MS = { first: 5000, most: 60_000 };

/**
 * Sends bytes and waits for the board's answer to `subject`, and for the receipt that the answer announces. A board
 * that had no room for the message says `busy` and forgets it, and that word may itself be lost: until the time is up
 * the message is delivered again where the board is busy, and an envelope also where the board says nothing of it.
 *
 * @throws Error when the board does not answer in time, or the broker does not take the message
 */
export async function ask(
  board: BoardChannel,
  kind: 'envelope' | 'offer',
  bytes: Uint8Array,
  options: AskOptions,
): Promise<Response> {
  const message = await board.sealed(kind, bytes, options);
  // Of a message that it cannot open the board knows no envelope: it answers about the message itself.
  const answered = listen(board, { ...options, message: crypto.keccak256(message) });
  const delivered = board.publish(kind, message);
  const stop = deliverAgain(board, kind, options.subject, () => board.publish(kind, message));
  try {
    const [response] = await Promise.all([answered, delivered]);
    return response;
  } finally {
    stop();
  }
}

/** Calls `deliver` a while after each `busy` that may be about `subject`, and in a silence; returns what ends that. */
function deliverAgain(
  board: BoardChannel,
  kind: 'envelope' | 'offer',
  subject: Uint8Array,
  deliver: () => Promise<void>,
): () => void {
  const name = toHex(subject);
  const answerKind = kind === 'offer' ? 'update' : 'command';
  let silenceMs = SILENCE_MS.first;
  let stop = () => {};
  const again = () => {
    // A broker that is gone is told by the time that runs out.
    deliver().catch(() => {});
    wait(silenceMs);
    silenceMs = Math.min(2 * silenceMs, SILENCE_MS.most);
  };
  const wait = (milliseconds: number) => {
    stop();
    stop = board.ports.clock.after(milliseconds, again);
  };
  const onAnswer = ({ code, kind: about, subject: told }: Answer) => {
    // Of what it dropped unread the board knows no hash: the subject is empty.
    if (code === 'busy' && about === answerKind && (told === name || told === '')) wait(BUSY_MS);
    // An envelope that is withheld is one that has not come.
    else if (told === name && code !== 'withheld') stop();
  };
  // An offer is retained by the broker, and a board that downloads says nothing for long.
  if (kind === 'envelope') wait(silenceMs);
  board.on('answer', onAnswer);
  return () => {
    stop();
    board.off('answer', onAnswer);
  };
}

/** The words of a board for a link whose envelope it has not got (firmware/command/linkDecision.ts). */
const NOT_DELIVERED = /^the envelope of link \d+ was not delivered$/;

/** Waits for what a board says about `subject`, however it came to it. */
export function listen(
  board: BoardChannel,
  { final = false, isUnderWay, message, milliseconds = 20_000, replays = true, subject }: AskOptions,
): Promise<Response> {
  const names = [toHex(subject), toHex(message ?? subject)];
  return new Promise((resolve, reject) => {
    const witnesses: Answer[] = [];
    let answer: Answer | undefined;
    let receipt: SeenReceipt | undefined;
    const end = (settle: () => void) => {
      stop();
      board.off('answer', onAnswer);
      board.off('receipt', onReceipt);
      settle();
    };
    const settleIfWhole = () => {
      if (!answer || (answer.receipt && !receipt)) return;
      const response = { answer, receipt, witnesses };
      end(() => resolve(response));
    };
    const onAnswer = (said: Answer) => {
      if (said.kind === 'witness') witnesses.push(said);
      if (!names.includes(said.subject) || (final && said.verdict === 'undetermined')) return;
      if (!replays && said.code === 'replayed') return;
      if (isUnderWay && said.code === 'withheld' && NOT_DELIVERED.test(said.evidence ?? '')) return;
      answer ??= said;
      settleIfWhole();
    };
    const onReceipt = (seen: SeenReceipt) => {
      if (!equal(seen.receipt.envelopeHash, subject)) return;
      receipt = seen;
      settleIfWhole();
    };
    const stop = board.ports.clock.after(milliseconds, () =>
      end(() => reject(new Error(`the board did not answer within ${milliseconds / 1000} s`))),
    );
    board.on('answer', onAnswer);
    board.on('receipt', onReceipt);
  });
}
