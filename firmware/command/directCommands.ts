/** Direct commands: envelopes wait in the queue, the board proves its head, walks its links and consumes them. */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Position } from '../ledger/records.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Tag } from '../trust/level.js';
import type { Admission } from './admission.js';
import type { Announcements } from './announcements.js';
import { replayOf } from './answer.js';
import { CatchUp } from './catchUp.js';
import { tagFor } from './certainty.js';
import type { Envelope } from './envelope.js';
import { type CommandChain, provenPosition, readPair, restraint } from './facts.js';
import type { ProofOfNow } from './proofOfNow.js';
import { DirectQueue } from './queue.js';
import type { Delivery } from './wire.js';

/** The parts that direct commands share with the others, and their own. */
export interface DirectCommandsOptions {
  admission: Admission;
  announcements: Announcements;
  app: App;
  chain: CommandChain;
  /** 32 bytes: this boot's challenge. */
  challenge: Uint8Array;
  clock: Clock;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  /** 20 bytes: the address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  /** The policies of the purposes `lifecycle` and `command`. */
  lifecycle: PurposePolicy;
  policy: PurposePolicy;
  now: ProofOfNow;
}

type QueuePurpose = 'command' | 'lifecycle';

/** The outcome of one piece of the way: done, on to the next piece, or once more at the level of `lifecycle`. */
type Piece = 'done' | 'next' | 'lifecycle';

/** Takes in direct envelopes and advances along the chain. */
export class DirectCommands {
  readonly #options: DirectCommandsOptions;
  readonly #catchUp: CatchUp;
  readonly #queue: DirectQueue;

  constructor(options: DirectCommandsOptions) {
    this.#options = options;
    this.#queue = new DirectQueue(options);
    this.#catchUp = new CatchUp({ ...options, queue: this.#queue });
  }

  /** True while envelopes wait, or while what ran may still be taken back by the chain. */
  get waiting(): boolean {
    return this.#queue.waiting.length > 0 || this.#options.ledger.ran.some(({ reorged }) => !reorged);
  }

  /** Takes in an envelope of that hash, and consumes what it can. */
  async deliver(hash: Uint8Array, delivery: Delivery): Promise<void> {
    const { announcements, app, ledger, policy } = this.#options;
    const { envelope } = delivery;
    const { replyKey } = envelope;
    // It may have run while the delivery waited for its turn.
    const stored = ledger.receiptFor(hash);
    const past = this.#judgePast(envelope);
    if (past?.code === 'void') return announcements.say({ hash, verdict: past, replyKey });
    if (stored) return announcements.say(replayOf(hash, stored, envelope));
    if (past) return announcements.say({ hash, verdict: past, replyKey });
    const displaced = this.#queue.add({ hash, delivery });
    if (displaced) {
      const verdict = undetermined('busy', 'too many envelopes wait; deliver it again later');
      announcements.sayAll([displaced], verdict);
      if (displaced.hash === hash) return;
    }
    await this.advance(tagFor(app, envelope, policy));
  }

  /** Proves, walks and consumes, a long gap piece by piece. Announces what it settles. */
  async advance(tag: Tag, purpose: QueuePurpose = 'command'): Promise<void> {
    let piece: Piece;
    do piece = await this.#advancePiece(tag, purpose);
    while (piece === 'next');
    if (piece === 'lifecycle') await this.advance('finalized', 'lifecycle');
  }

  async #advancePiece(tag: Tag, purpose: QueuePurpose): Promise<Piece> {
    const { admission, announcements, chain, key, ledger, lifecycle } = this.#options;
    const policy = purpose === 'command' ? this.#options.policy : lifecycle;
    const mayRise = purpose === 'command' && lifecycle.level > policy.level;
    const before = ledger.position.sequence;
    const pair = await readPair(chain, tag, undefined, purpose);
    if (pair.verdict === 'undetermined') {
      announcements.sayAll(this.#queue.waiting, pair);
      return 'done';
    }
    const { facts, newest } = pair.value;
    const hold = (verdict: Parameters<Announcements['sayAll']>[1]): Piece => {
      announcements.sayAll(this.#queue.waiting, verdict, facts);
      return 'done';
    };
    // The walk comes first, because a link that carries the challenge resets the floors.
    const walk = await this.#catchUp.walk(facts);
    const admitted = admission.admit(facts, newest, policy);
    if (admitted.verdict === 'undetermined') return hold(admitted);
    const known = admission.epoch(facts);
    if (mayRise && facts.head.finalized && facts.device.epoch > ledger.position.epoch) return 'lifecycle';
    if (known.verdict === 'undetermined') return hold(known);
    if (walk.verdict === 'undetermined') return hold(walk);
    if (facts.head.finalized && isSettled(ledger, provenPosition(facts))) {
      ledger.settledUntil(facts.head.number);
    }
    const held = restraint(facts, newest, key);
    const ahead = await this.#catchUp.ahead(facts, newest);
    const waiting = [...this.#queue.waiting];
    const { needsLifecycle, settlements } = await this.#queue.consume(walk.value, pair.value, held, ahead);
    const again = mayRise && needsLifecycle;
    for (const settlement of settlements) {
      // An envelope that is looked at again at the higher level is announced then.
      if (again && !settlement.receipt) continue;
      const envelope = waiting.find(({ hash }) => equal(hash, settlement.hash))?.delivery.envelope;
      announcements.say({ ...settlement, replyKey: envelope?.replyKey }, facts);
    }
    if (again) return 'lifecycle';
    const { sequence } = ledger.position;
    return sequence < facts.device.sequence && sequence !== before ? 'next' : 'done';
  }

  /** The verdict on an envelope that the board has gone past; undefined when it has not. */
  #judgePast(envelope: Envelope) {
    const { challenge, ledger } = this.#options;
    const { epoch } = ledger.position;
    // An envelope of an older epoch that carries the challenge may yet show that the board's epoch was a forged head's.
    const challenged = !ledger.epochIsNew && equal(envelope.challenge, challenge);
    if (envelope.epoch < epoch && !challenged) {
      return rejected('void', `the envelope is of epoch ${envelope.epoch}, the board of ${epoch}`);
    }
    if (envelope.epoch !== epoch || envelope.sequence > ledger.settled.sequence) return undefined;
    return ledger.hasReceiptAt(envelope.sequence)
      ? rejected('not_anchored', `sequence ${envelope.sequence} was another envelope`)
      : rejected(
          'replayed',
          `sequence ${envelope.sequence} is consumed, and its receipt is not stored any more`,
        );
  }
}

/** True when no link was added since the position that was final before. */
const isSettled = ({ settled }: Ledger, proven: Position): boolean =>
  proven.epoch === settled.epoch && proven.sequence === settled.sequence && equal(proven.head, settled.head);
