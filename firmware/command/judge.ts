/** What one envelope is worth against what is proven: the pure part of the decision, without any waiting. */

import type { Action } from '../app/action.js';
import { type App, findAction } from '../app/app.js';
import { parseParams } from '../app/params.js';
import { equal } from '../bytes/equal.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { CommandClass, type Envelope } from './envelope.js';
import type { Link } from './link.js';

export type CommandCode =
  | 'malformed'
  | 'not_anchored'
  | 'replayed'
  | 'wrong_target'
  | 'expired'
  | 'not_yet'
  | 'void'
  | 'unauthorized'
  | 'class'
  | 'params';

/** An action that may run, with checked params. */
export interface Order {
  action: Action;
  params: unknown;
}

/** The envelope's fields must be the link's; the first that is not. */
export function disagreement(envelope: Envelope, link: Link): string | undefined {
  if (envelope.sequence !== link.sequence) return 'sequence';
  if (envelope.notAfter !== link.notAfter) return 'notAfter';
  if (envelope.epoch !== link.epoch) return 'epoch';
  if (envelope.fleetEpoch !== link.fleetEpoch) return 'fleetEpoch';
  if (envelope.class !== link.class) return 'class';
  if (!equal(envelope.operator, link.operator)) return 'operator';
  return undefined;
}

/** No envelope may live longer than this, in seconds; the contracts say so too. */
const LONGEST_LIFE = 30 * 24 * 3600;

/** Outside its time? `now` is unix seconds by the clock of the purpose's level, `born` the store's birth. */
export function judgeTime(
  envelope: Envelope,
  now: number,
  born: number,
): Verdict<undefined, 'expired' | 'not_yet' | 'void', never> {
  if (envelope.notAfter > now + LONGEST_LIFE) {
    return rejected(
      'void',
      `may be valid for 30 days at most, but ends ${envelope.notAfter - now} s from now`,
    );
  }
  if (now > envelope.notAfter) return rejected('expired', `ended ${now - envelope.notAfter} s ago`);
  if (envelope.notBefore < born) return rejected('void', 'begins before this store was born');
  if (now < envelope.notBefore) return rejected('not_yet', `begins in ${envelope.notBefore - now} s`);
  return accepted(undefined);
}

/** Does this app have such an action, of this class, with such params? */
export function judgeOrder(
  app: App,
  envelope: Pick<Envelope, 'action' | 'class' | 'params'>,
): Verdict<Order, 'params' | 'class', never> {
  const action = findAction(app, envelope.action);
  if (!action) return rejected('params', `this firmware has no action ${envelope.action.slice(0, 64)}`);
  if (action.class === 'irreversible' && envelope.class !== CommandClass.irreversible) {
    return rejected('class', `${envelope.action} is irreversible: it needs the fleet's threshold`);
  }
  const params = parseParams(action, envelope.params);
  return params.verdict === 'accepted' ? accepted({ action, params: params.value }) : params;
}
