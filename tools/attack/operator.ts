/** The genuine half of a campaign: an operator, a vendor and an owner who keep to the rules, and a board that is theirs. */
import { setTimeout } from 'node:timers/promises';
import { toHex } from '../../firmware/bytes/hex.js';
import { encodeOffer } from '../../firmware/update/offer.js';
import type { Chance } from '../../host-sim/node/chance.js';
import { type Order, placeOrder } from '../demo/orders.js';
import { approve, publish, releaseOf } from '../demo/releases.js';
import type { Setting } from '../demo/setting.js';
import { benchImage, MARK_ACTION } from './app.js';
import { MARKS_MAX } from './marks.js';
import { now, type Witness } from './witness.js';

export interface OperatorOptions {
  setting: Setting;
  witness: Witness;
  signal: AbortSignal;
  /** Milliseconds after which an order, or a release beside the time of its bytes, is given up. */
  orderMsMax: number;
  releaseMsMax: number;
}

/** Milliseconds between two deliveries of the same. */
const AGAIN_MS = 1000;
/** Milliseconds in which a board must have said that the fleet is paused, or is taken to know it. */
const PAUSE_MS_MAX = 15_000;
/** The least rate that a board grants an image server, as an update's time is bounded by it. */
const BYTES_PER_MS_MIN = 2;
/** Milliseconds of a pause, once the board knows of it. */
const PAUSED_MS = 5000;

export class Operator {
  readonly #options: OperatorOptions;
  #mark = 0;
  #version = 1;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** One to three orders, final, delivered at once; until each is receipted or given up. */
  async order(chance: Chance): Promise<void> {
    const orders = await this.#place(1 + chance.below(3));
    await this.#deliver(orders);
  }

  /** An order, and a cut of the power some time after it was delivered; it and another one are delivered to the end. */
  async cut(chance: Chance): Promise<void> {
    const { setting, signal, witness } = this.#options;
    const { board, boardChannel } = setting;
    const orders = await this.#place(1);
    await boardChannel.send('envelope', orders[0].bytes);
    await setTimeout(chance.below(2000), undefined, { signal });
    const { challenge } = await boardChannel.status();
    const over = witness.hold('off');
    witness.expectCut();
    await board.powerCut();
    await board.powerOn();
    await boardChannel.statusWhere(status => toHex(status.challenge) !== toHex(challenge), setting.patience);
    over();
    // Its challenge is that of the new boot; the one before it is proven with it.
    await this.#deliver([...orders, ...(await this.#place(1))]);
  }

  /** An order that waits while a guardian has paused the fleet. */
  async pause(): Promise<void> {
    const { setting, signal, witness } = this.#options;
    const [order] = await this.#place(1);
    const guardian = await setting.as('guardian');
    await guardian.fleet.pause(setting.fleet);
    const hash = toHex(order.hash);
    const knows = new AbortController();
    const onAnswer = ({ code, subject }: { code?: string; subject: string }) => {
      if (subject === hash && code === 'paused') knows.abort();
    };
    setting.boardChannel.on('answer', onAnswer);
    const from = now();
    while (!knows.signal.aborted && now() - from < PAUSE_MS_MAX) {
      await setting.boardChannel.send('envelope', order.bytes);
      await setTimeout(AGAIN_MS, undefined, { signal: AbortSignal.any([signal, knows.signal]) }).catch(
        () => {},
      );
      signal.throwIfAborted();
    }
    setting.boardChannel.off('answer', onAnswer);
    const over = witness.hold('paused');
    const until = now() + PAUSED_MS;
    while (now() < until) {
      await setting.boardChannel.send('envelope', order.bytes);
      await setTimeout(AGAIN_MS, undefined, { signal });
    }
    over();
    const owner = await setting.as('owner');
    const authority = { signers: await setting.signers('owner', 'signerA') };
    const { blockNumber } = await owner.fleet.resume(setting.fleet, authority);
    await setting.finalize(Number(blockNumber));
    await this.#deliver([order]);
  }

