/**
 * The operator of a simulated board: orders, and delivers again until there is a receipt. It uses the code of the tools,
 * under the world's clock and chance; its way to the chain has no faults yet.
 */
import { ContractError, type Contracts } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { Authority, CommandClass, type Envelope } from '../../firmware/command/envelope.js';
import { TRUST_ACTION } from '../../firmware/command/trustOrder.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { Order } from '../../host-sim/world/checkers.js';
import { BoardChannel, crypto } from '../operator/boardChannel.js';
import {
  append,
  type CommandTarget,
  type DirectOrder,
  deliveryOf,
  directEnvelope,
  hashOf,
} from '../operator/order.js';
import { KeptOrders } from './keptOrders.js';
import { askedOf, isWrong } from './misfit.js';
import type { NewTrust, OperatorWorld } from './operatorWorld.js';
import { LIFE_SECONDS, type OrderTimes, PROMPT, timesOf } from './orderTimes.js';
import type { Party } from './place.js';
import { BROKER, newAccess, provision } from './provision.js';

/** Milliseconds between two deliveries of what has no receipt, and between two orders that only prove the time. */
const AGAIN_MS = 20_000;
const NOW_MS = 120_000;
/** From the word that an order is void to its next delivery (ms). */
const VOID_MS = 300_000;
/** Of orders in a world whose chain takes blocks back, one in so many tolerates that. */
const TOLERANT_ONE_IN = 2;
/** Of links that the chain took back and lost, one in so many is given up; another order takes its place. */
const GIVEN_UP_ONE_IN = 2;
/** No genuine mark of a world is as great. */
const STRANGERS_MARK = 2047;
/** Milliseconds between two offers of the same release. */
const OFFER_MS = 60_000;
/** Milliseconds that a board has to say its status. */
const STATUS_MS = 60_000;

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
  /** True once somebody led the board to a time that has not come: to it all blocks are old. */
  #isMisled = false;
  #party: Party;
  #trust: NewTrust | undefined;
  #offer: Uint8Array | undefined;
  #offeredMs = 0;

  constructor(board: WorldBoard, world: OperatorWorld, entropy: Entropy) {
    this.#board = board;
    this.#world = world;
    this.#party = world.place;
    this.#entropy = entropy;
    this.access = newAccess(entropy);
  }

  /** The name on the network: faults hit the operator too. */
  get name(): string {
    return `operator-of-${this.#board.name}`;
  }

  /** Up to an active Device and a listening channel. @returns the addresses of Device and key */
  async provision(): Promise<{ device: `0x${string}`; key: string }> {
    const { finality, network, place, time } = this.#world;
    const { device, key } = await provision(this.#board, this.access, time, place, finality);
    this.#device = device;
    const ports = { clock: time.clock(), entropy: this.#entropy, network: network.portOf(this.name) };
    this.#channel = new BoardChannel({
      broker: `mqtt://${BROKER}`,
      ...{ access: this.access, chainId: place.chainId, device, ports },
      believes: (_, signer) => signer === key,
    });
    this.#channel.on('answer', ({ code, evidence, subject }) => {
      const trust = this.#trust;
      if (code === 'incomplete' && trust && evidence?.includes(toHex(trust.hash))) {
        void this.#channel!.send('trust', trust.bytes).catch(() => {});
      }
      if (code === 'not_now' || (code === 'stale' && this.#isMisled)) this.#wantsNow = true;
      if (code === 'withheld') this.#kept.again();
      if (code === 'void') this.#kept.postpone(subject, time.nowMs + VOID_MS);
    });
    await this.#channel.ready();
    return { device, key };
  }

  /** The owner, and the fleet whose operator orders from now on. */
  get party(): Party {
    return this.#party;
  }

  /** The board is another owner's from now on. */
  serve(party: Party): void {
    this.#party = party;
  }

  /** Offers a release again and again, in place of the one before. */
  offer(bytes: Uint8Array): void {
    this.#offer = bytes;
    this.#offeredMs = 0;
  }

  /** Orders now and then until `untilMs`, and delivers for ever. */
  async work(untilMs: number, pauseMs: number, chance: Chance): Promise<void> {
    const { isPrompt, mayTolerate, time } = this.#world;
    let nextMs = time.nowMs;
    for (;;) {
      if (await this.#linkAgain(chance)) nextMs = time.nowMs;
      const needsNow = this.#wantsNow && time.nowMs > this.#orderedMs + NOW_MS;
      if ((time.nowMs >= nextMs && time.nowMs < untilMs) || needsNow) {
        const isTolerant = mayTolerate && chance.below(TOLERANT_ONE_IN) === 0;
        await this.order(this.#party.operator, { ...(isPrompt ? PROMPT : timesOf(chance)), isTolerant });
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

  /**
   * Links an order of whoever that is, a commander of that party's fleet as yet, to be delivered in its time. One whose
   * link is refused is delivered all the same where that is asked for: nothing may come of it.
   * @returns whether it is linked
   */
  async order(
    commander: Contracts,
    { isTolerant = false, lateMs, lifeSeconds, misfit }: OrderTimes,
    party: Party = this.#party,
    isSentAnyway = false,
  ): Promise<boolean> {
    const { time } = this.#world;
    const asked = (mark: number, now: number) => ({
      ...askedOf(mark, now, misfit, isTolerant),
      notAfter: now + lifeSeconds,
    });
    const made = await this.#make(commander, party, asked, { isWrong: isWrong(misfit), isTolerant });
    if (!made) return false;
    const { bytes, envelope, hash, target } = made;
    const link = () => append(commander, target, envelope);
    const isLinked = await this.#isLinked(hash, link);
    if (isLinked) this.#kept.add({ hash, bytes, link, fromMs: time.nowMs + lateMs });
    else if (isSentAnyway) void this.#channel!.send('envelope', bytes).catch(() => {});
    return isLinked;
  }

  /** Orders with the board's challenge until one is linked, and again whenever the board finds all blocks old. */
  proveNow(): void {
    this.#isMisled = true;
    this.#wantsNow = true;
  }

  /**
   * The threshold of the owner's fleet orders that the board trusts as the configuration says; it is given that. `isWrong`
   * where it never leads to the owner. @returns the envelope's hash, or undefined where it is not linked
   */
  async orderTrust(trust: NewTrust, lifeSeconds: number, isWrong = false): Promise<string | undefined> {
    const { time } = this.#world;
    const { fleet, owner, signers } = this.#party;
    this.#trust = trust;
    const asked = (_: number, now: number) => ({
      ...{ action: TRUST_ACTION, params: { configuration: trust.hash } },
      ...{ notBefore: now, notAfter: now + lifeSeconds },
    });
    const made = await this.#make(owner, this.#party, asked, { isTrust: true, isWrong });
    if (!made) return undefined;
    const { bytes, envelope, hash, target } = made;
    const { notAfter, sequence } = envelope;
    const request = { fleet, device: this.#device, sequence, notAfter };
    const commandHash = toHex(hashOf(target, envelope)) as `0x${string}`;
    const link = () => owner.fleet.appendIrreversible({ ...request, commandHash }, { signers });
    if (!(await this.#isLinked(hash, link))) return undefined;
    this.#kept.add({ hash, bytes, link, fromMs: time.nowMs });
    return hash;
  }

  /** The board is asked for its status; no answer is none. */
  async askStatus(): Promise<void> {
    await this.#channel!.status(STATUS_MS).catch(() => undefined);
  }

  /** Everything that was linked goes out once more. */
  replay(): void {
    this.#kept.again();
  }

  /** Undefined while the board has said nothing yet: the next round asks again. */
  async #make(
    commander: Contracts,
    party: Party,
    asked: (mark: number, now: number) => DirectOrder,
    is: Pick<Order, 'isTolerant' | 'isTrust' | 'isWrong'>,
  ): Promise<{ hash: string; bytes: Uint8Array; envelope: Envelope; target: CommandTarget } | undefined> {
    const { onOrder, place, time } = this.#world;
    const status = await this.#channel!.status(STATUS_MS).catch(() => undefined);
    if (!status) return undefined;
    const { fleet, owner } = party;
    const target = { chainId: place.chainId, device: this.#device, fleet };
    const now = await commander.chain.now();
    const mark = this.#mark++;
    const made = await directEnvelope(commander, target, {
      ...asked(mark, now),
      ...{ challenge: status.challenge, replyKey: this.#channel!.replyKey, entropy: this.#entropy },
    });
    const envelope = is.isTrust
      ? { ...made, class: CommandClass.irreversible, operator: fromHex(fleet, 20)! }
      : made;
    const { epoch, fleetEpoch, notAfter, notBefore } = envelope;
    const hash = toHex(hashOf(target, envelope));
    const times = { notBefore, notAfter, epoch, fleetEpoch };
    onOrder(hash, { mark, ...times, fleet, owner: owner.chain.address!, ...is });
    this.#orderedMs = time.nowMs;
    return { hash, bytes: deliveryOf(envelope), envelope, target };
  }

  /** @returns false when the chain refused the link */
  async #isLinked(hash: string, link: () => Promise<unknown>): Promise<boolean> {
    try {
      await link();
    } catch (error) {
      // The fleet is paused, the board suspended or another's, the role revoked, or the time over before a block had room.
      if (!(error instanceof ContractError)) throw error;
      this.#world.onRefused(hash);
      return false;
    }
    this.#wantsNow = false;
    return true;
  }

  /** Links again what the chain has lost, or gives it up. @returns whether it gave up any */
  async #linkAgain(chance: Chance): Promise<boolean> {
    let gaveUp = false;
    for (const { hash, link } of this.#kept.all.filter(kept => this.#world.isTakenBack(kept.hash))) {
      const isGivenUp = chance.below(GIVEN_UP_ONE_IN) === 0;
      if (isGivenUp) this.#world.onRefused(hash);
      else if (await this.#isLinked(hash, link)) continue;
      this.#kept.drop(hash);
      gaveUp = true;
    }
    return gaveUp;
  }

  /** Delivers what a stranger signed who takes himself for a delegate of the fleet. @param key the stranger's, 32 bytes */
  async stranger(key: Uint8Array): Promise<void> {
    const { fleet, operator } = this.#party;
    const target = { chainId: this.#world.place.chainId, device: this.#device, fleet };
    const now = await operator.chain.now();
    const order = { ...askedOf(STRANGERS_MARK, now, undefined), notAfter: now + LIFE_SECONDS };
    const made = await directEnvelope(operator, target, { ...order, entropy: this.#entropy });
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
