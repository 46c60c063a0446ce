/**
 * Another trust configuration, from the order that names it to its adoption. The order waits at its link while the
 * board asks for the configuration and tries it. Only then is it consumed, and one write makes the new trust the
 * board's own; a board whose trial fails never left the old one.
 */

import { decodeParams } from '../app/params.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, undetermined } from '../bytes/verdict.js';
import type { CommandFacts } from '../command/facts.js';
import { showsKnownOwner } from '../command/ownerStage.js';
import type { Readiness, TrustAttempt, TrustOrders } from '../command/trustOrder.js';
import type { AuthenticLink } from '../command/walk.js';
import type { Waiting } from '../command/wire.js';
import type { Ownership } from '../ledger/ownership.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import { type Candidate, candidateRecords, judgeCandidate, type TrustKeeper } from './candidate.js';
import type { Trial, TrialGoal } from './trial.js';

/** The time in which a board must have proven its Device by a configuration; else it is refused. */
export const TRIAL_MS_MAX = 1_800_000;

/** The board's trust, and the way to try another. */
export interface HandOverOptions {
  clock: Clock;
  /** The present configuration. */
  configuration: TrustConfiguration;
  crypto: Crypto;
  keeper: TrustKeeper;
  /** The number of a block after which all links lie that are not consumed yet. */
  after(): number;
  log(line: string): void;
  openTrial(configuration: TrustConfiguration): Promise<Pick<Trial, 'close' | 'prove'>>;
}

/** An order whose trust is tried between two looks at the chain. */
interface Attempt extends TrustAttempt {
  /** The configuration as encoded. */
  bytes: Uint8Array;
  goal: Required<TrialGoal>;
  /** True while an attempt, or another one, is wanted. */
  due: boolean;
}

/** A trial that goes on from attempt to attempt. */
interface OpenTrial {
  /** 32 bytes: the hash of the order, or of the consent at the console. */
  order: Uint8Array;
  /** Monotonic time. */
  until: number;
  trial: Pick<Trial, 'close' | 'prove'>;
}