  /** A new version, built, published, approved, and offered until its receipt is there or it is given up. */
  async update(): Promise<void> {
    const { orderMsMax, releaseMsMax, setting, witness } = this.#options;
    const { boardChannel, engine } = setting;
    const image = await benchImage(++this.#version, engine);
    setting.images.put(image.bytes, image.manifest.head);
    const release = releaseOf(setting, this.#version, image);
    await publish(setting, release);
    await approve(setting, release);
    await this.#deliver(await this.#place(1));
    const hash = toHex(release.hash);
    const before = await boardChannel.status();
    witness.releases.push({ hash, version: this.#version, fromMs: now(), sizeBytes: image.size });
    const until = now() + releaseMsMax + image.size / BYTES_PER_MS_MIN;
    const offer = () => boardChannel.send('offer', encodeOffer(release.offer));
    while (now() < until && !witness.receiptOf(hash) && !witness.dead) {
      const lacksNow = this.#listenForNotNow([hash]);
      await this.#until(hash, until - now(), offer, lacksNow);
      if (lacksNow.end()) await this.#deliver(await this.#place(1));
    }
    if (!witness.receiptOf(hash)) return;
    const isNew = (status: typeof before) => toHex(status.challenge) !== toHex(before.challenge);
    await boardChannel.statusWhere(isNew, orderMsMax);
  }

  async #place(count: number): Promise<Order[]> {
    const { setting, witness } = this.#options;
    const orders: Order[] = [];
    for (let i = 0; i < count; i++) {
      const mark = this.#mark++ % MARKS_MAX;
      const order = await placeOrder(setting, MARK_ACTION, { mark }, { final: false });
      orders.push(order);
      witness.orders.push({ hash: toHex(order.hash), mark, fromMs: Number.POSITIVE_INFINITY });
    }
    const owner = await setting.as('owner');
    await setting.finalize(Number(await owner.chain.client.getBlockNumber()));
    for (const { hash } of orders) {
      const kept = witness.orders.find(order => order.hash === toHex(hash))!;
      kept.fromMs = now();
    }
    return orders;
  }

  /** Until all are receipted or given up. A board that does not know the time gets a further order, which tells it. */
  async #deliver(orders: readonly Order[]): Promise<void> {
    const { orderMsMax, setting, witness } = this.#options;
    const until = now() + 2 * orderMsMax;
    let left = [...orders];
    while (left.length > 0 && now() < until && !witness.dead) {
      const lacksNow = this.#listenForNotNow(left.map(({ hash }) => toHex(hash)));
      const send = (order: Order) => () => setting.boardChannel.send('envelope', order.bytes);
      await Promise.all(
        left.map(order => this.#until(toHex(order.hash), until - now(), send(order), lacksNow)),
      );
      left = left.filter(({ hash }) => !witness.receiptOf(toHex(hash)));
      if (lacksNow.end() && left.length > 0) left.push(...(await this.#place(1)));
    }
  }

  /** True once the board said of one of these that it does not know the time; `end` says it a last time. */
  #listenForNotNow(hashes: readonly string[]): (() => boolean) & { end(): boolean } {
    const { boardChannel } = this.#options.setting;
    let isHeard = false;
    const onAnswer = ({ code, subject }: { code?: string; subject: string }) => {
      if (code === 'not_now' && hashes.includes(subject)) isHeard = true;
    };
    boardChannel.on('answer', onAnswer);
    const end = () => {
      boardChannel.off('answer', onAnswer);
      return isHeard;
    };
    return Object.assign(() => isHeard, { end });
  }

  /** Sends again and again, until the receipt is there, or it is no use any more, or for so long. */
  async #until(hash: string, msMax: number, send: () => Promise<void>, isNoUse = () => false): Promise<void> {
    const { signal, witness } = this.#options;
    const isOver = () => witness.receiptOf(hash) !== undefined || witness.dead !== undefined || isNoUse();
    for (const until = now() + msMax; now() < until && !isOver(); ) {
      await send().catch(() => {});
      const next = now() + AGAIN_MS;
      while (now() < next && !isOver()) await setTimeout(20, undefined, { signal });
    }
  }
}
