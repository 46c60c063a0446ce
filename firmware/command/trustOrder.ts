/**
 * The order `holdfast.trust`, by which a fleet gives a board another trust configuration. It is the framework's own:
 * class 1, direct, and it names the configuration by its hash.
 */

import { FRAMEWORK } from '../app/app.js';
import type { Verdict } from '../bytes/verdict.js';
import type { KeptOwnership } from '../ledger/ownership.js';
import type { CommandCause } from './answer.js';
import { Authority, CommandClass, type Envelope } from './envelope.js';
import type { CommandFacts } from './facts.js';
import type { AuthenticLink } from './walk.js';
import type { Waiting } from './wire.js';

/** The full name of the action. */
export const TRUST_ACTION = `${FRAMEWORK}.trust`;

/** True for the framework's own orders, which change a board's life and run while it is suspended too. */
export const isLifecycle = ({ action, class: commandClass }: Envelope): boolean =>
  commandClass === CommandClass.irreversible && action.startsWith(`${FRAMEWORK}.`);

/** True for an envelope that sets trust, if its link agrees. */
export const isTrustOrder = (envelope: Envelope): boolean =>
  envelope.authority === Authority.direct && envelope.action === TRUST_ACTION && isLifecycle(envelope);

/** The verdict on an order before it is consumed: `trial` when the board could prove nothing under the new trust. */
export type Readiness = Verdict<undefined, 'params' | 'trial', CommandCause>;

/** An attempt that was made for an order. */
export interface TrustAttempt {
  order: Waiting;
  verdict: Readiness;
}

/** The board's side of trust orders. */
export interface TrustOrders extends KeptOwnership {
  /** True once another trust was adopted: nothing more is decided under the one of before. */
  readonly adopted: boolean;
  /**
   * Judges an order at its link, before anything is consumed, by what `attempt` showed; it is asked again until it is
   * determined.
   */
  ready(waiting: Waiting, link: AuthenticLink, facts: CommandFacts): Readiness;
  /**
   * Makes the attempt that an order waits for; undefined when none does. To be called between two looks at the chain: a
   * trial takes as much memory as a look, and a chip has not got both.
   */
  attempt(): Promise<TrustAttempt | undefined>;
  /** Records that must be on flash in the same instant as the order that is about to run. */
  records(): readonly (readonly [key: number, record: Uint8Array | undefined])[];
}
