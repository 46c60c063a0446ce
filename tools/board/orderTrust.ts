/**
 * Another trust configuration for a board: ordered by its fleet's threshold, given to the board by its hash, and
 * followed until the board itself, begun anew under it, says so.
 */
import { equal } from '../../firmware/bytes/equal.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { TRUST_ACTION } from '../../firmware/command/trustOrder.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { Answer, BoardChannel } from '../operator/boardChannel.js';
import { waitSecondsFor } from './finality.js';
import { linkAndSettle, type Order, type SettledOrder } from './linkAndSettle.js';
import { type BoardStatus, type OpenBoard, verifiedStatus } from './openBoard.js';
import { type Shown, shownBy } from './shownChange.js';

/** Milliseconds between two deliveries of the configuration while the board asks for it. */
const SERVE_EVERY_MS = 10_000;
/** Seconds that the order is valid: a board that sleeps meets it when it wakes. */
const LIFE_SECONDS = 86_400;

export interface TrustOrder extends Pick<Order, 'settings' | 'contracts' | 'flags'> {
  board: OpenBoard;
  /** The fleet's signers. */
  signers: readonly SigningKey[];
  /** The configuration as encoded, and its hash. */
  trust: { bytes: Uint8Array; hash: Uint8Array };
}

export interface SetTrust {
  order: SettledOrder;
  /** The board's word, undefined when the order was not done. */
  shown: Shown | undefined;
}

/** @throws Failure `no_answer`, or `not_shown` when the board did not begin anew in time */
export async function orderTrust(
  asking: Surroundings,
  { board, trust, ...order }: TrustOrder,
): Promise<SetTrust> {
  const before = await verifiedStatus(board);
  const stop = serveTrust(board.channel, trust, asking.note);
  try {
    const settled = await linkAndSettle(asking, {
      ...order,
      board,
      status: before,
      action: TRUST_ACTION,
      params: { configuration: trust.hash },
      life: LIFE_SECONDS,
    });
    const shown = settled.ok ? await trustShown(board, before, trust.hash, order) : undefined;
    return { order: settled, shown };
  } finally {
    stop();
  }
}

/** Gives the configuration to a board that asks for it, again and again until it is stopped. */
export function serveTrust(
  channel: BoardChannel,
  trust: TrustOrder['trust'],
  note: (line: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const give = () => void channel.send('trust', trust.bytes).catch(() => {});
  const listen = ({ code, evidence }: Answer) => {
    if (code !== 'incomplete' || timer || !evidence?.includes(toHex(trust.hash))) return;
    note(`The board asks for the configuration ${toHex(trust.hash)}: it gets ${trust.bytes.length} bytes.`);
    give();
    timer = setInterval(give, SERVE_EVERY_MS);
  };
  channel.on('answer', listen);
  return () => {
    channel.off('answer', listen);
    clearInterval(timer);
  };
}

/**
 * The word of a board that began anew, with another challenge than `before`, where a status of before is known. With a
 * `hash`, that of a complete hand-over: by this owner, in this epoch, under this trust.
 *
 * @throws Failure `not_shown`
 */
export async function trustShown(
  { channel, facts }: OpenBoard,
  before: BoardStatus | undefined,
  hash: Uint8Array | undefined,
  { contracts, flags }: Pick<TrustOrder, 'contracts' | 'flags'>,
): Promise<Shown> {
  const seconds = waitSecondsFor(contracts.chain.chainId, flags.wait);
  const isNew = ({ challenge }: BoardStatus) => !before || !equal(challenge, before.challenge);
  const isComplete = ({ epoch, owner, trustConfiguration }: BoardStatus) =>
    !hash || (toHex(owner) === facts.owner && epoch >= facts.epoch && equal(trustConfiguration, hash));
  try {
    return shownBy(await channel.statusWhere(status => isNew(status) && isComplete(status), seconds * 1000));
  } catch (cause) {
    throw new Failure(
      'not_shown',
      `The board did not say within ${seconds} s that it began anew${hash ? ` under ${toHex(hash)}` : ''}: see holdfast status, and holdfast monitor for its lines.`,
      { cause },
    );
  }
}