/** Judges and adopts trust. One order at a time. */
export class HandOver implements TrustOrders {
  readonly #options: HandOverOptions;
  /** The hash of the configuration that an order waits for. */
  #awaited: Uint8Array | undefined = undefined;
  /** A configuration that came, with the awaited hash. */
  #came: Uint8Array | undefined = undefined;
  #trial: OpenTrial | undefined = undefined;
  #attempt: Attempt | undefined = undefined;
  #proven: Candidate | undefined = undefined;
  #adopted = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  get adopted(): boolean {
    return this.#adopted;
  }

  get ownership(): Ownership {
    return this.#options.keeper.ownership;
  }

  enterEpoch(epoch: number): void {
    this.#options.keeper.enterEpoch(epoch);
  }

  /** True while an order waits for its configuration. */
  get awaits(): boolean {
    return this.#awaited !== undefined;
  }

  /** True while another trust is asked for, or on trial. */
  get isBusy(): boolean {
    return this.awaits || this.#trial !== undefined;
  }

  /** Takes untrusted bytes that may be the awaited configuration; true when they are. */
  take(bytes: Uint8Array): boolean {
    const { crypto } = this.#options;
    if (!this.#awaited || !equal(crypto.keccak256(bytes), this.#awaited)) return false;
    this.#came = bytes;
    this.#awaited = undefined;
    return true;
  }

  ready(order: Waiting, link: AuthenticLink, facts: CommandFacts): Readiness {
    const named = configurationOf(order.delivery.envelope.params);
    const bytes = this.#configurationWith(named);
    if (!bytes) {
      this.#awaited = named;
      return undetermined('incomplete', `the board asks for the trust configuration ${toHex(named)}`);
    }
    const position = {
      epoch: link.epoch,
      sequence: link.sequence,
      head: link.head,
      block: facts.head.number,
    };
    const { epoch, owner } = facts.device;
    const goal = { owner, epoch, link: { position, after: this.#options.after() } };
    const { verdict } = this.#attemptFor(order, bytes, goal);
    if (verdict.verdict === 'undetermined') return verdict;
    this.#attempt = undefined;
    if (verdict.verdict === 'rejected') this.#came = undefined;
    else this.#proven = { configuration: bytes, ownership: this.#ownershipBy(facts) };
    return verdict;
  }

  attempt(): Promise<TrustAttempt | undefined> {
    // Not an async function: see rpc/client.ts.
    const attempt = this.#attempt;
    if (!attempt?.due) return Promise.resolve(undefined);
    attempt.due = false;
    return this.#try(attempt.order.hash, attempt.bytes, attempt.goal).then(verdict => {
      attempt.verdict = verdict;
      return attempt;
    });
  }

  /** The same for a configuration that came at the console; `consent` is the digest that was signed. */
  async readyAtConsole(
    consent: Uint8Array,
    configuration: Uint8Array,
    facts: CommandFacts,
  ): Promise<Readiness> {
    const { epoch, owner } = facts.device;
    const tried = await this.#try(consent, configuration, { owner, epoch });
    if (tried.verdict === 'accepted') this.#proven = { configuration, ownership: this.#ownershipBy(facts) };
    return tried;
  }

  records(): ReturnType<typeof candidateRecords> {
    return candidateRecords(this.#proven);
  }

  /** Makes the proven candidate the board's own. To be called with its records on flash. */
  adopt(): { trustConfiguration: Uint8Array } {
    const { keeper, log } = this.#options;
    const { configuration, ownership } = this.#proven!;
    keeper.adoptTrust(configuration, ownership);
    this.#adopted = true;
    log(`trusts ${toHex(keeper.configurationHash)} from now on, by the owner ${toHex(ownership.owner)}`);
    return { trustConfiguration: keeper.configurationHash };
  }

  /** Ends a trial that runs. */
  close(): void {
    this.#trial?.trial.close();
    this.#trial = undefined;
  }

  /** The attempt for that order and goal, which is due again while it is undetermined. */
  #attemptFor(order: Waiting, bytes: Uint8Array, goal: Attempt['goal']): Attempt {
    const last = this.#attempt;
    if (last && isSame(last, order, goal)) {
      last.due = last.verdict.verdict === 'undetermined';
      return last;
    }
    const verdict = undetermined('incomplete', 'the new trust is on trial');
    this.#attempt = { order, bytes, goal, verdict, due: true };
    return this.#attempt;
  }

  /** One attempt: the rules first, then the trial. */
  async #try(order: Uint8Array, bytes: Uint8Array, goal: TrialGoal): Promise<Readiness> {
    const judged = judgeCandidate(bytes, this.#options.configuration);
    if (judged.verdict === 'rejected') return judged;
    const { trial, until } = await this.#trialOf(order, judged.value);
    const proven = await trial.prove(goal);
    if (proven.verdict === 'accepted') {
      this.close();
      return accepted(undefined);
    }
    if (this.#options.clock.monotonic() < until) {
      return undetermined(proven.cause, `the new trust is on trial: ${proven.evidence}`);
    }
    this.close();
    const minutes = TRIAL_MS_MAX / 60_000;
    return rejected('trial', `in ${minutes} minutes nothing was proven by the new trust: ${proven.evidence}`);
  }

  #configurationWith(hash: Uint8Array): Uint8Array | undefined {
    const { crypto, keeper } = this.#options;
    if (equal(hash, keeper.configurationHash)) return keeper.encodedConfiguration;
    return this.#came && equal(crypto.keccak256(this.#came), hash) ? this.#came : undefined;
  }

  #ownershipBy(facts: CommandFacts): Ownership {
    const { device, head } = facts;
    const { ownership } = this.#options.keeper;
    const since = showsKnownOwner(facts, ownership) ? ownership.since : head.timestamp;
    return { owner: device.owner, epoch: device.epoch, since };
  }

  async #trialOf(order: Uint8Array, configuration: TrustConfiguration): Promise<OpenTrial> {
    if (this.#trial && equal(this.#trial.order, order)) return this.#trial;
    this.close();
    const { clock, openTrial } = this.#options;
    const until = clock.monotonic() + TRIAL_MS_MAX;
    this.#trial = { order, until, trial: await openTrial(configuration) };
    return this.#trial;
  }
}

/** True for an attempt that proves that owner by that link; a link's head is of one epoch. */
const isSame = ({ goal, order }: Attempt, { hash }: Waiting, { link, owner }: Attempt['goal']): boolean =>
  equal(order.hash, hash) && equal(goal.owner, owner) && equal(goal.link.position.head, link.position.head);

/** The hash (32 bytes) that the params of an order name; its schema has accepted them. */
const configurationOf = (params: Uint8Array): Uint8Array =>
  (decodeParams(params) as { configuration: Uint8Array }).configuration;
