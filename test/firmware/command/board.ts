/** A board's commands over a model chain: deliveries go in, what was said and what took effect comes out. */
import * as v from 'valibot';
import { action, defineApp } from '../../../firmware/app/app.js';
import { encodeParams } from '../../../firmware/app/params.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { accepted, type Verdict } from '../../../firmware/bytes/verdict.js';
import type { CommandCause, Settlement } from '../../../firmware/command/answer.js';
import { Commands } from '../../../firmware/command/commands.js';
import { Authority, type Envelope, envelopeHash } from '../../../firmware/command/envelope.js';
import type { Life } from '../../../firmware/command/life.js';
import type { Link } from '../../../firmware/command/link.js';
import type { Unseal } from '../../../firmware/command/openDelivery.js';
import { ProofBudget } from '../../../firmware/command/proofBudget.js';
import { type BatchProof, encodeDelivery } from '../../../firmware/command/wire.js';
import type { TrustKeeper } from '../../../firmware/handover/candidate.js';
import { HandOver } from '../../../firmware/handover/handOver.js';
import type { TrialGoal } from '../../../firmware/handover/trial.js';
import { frameworkActions, type PlatformChanges } from '../../../firmware/handover/trustAction.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { type Journal, openJournal } from '../../../firmware/store/journal.js';
import type { PurposePolicy, TrustConfiguration } from '../../../firmware/trust/configuration.js';
import { Floors } from '../../../firmware/trust/floors.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word, ZERO_WORD } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { MemoryTrustKeeper, TRUST } from '../../fakes/trustKeeper.js';
import { CHAIN_ID, crypto, DEVICE, ModelChain, OPERATOR } from './modelChain.js';

export const PRIVATE_KEY = word(7);
export const KEY = crypto.addressOf(PRIVATE_KEY)!;
export const DOMAIN = { chainId: CHAIN_ID, verifyingContract: DEVICE };
export const POLICY: PurposePolicy = { level: 1, maximumAge: 7200 };

/** The outcome of an envelope, in short: `done`, `refused params`, `rejected void`, `undetermined withheld`. */
export const short = ({ receipt, verdict }: Settlement): string => {
  const { code, outcome } = receipt?.receipt ?? {};
  if (outcome && !(verdict.verdict === 'rejected' && verdict.code === 'replayed'))
    return code ? `${outcome} ${code}` : outcome;
  if (verdict.verdict === 'rejected') return `rejected ${verdict.code}`;
  return verdict.verdict === 'undetermined' ? `undetermined ${verdict.cause}` : 'accepted';
};

/** An app whose every effect is noted as `action n`. */
export function effectsApp(note: (effect: string) => void) {
  const params = v.strictObject({ n: v.number() });
  const noted = (name: string) => ({
    params,
    run: ({ n }: { n: number }) => {
      note(`${name} ${n}`);
      return { n };
    },
  });
  return defineApp({
    name: 'test',
    healthy: () => true,
    actions: {
      once: action(noted('once')),
      again: action({ ...noted('again'), idempotent: true }),
      by: action({
        params,
        idempotent: true,
        run: (_, { operator }) => {
          note(`by ${operator}`);
          return null;
        },
      }),
      early: action({ ...noted('early'), idempotent: true, beforeNow: true }),
      hidden: { ...action(noted('hidden')), secret: true },
      loose: action({ ...noted('loose'), finality: 'latest' }),
      grave: action({ ...noted('grave'), class: 'irreversible' }),
      throws: action({ params, run: () => Promise.reject(new Error('broken')) }),
      endless: action({ params, run: () => new Promise<undefined>(() => {}) }),
      huge: action({ params, run: () => 'x'.repeat(2000) }),
    },
  });
}

export interface Prepared {
  envelope: Envelope;
  hash: Uint8Array;
  bytes: Uint8Array;
}

export class Board {
  readonly chain: ModelChain;
  readonly flash: MemoryFlash;
  clock = new HandClock();
  challenge = word(0xc1);
  effects: string[] = [];
  onEffect: (() => void) | undefined;
  /** Everything that was said, newest last. */
  said: Settlement[] = [];
  policy = POLICY;
  /** Time stands still in most tests; the budget of proofs has tests of its own. */
  unnamedProofEveryMs = 0;
  lifecycle = POLICY;
  keeper: TrustKeeper = new MemoryTrustKeeper();
  /** The effects of the orders that only some platforms know. */
  changes: PlatformChanges = {};
  /** The trust that the board has. */
  configuration: TrustConfiguration = TRUST;
  life: Life = { locked: false, enter: () => {}, rotateTo: () => false };
  handOver!: HandOver;
  /** The word of each attempt at a trial; it succeeds unless told otherwise. */
  trial: Verdict<undefined, never, CommandCause> = accepted(undefined);
  /** Called in each attempt. */
  onTrial: (() => void) | undefined;
  /** Configurations that were tried, and the goals of the attempts. */
  trials: TrustConfiguration[] = [];
  goals: TrialGoal[] = [];
  commands!: Commands;
  floors!: Floors;
  ledger!: Ledger;
  readonly #unseal: Unseal | undefined;
  #boots = 0;

