/**
 * The operator of a simulated fleet: provisions each board at its console, orders, and delivers again until there is a
 * receipt. It uses the code of the tools, under the world's clock and chance; its way to the chain has no faults yet.
 */
import { ContractError } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { MARK_ACTION } from '../attack/app.js';
import { accessParameters } from '../board/accessFile.js';
import { configure, identify, possess } from '../console/provisioning.js';
import { BoardChannel } from '../operator/boardChannel.js';
import { append, deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import type { Place } from './place.js';

/** The names of the parts of a world on its network. */
export const BROKER = 'broker:1883';
export const ENDPOINTS = ['endpoint-1:8545', 'endpoint-2:8545', 'endpoint-3:8545'] as const;
export const IMAGE_SERVERS = ['images-1:8080', 'images-2:8080'] as const;

/** Seconds that an order is good for: one in so many has a short life; of the possession proof. */
const LIFE_SECONDS = 6 * 3600;
const SHORT_LIFE_SECONDS = { least: 120, most: 300 };
const SHORT_ONE_IN = 2;
const PROOF_SECONDS = 1800;
/** One order in so many is delivered late, by this at most (ms): what is linked after it waits meanwhile. */
const LATE_ONE_IN = 3;
const LATE_MS_MAX = 900_000;
/** Milliseconds between two deliveries of what has no receipt, and between two orders that only prove the time. */
const AGAIN_MS = 20_000;
const NOW_MS = 120_000;
/** Milliseconds between two offers of the same release. */
const OFFER_MS = 60_000;
/** Envelopes with a receipt that go out once more in one round. */
const AGAIN_MAX = 4;
/** Envelopes kept for a board that says that one is withheld. */
const KEPT_MAX = 64;

export interface OperatorWorld {
  time: VirtualTime;
  network: VirtualNetwork;
  place: Place;
  /** Told before a link is sent. */
  onOrder(envelope: string, mark: number, notAfter: number): void;
  /** Told that the chain refused the link. */
  onRefused(envelope: string): void;
  isReceipted(envelope: string): boolean;
  /** Told that an envelope was delivered. */
  onDelivery(): void;
  /** A forger's order in place of these bytes, which reaches the board first. */
  forged?(bytes: Uint8Array): Uint8Array | undefined;
}

/** The operator of one board. */
export class BoardOperator {
  readonly #board: WorldBoard;
  readonly #world: OperatorWorld;
  readonly #entropy: Entropy;
  readonly #kept: { hash: string; bytes: Uint8Array; fromMs: number }[] = [];
  readonly access: BrokerAccess;
  #channel: BoardChannel | undefined;
  #mark = 0;
  #orderedMs = 0;
  #wantsNow = false;
  #offer: Uint8Array | undefined;
  #offeredMs = 0;
  /** The board lacks one that it may have had: everything goes out once more, some in each round; how many are left. */
  #left = 0;

  constructor(board: WorldBoard, world: OperatorWorld, entropy: Entropy) {
    this.#board = board;
    this.#world = world;
    this.#entropy = entropy;
    this.access = this.#newAccess();
  }

  /** The name on the network: faults hit the operator too. */
  get name(): string {
    return `operator-of-${this.#board.name}`;
  }

  /** Up to an active Device and a listening channel. @returns the addresses of Device and key */
  async provision(): Promise<{ device: `0x${string}`; key: string }> {
    const { network, place, time } = this.#world;
    const { channel, fleet, operator, owner } = place;
    const console = {
      request: (method: string, parameters?: unknown) => this.#board.request(method, parameters),
      close: async () => {},
    };
    const { device, key } = await identify(console);
    const policy = { level: 1 as const, maximumAge: place.maximumAgeSeconds };
    const trustConfiguration = await configure(
      console,
      {
        profile: 'development',
        chainId: place.chainId,
        quorum: 2,
        endpoints: ENDPOINTS.map(name => `http://${name}`),
        policies: { command: policy, firmware: policy, lifecycle: policy },
      },
      {
        broker: `mqtt://${BROKER}`,
        images: IMAGE_SERVERS.map(name => `http://${name}`),
        access: accessParameters(this.access),
      },
    );
    const deadline = (await owner.chain.now()) + PROOF_SECONDS;
    const initial = { owner: owner.chain.address, fleet, channel, trustConfiguration, deadline };
    const { possession, signature } = await possess(console, operator, key, initial);
    await owner.factory.register(possession, signature);
    await owner.device.setStatus(device, 'Active');
    const ports = { clock: time.clock(), entropy: this.#entropy, network: network.portOf(this.name) };
    this.#channel = new BoardChannel({
      broker: `mqtt://${BROKER}`,
      ...{ access: this.access, chainId: place.chainId, device, ports },
      believes: (_, signer) => signer === key,
    });
    this.#channel.on('answer', ({ code }) => {
      if (code === 'not_now') this.#wantsNow = true;
      if (code === 'withheld' && this.#left === 0) this.#left = this.#kept.length;
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
  async work(untilMs: number, device: string, pauseMs: number, chance: Chance): Promise<void> {
    const { time } = this.#world;
    let nextMs = time.nowMs;
    for (;;) {
      const needsNow = this.#wantsNow && time.nowMs > this.#orderedMs + NOW_MS;
      if ((time.nowMs >= nextMs && time.nowMs < untilMs) || needsNow) {
        await this.#order(device, chance);
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

  async #order(device: string, chance: Chance): Promise<void> {
    const { onOrder, onRefused, place, time } = this.#world;
    // A board that is cut off has said nothing yet: the next round asks again.
    const status = await this.#channel!.status(60_000).catch(() => undefined);
    if (!status) return;
    const target = { chainId: place.chainId, device, fleet: place.fleet };
    const notBefore = await place.operator.chain.now();
    const mark = this.#mark++;
    const { least, most } = SHORT_LIFE_SECONDS;
    const isShort = chance.below(SHORT_ONE_IN) === 0;
    const notAfter = notBefore + (isShort ? least + chance.below(most - least) : LIFE_SECONDS);
    const envelope = await directEnvelope(place.operator, target, {
      ...{ action: MARK_ACTION, params: { mark }, notBefore, notAfter },
      ...{ challenge: status.challenge, replyKey: this.#channel!.replyKey, entropy: this.#entropy },
    });
    const hash = toHex(hashOf(target, envelope));
    onOrder(hash, mark, notAfter);
    this.#orderedMs = time.nowMs;
    try {
      await append(place.operator, target, envelope);
    } catch (error) {
      // The fleet is paused, or the envelope's time went by before a block had room.
      if (!(error instanceof ContractError)) throw error;
      onRefused(hash);
      return;
    }
    const lateMs = chance.below(LATE_ONE_IN) === 0 ? chance.below(LATE_MS_MAX) : 0;
    this.#kept.push({ hash, bytes: deliveryOf(envelope), fromMs: time.nowMs + lateMs });
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
    this.#wantsNow = false;
  }

  /**
   * Everything without a receipt, and of the others those whose turn it is: a board has places for ten. The newest goes
   * first: it carries the newest challenge, without which a board that restarted runs none of those before it.
   */
  #deliver(): void {
    const from = Math.max(0, this.#kept.length - this.#left);
    const to = this.#left > 0 ? from + AGAIN_MAX : from;
    this.#left = Math.max(0, this.#left - AGAIN_MAX);
    const inOrder = this.#kept.map((kept, at) => ({ ...kept, at }));
    const newest = inOrder.pop();
    [...(newest ? [newest] : []), ...inOrder].forEach(({ at, bytes, fromMs, hash }) => {
      const isDue = at >= from && at < to;
      if (this.#world.time.nowMs < fromMs || (!isDue && this.#world.isReceipted(hash))) return;
      const forged = this.#world.forged?.(bytes);
      if (forged) void this.#channel!.send('envelope', forged).catch(() => {});
      // A message that the broker does not take now is delivered in the next round.
      void this.#channel!.send('envelope', bytes).catch(() => {});
      this.#world.onDelivery();
    });
  }

  #newAccess(): BrokerAccess {
    const bytes = (count: number) => {
      const drawn = new Uint8Array(count);
      this.#entropy.fill(drawn);
      return drawn;
    };
    return {
      user: `b-${toHex(bytes(10)).slice(2)}`,
      password: toHex(bytes(24)).slice(2),
      topicSecret: bytes(32),
    };
  }
}
