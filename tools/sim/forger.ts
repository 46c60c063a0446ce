/**
 * A forger at the broker of a simulated world, who knows every topic and its secret: says again what was said, changed,
 * late or in the wrong place, and junk; and sends orders of its own ahead of genuine ones. Nothing may come of it.
 */
import { decodeParams, encodeParams } from '../../firmware/app/params.js';
import { Authority, type Envelope } from '../../firmware/command/envelope.js';
import { parseDelivery } from '../../firmware/command/wire.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { VirtualBroker } from '../../host-sim/world/broker.js';
import type { Message } from '../../host-sim/world/message.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { deliveryOf } from '../operator/order.js';

/** One message to a board in so many is forged after, one delivery in so many is forged ahead of. */
const MESSAGE_ONE_IN = 6;
const DELIVERY_ONE_IN = 3;
const LATE_MS_MAX = 600_000;
const JUNK_BYTES_MAX = 5000;
/** No genuine mark of a world is as great. */
const FORGED_MARK = 2048;
const KINDS = ['changed', 'repeated', 'misdirected', 'junk'] as const;
const CHANGES = ['mark', 'notAfter', 'sequence', 'device', 'action', 'authority'] as const;

export interface ForgerWorld {
  time: VirtualTime;
  chance: Chance;
  broker: Pick<VirtualBroker, 'publish'>;
  /** Nothing is forged after it, but for what is late. */
  untilMs: number;
  onForged(what: string): void;
}

export class Forger {
  readonly #world: ForgerWorld;
  /** Topics of messages to boards, in the order in which they were heard. */
  readonly #topics: string[] = [];
  #isSpeaking = false;

  constructor(world: ForgerWorld) {
    this.#world = world;
  }

  /** Hears all that passes the broker. */
  hear(message: Message): void {
    const { chance, onForged, time, untilMs } = this.#world;
    const { payload, topic } = message;
    if (this.#isSpeaking || !/\/(envelope|offer)$/.test(topic)) return;
    if (!this.#topics.includes(topic)) this.#topics.push(topic);
    if (time.nowMs >= untilMs || chance.below(MESSAGE_ONE_IN) > 0) return;
    const kind = chance.of(KINDS);
    const forged = { ...message, retain: false };
    if (kind === 'changed') forged.payload = flipped(payload, chance);
    if (kind === 'misdirected') forged.topic = chance.of(this.#topics);
    if (kind === 'junk') forged.payload = junk(chance);
    const lateMs = 1 + chance.below(kind === 'changed' ? 1000 : LATE_MS_MAX);
    onForged(`${kind}, ${lateMs} ms after it: ${topic}`);
    time.after(lateMs, () => this.#say(forged));
  }

  /** The operator is about to deliver these bytes: another order in their place, for the forger to deliver first. */
  insteadOf(bytes: Uint8Array): Uint8Array | undefined {
    const { chance, onForged, time, untilMs } = this.#world;
    if (time.nowMs >= untilMs || chance.below(DELIVERY_ONE_IN) > 0) return undefined;
    const parsed = parseDelivery(bytes);
    if (parsed.verdict !== 'accepted') return undefined;
    const change = chance.of(CHANGES);
    onForged(`an order of its own, with another ${change}`);
    return deliveryOf(changed(parsed.value.envelope, change));
  }

  #say(message: Message): void {
    this.#isSpeaking = true;
    this.#world.broker.publish(message);
    this.#isSpeaking = false;
  }
}

/** A forger who hears that broker. */
export function forgerAt(
  broker: VirtualBroker,
  { seed, time, untilMs }: Pick<ForgerWorld, 'time' | 'untilMs'> & { seed: number },
  onForged: (what: string) => void,
): Forger {
  const forger = new Forger({ broker, time, untilMs, onForged, chance: seededChance(seed, 'forger') });
  broker.onMessage(message => forger.hear(message));
  return forger;
}

function changed(envelope: Envelope, change: (typeof CHANGES)[number]): Envelope {
  const { mark = 0 } = decodeParams(envelope.params) as { mark?: number };
  // Whatever else is changed: should it run, it is seen at the pins.
  const forged = { ...envelope, params: encodeParams({ mark: mark + FORGED_MARK }) };
  if (change === 'notAfter') return { ...forged, notAfter: envelope.notAfter + 86_400 };
  if (change === 'sequence') return { ...forged, sequence: envelope.sequence + 1 };
  if (change === 'device') return { ...forged, device: envelope.device.map(byte => byte ^ 1) };
  if (change === 'authority') return { ...forged, authority: Authority.delegate };
  if (change === 'action') return { ...forged, action: 'relay.other' };
  return forged;
}

function flipped(bytes: Uint8Array, chance: Chance): Uint8Array {
  const changed = Uint8Array.from(bytes);
  if (changed.length > 0) changed[chance.below(changed.length)] ^= 1 << chance.below(8);
  return changed;
}

const junk = (chance: Chance): Uint8Array =>
  Uint8Array.from({ length: chance.below(JUNK_BYTES_MAX) }, () => chance.byte());
