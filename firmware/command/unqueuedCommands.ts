/** The commands of delegates and batches, from a checked delivery to a receipt. */

import { type App, findAction } from '../app/app.js';
import { accepted, undetermined } from '../bytes/verdict.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Clock } from '../port/clock.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Admission } from './admission.js';
import type { Announcements } from './announcements.js';
import type { CommandVerdict, Settlement } from './answer.js';
import { judgeCertainty, tagFor } from './certainty.js';
import type { Envelope } from './envelope.js';
import { execute } from './execute.js';
import { type CommandChain, type CommandFacts, type FactsPair, readPair, restraint } from './facts.js';
import type { Life } from './life.js';
import { lastNonce, takeNonce } from './nonceCounters.js';
import { ownerStage } from './ownerStage.js';
import type { Found } from './proofBudget.js';
import type { TrustOrders } from './trustOrder.js';
import type { Unqueued } from './unqueued.js';

/** The parts that these commands share with the direct ones, and their own. */
export interface UnqueuedCommandsOptions {
  admission: Admission;
  announcements: Announcements;
  chain: CommandChain;
  clock: Clock;
  floors: Floors;
  /** 20 bytes: the address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  life: Pick<Life, 'locked'>;
  trustOrders: Pick<TrustOrders, 'ownership'>;
  /** The policies of the purposes `lifecycle` and `command`. */
  lifecycle: PurposePolicy;
  policy: PurposePolicy;
}

/** Proves, judges and runs commands outside the queue. */
export class UnqueuedCommands {
  readonly #options: UnqueuedCommandsOptions;

  readonly #app: App;
  readonly #followEpoch: () => Promise<void>;

  /** `followEpoch` follows the chain into a newer epoch, as far as that is certain. */
  constructor(options: UnqueuedCommandsOptions, app: App, followEpoch: () => Promise<void>) {
    this.#options = options;
    this.#app = app;
    this.#followEpoch = followEpoch;
  }

  /** Proves what the command needs, judges it and runs it. Announces what came of it, and tells what the proof found. */
  async run(hash: Uint8Array, envelope: Envelope, command: Unqueued): Promise<Found> {
    const { announcements, chain, lifecycle } = this.#options;
    const irreversible = findAction(this.#app, envelope.action)?.class === 'irreversible';
    const policy = irreversible ? lifecycle : this.#options.policy;
    const tag = irreversible ? 'finalized' : tagFor(this.#app, envelope, policy);
    const pair = await readPair(chain, tag, command.slot, irreversible ? 'lifecycle' : 'command');
    const { replyKey } = envelope;
    if (pair.verdict === 'undetermined') {
      announcements.say({ hash, verdict: pair, replyKey });
      return 'unread';
    }
    const { facts } = pair.value;
    const held = await this.#admit(pair.value, policy);
    const settlement: Settlement = held
      ? { hash, verdict: held }
      : await this.#settle(hash, envelope, command, pair.value, policy);
    announcements.say({ ...settlement, replyKey }, facts);
    return settlement.verdict.verdict === 'rejected' && !settlement.receipt ? 'nothing' : 'named';
  }

  /** Undefined when the facts may decide; else the reason why they may not. */
  async #admit(pair: FactsPair, policy: PurposePolicy): Promise<CommandVerdict | undefined> {
    const { facts } = pair;
    const { admission, ledger } = this.#options;
    const admitted = admission.admit(pair, policy);
    if (admitted.verdict === 'undetermined') return admitted;
    // Nonces of an older epoch make way for those of a newer one, so the board itself must have followed into it.
    if (facts.device.epoch > ledger.position.epoch) await this.#followEpoch();
    const known = admission.epoch(facts);
    if (known.verdict === 'undetermined') return known;
    return facts.device.epoch > ledger.position.epoch
      ? undetermined('withheld', 'the board has not followed into the newer epoch yet')
      : undefined;
  }

  async #settle(
    hash: Uint8Array,
    envelope: Envelope,
    command: Unqueued,
    pair: FactsPair,
    policy: PurposePolicy,
  ): Promise<Settlement> {
    const { clock, floors, key, ledger, life, lifecycle, trustOrders } = this.#options;
    const { facts } = pair;
    const owner = ownerStage(pair, trustOrders.ownership, lifecycle, floors);
    if (owner.stage !== 'known') return { hash, verdict: owner.hold };
    const counters = ledger.read(StoreKey.nonceCounters);
    const counter = command.countedBy(facts);
    const order = command.judge({
      ...pair,
      held: restraint(pair, key, life.locked).orders,
      consumed: ledger.position.sequence,
      lastNonce: lastNonce(counters, counter, envelope.epoch),
      now: floors.now(policy.level),
      nowProven: floors.nowProven(policy.level),
      born: Math.max(ledger.birth ?? 0, trustOrders.ownership.since),
    });
    if (order.verdict !== 'accepted') return { hash, verdict: order };
    const certain = judgeCertainty(order.value, facts.head, lifecycle, floors);
    if (certain.verdict === 'undetermined') return { hash, verdict: certain };
    const nonceCounters = takeNonce(counters, counter, envelope.epoch, envelope.sequence);
    if (!nonceCounters) {
      const evidence = 'no room is left to count the nonces of another delegate in this epoch';
      return { hash, verdict: undetermined('busy', evidence) };
    }
    const inFlight = inFlightOf(hash, envelope, facts);
    const consumed = { nonceCounters, floors: floors.encode() };
    const receipt = await execute(ledger, clock, order.value, inFlight, consumed);
    return { hash, verdict: accepted(undefined), receipt };
  }
}

const inFlightOf = (hash: Uint8Array, { action, params, replyKey }: Envelope, { head }: CommandFacts) => ({
  envelopeHash: hash,
  sequence: 0,
  action,
  params,
  replyKey,
  block: { number: head.number, hash: head.hash },
});
