/**
 * The operator of a simulated board: orders, and delivers again until there is a receipt. It uses the code of the tools,
 * under the world's clock and chance; its way to the chain has no faults yet.
 */
import { ContractError, type Contracts } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { Authority } from '../../firmware/command/envelope.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { Order } from '../../host-sim/world/checkers.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { BoardChannel, crypto } from '../operator/boardChannel.js';
import { append, deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import { KeptOrders } from './keptOrders.js';
import { askedOf, isWrong, type Misfit } from './misfit.js';
import type { Place } from './place.js';
import { BROKER, newAccess, provision } from './provision.js';

/** Seconds that an order is good for: one in so many has a short life. */
const LIFE_SECONDS = 6 * 3600;
const SHORT_LIFE_SECONDS = { least: 120, most: 300 };
const SHORT_ONE_IN = 2;
/** One order in so many is delivered late, by this at most (ms): what is linked after it waits meanwhile. */
const LATE_ONE_IN = 3;
const LATE_MS_MAX = 900_000;
/** Milliseconds between two deliveries of what has no receipt, and between two orders that only prove the time. */
const AGAIN_MS = 20_000;
const NOW_MS = 120_000;
/** From the word that an order is void to its next delivery (ms). */
const VOID_MS = 300_000;
/** No genuine mark of a world is as great. */
const STRANGERS_MARK = 2047;
/** Milliseconds between two offers of the same release. */
const OFFER_MS = 60_000;

export interface OperatorWorld {
  time: VirtualTime;
  network: VirtualNetwork;
  place: Place;
  /** The beacon chain of a world whose boards go by a sync committee. */
  beacon: VirtualBeacon | undefined;
  /** Told before a link is sent. */
  onOrder(envelope: string, order: Omit<Order, 'board'>): void;
  /** Told that the chain refused the link. */
  onRefused(envelope: string): void;
  isReceipted(envelope: string): boolean;
  /** Told that an envelope was delivered. */
  onDelivery(): void;
  /** A forger's order in place of these bytes, which reaches the board first. */
  forged?(bytes: Uint8Array): Uint8Array | undefined;
}

/** The time of an order. */
export interface OrderTimes {
  lifeSeconds: number;
  /** Milliseconds from its link to its first delivery. */
  lateMs: number;
  /** It is one that the board must refuse, or let wait. */
  misfit?: Misfit;
}

/** The operator of one board. */
export class BoardOperator {
  readonly #board: WorldBoard;
  readonly #world: OperatorWorld;
  readonly #entropy: Entropy;
  readonly #kept = new KeptOrders();
  readonly access: BrokerAccess;
  #channel: BoardChannel | undefined;
  #device: `0x${string}` = '0x';
  #mark = 0;
  #orderedMs = 0;
  #wantsNow = false;
  #offer: Uint8Array | undefined;
  #offeredMs = 0;

  constructor(board: WorldBoard, world: OperatorWorld, entropy: Entropy) {
    this.#board = board;
    this.#world = world;
    this.#entropy = entropy;
    this.access = newAccess(entropy);
  }

  /** The name on the network: faults hit the operator too. */
  get name(): string {
    return `operator-of-${this.#board.name}`;
  }

  /** Up to an active Device and a listening channel. @returns the addresses of Device and key */
  async provision(): Promise<{ device: `0x${string}`; key: string }> {
    const { beacon, network, place, time } = this.#world;
    const { device, key } = await provision(this.#board, this.access, time, place, beacon);
    this.#device = device;
    const ports = { clock: time.clock(), entropy: this.#entropy, network: network.portOf(this.name) };
    this.#channel = new BoardChannel({
      broker: `mqtt://${BROKER}`,
      ...{ access: this.access, chainId: place.chainId, device, ports },
      believes: (_, signer) => signer === key,
    });
    this.#channel.on('answer', ({ code, subject }) => {
      if (code === 'not_now') this.#wantsNow = true;
      if (code === 'withheld') this.#kept.again();
      if (code === 'void') this.#kept.postpone(subject, time.nowMs + VOID_MS);
    });
    await this.#channel.ready();
    return { device, key };
  }

  /** Offers a release again and again, in place of the one before. */
  offer(bytes: Uint8Array): void {
    this.#offer = bytes;
    this.#offeredMs = 0;
  }

  /** Orders now and then until `untilMs`, and delivers for ever. */
  async work(untilMs: number, pauseMs: number, chance: Chance): Promise<void> {
    const { place, time } = this.#world;
    let nextMs = time.nowMs;
    for (;;) {
      const needsNow = this.#wantsNow && time.nowMs > this.#orderedMs + NOW_MS;
      if ((time.nowMs >= nextMs && time.nowMs < untilMs) || needsNow) {
        await this.order(place.operator, timesOf(chance));
        nextMs = time.nowMs + pauseMs / 2 + chance.below(pauseMs);
      }
      this.#deliver();
      if (this.#offer && time.nowMs >= this.#offeredMs + OFFER_MS) {
        this.#offeredMs = time.nowMs;
        void this.#channel!.send('offer', this.#offer).catch(() => {});
      }
      await time.wait(AGAIN_MS);
    }
  }

  /** Links an order of whoever that is, a commander of the fleet as yet, to be delivered in its time. */
  async order(commander: Contracts, { lateMs, lifeSeconds, misfit }: OrderTimes): Promise<void> {
    const { onOrder, onRefused, place, time } = this.#world;
    // A board that is cut off has said nothing yet: the next round asks again.
    const status = await this.#channel!.status(60_000).catch(() => undefined);
    if (!status) return;
    const target = { chainId: place.chainId, device: this.#device, fleet: place.fleet };
    const now = await commander.chain.now();
    const mark = this.#mark++;
    const { notBefore, ...asked } = askedOf(mark, now, misfit);
    const notAfter = now + lifeSeconds;
    const envelope = await directEnvelope(commander, target, {
      ...{ ...asked, notBefore, notAfter },
      ...{ challenge: status.challenge, replyKey: this.#channel!.replyKey, entropy: this.#entropy },
    });
    const { epoch, fleetEpoch } = envelope;
    const hash = toHex(hashOf(target, envelope));
    onOrder(hash, { mark, notBefore, notAfter, epoch, fleetEpoch, isWrong: isWrong(misfit) });
    this.#orderedMs = time.nowMs;
    try {
      await append(commander, target, envelope);
    } catch (error) {
      // The fleet is paused, the board suspended, the role revoked, or the envelope's time over before a block had room.
      if (!(error instanceof ContractError)) throw error;
      onRefused(hash);
      return;
    }
    this.#kept.add({ hash, bytes: deliveryOf(envelope), fromMs: time.nowMs + lateMs });
    this.#wantsNow = false;
  }

  /** Delivers what a stranger signed who takes himself for a delegate of the fleet. @param key the stranger's, 32 bytes */
  async stranger(key: Uint8Array): Promise<void> {
    const { place } = this.#world;
    const target = { chainId: place.chainId, device: this.#device, fleet: place.fleet };
    const now = await place.operator.chain.now();
    const order = { ...askedOf(STRANGERS_MARK, now, undefined), notAfter: now + LIFE_SECONDS };
    const made = await directEnvelope(place.operator, target, { ...order, entropy: this.#entropy });
    const envelope = {
      ...{ ...made, authority: Authority.delegate, follows: made.sequence - 1 },
      operator: crypto.addressOf(key)!,
    };
    const signature = crypto.sign(hashOf(target, envelope), key);
    void this.#channel!.send('envelope', deliveryOf(envelope, signature)).catch(() => {});
  }

  #deliver(): void {
    const { forged, isReceipted, onDelivery, time } = this.#world;
    for (const { bytes } of this.#kept.round(time.nowMs, isReceipted)) {
      const other = forged?.(bytes);
      if (other) void this.#channel!.send('envelope', other).catch(() => {});
      // A message that the broker does not take now is delivered in the next round.
      void this.#channel!.send('envelope', bytes).catch(() => {});
      onDelivery();
    }
  }
}

function timesOf(chance: Chance): OrderTimes {
  const isShort = chance.below(SHORT_ONE_IN) === 0;
  const lifeSeconds = isShort ? chance.within(SHORT_LIFE_SECONDS) : LIFE_SECONDS;
  return { lifeSeconds, lateMs: chance.below(LATE_ONE_IN) === 0 ? chance.below(LATE_MS_MAX) : 0 };
}