  constructor(options: { chain?: ModelChain; flash?: MemoryFlash; blank?: boolean; unseal?: Unseal } = {}) {
    this.#unseal = options.unseal;
    this.chain = options.chain ?? new ModelChain(KEY);
    this.flash = options.flash ?? new MemoryFlash();
    if (options.blank !== false)
      openJournal(this.flash.open('journal')).put([[StoreKey.birth, encodeRecord([0])]]);
    this.boot();
  }

  /** Overridden where the board's whole store is meant. */
  openStore(flash: Flash): { journal: Journal; keeper: TrustKeeper } {
    return { journal: openJournal(flash.open('journal')), keeper: this.keeper };
  }

  /** Power on: everything in memory is new, and so is the challenge. */
  boot(flash: Flash = this.flash): void {
    this.clock = new HandClock();
    this.challenge = word(0xc1 + this.#boots++);
    const { journal, keeper } = this.openStore(flash);
    this.keeper = keeper;
    this.ledger = new Ledger({
      journal,
      crypto,
      domain: DOMAIN,
      privateKey: PRIVATE_KEY,
      imageHash: word(1),
    });
    this.floors = new Floors({ clock: this.clock, record: this.ledger.read(StoreKey.floors) });
    this.handOver = new HandOver({
      after: () => this.ledger.settled.block,
      clock: this.clock,
      configuration: this.configuration,
      crypto,
      keeper: this.keeper,
      log: () => {},
      openTrial: async configuration => {
        this.trials.push(configuration);
        return {
          prove: async goal => {
            this.goals.push(goal);
            this.onTrial?.();
            return this.trial;
          },
          close: () => {},
        };
      },
    });
    const app = effectsApp(effect => {
      this.effects.push(effect);
      this.onEffect?.();
    });
    this.commands = new Commands({
      proofBudget: new ProofBudget(this.clock, this.unnamedProofEveryMs),
      app: { ...app, framework: frameworkActions(this.handOver, this.changes) },
      trustOrders: this.handOver,
      life: this.life,
      chain: this.chain,
      challenge: this.challenge,
      clock: this.clock,
      crypto,
      domain: DOMAIN,
      floors: this.floors,
      key: KEY,
      ledger: this.ledger,
      policy: this.policy,
      lifecycle: this.lifecycle,
      onSettled: settlement => this.said.push(settlement),
      unseal: this.#unseal,
    });
  }

  /** An envelope for the next link of the chain, or with other fields. */
  envelope(
    name: string,
    fields: Partial<Envelope> = {},
    n = fields.sequence ?? this.chain.state.sequence + 1,
  ): Prepared {
    const { epoch, fleetEpoch, sequence } = this.chain.state;
    const envelope: Envelope = {
      authority: Authority.direct,
      device: DEVICE,
      sequence: sequence + 1,
      epoch,
      fleetEpoch,
      notBefore: this.chain.now - 10,
      notAfter: this.chain.now + 3600,
      class: 0,
      challenge: ZERO_WORD,
      follows: 0,
      receipts: 0,
      replyKey: new Uint8Array(0),
      action: `test.${name}`,
      params: encodeParams({ n }),
      operator: OPERATOR,
      salt: ZERO_WORD,
      ...fields,
    };
    return prepare(envelope);
  }

  /** An envelope with the proof of its batch, whatever that is. */
  batched(envelope: Envelope, batch: BatchProof): Prepared {
    const bytes = encodeDelivery({ envelope, signature: new Uint8Array(0), batch });
    return { ...prepare(envelope), bytes };
  }

  /** Prepares an envelope and links it. */
  link(name: string, fields: Partial<Envelope> = {}, link: Partial<Link> = {}): Prepared {
    const prepared = this.envelope(name, fields);
    this.relink(prepared, link);
    return prepared;
  }

  relink({ envelope, hash }: Prepared, link: Partial<Link> = {}): void {
    const { class: commandClass, notAfter, operator } = envelope;
    this.chain.append(hash, { notAfter, class: commandClass, operator, ...link });
  }

  /** Delivers and tells in short what was said of it, and only of it. */
  async deliver(prepared: Prepared): Promise<string> {
    const before = this.said.length;
    await this.commands.deliver(prepared.bytes);
    return this.about(prepared, before);
  }

  about({ hash }: Prepared, from = 0): string {
    const about = this.said.slice(from).filter(settlement => Buffer.compare(settlement.hash, hash) === 0);
    return about.map(short).join(', ');
  }

  async retry(): Promise<string[]> {
    const before = this.said.length;
    await this.commands.retry();
    return this.said.slice(before).map(short);
  }

  /** Proves now by a command that carries the challenge, and forgets that it did. */
  async proveNow(): Promise<this> {
    const first = this.link('again', { challenge: this.challenge });
    this.chain.finalise();
    await this.commands.deliver(first.bytes);
    this.effects = [];
    this.said = [];
    return this;
  }
}

export const prepare = (
  envelope: Envelope,
  signature: Uint8Array = new Uint8Array(0),
  domain = DOMAIN,
): Prepared => ({
  envelope,
  hash: envelopeHash(crypto, domain, envelope),
  bytes: encodeDelivery({ envelope, signature }),
});
