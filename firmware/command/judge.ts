/** The pure part of the decision on one envelope: time, action, class and params. */

import { ACTION_BYTES_MAX, type Action } from '../app/action.js';
import { type App, findAction } from '../app/app.js';
import { parseParams } from '../app/params.js';
import { equal } from '../bytes/equal.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { CommandClass, type Envelope } from './envelope.js';
import type { Link } from './link.js';

/** The codes with which a command is rejected. */
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
  | 'params'
  | 'trial';

/** An action that the app has, with params that its schema accepted. */
export interface Order {
  action: Action;
  params: unknown;
  /** 20 bytes: who ordered it; undefined where that is not known any more. */
  operator?: Uint8Array;
}

/** The name of the first field in which the envelope differs from its link; undefined when they agree. */
export function disagreement(envelope: Envelope, link: Link): string | undefined {
  if (envelope.sequence !== link.sequence) return 'sequence';
  if (envelope.notAfter !== link.notAfter) return 'notAfter';
  if (envelope.epoch !== link.epoch) return 'epoch';
  if (envelope.fleetEpoch !== link.fleetEpoch) return 'fleetEpoch';
  if (envelope.class !== link.class) return 'class';
  if (!equal(envelope.operator, link.operator)) return 'operator';
  return undefined;
}

/** The greatest time between now and the end of an envelope; Fleet.sol has the same limit. */
const LIFETIME_SECONDS_MAX = 30 * 24 * 3600;

/**
 * The verdict on the envelope's times. `now` is unix seconds by the clock of the purpose's level, `born` the birth of
 * the store in unix seconds.
 */
export function judgeTime(
  envelope: Envelope,
  now: number,
  born: number,
): Verdict<undefined, 'expired' | 'not_yet' | 'void', never> {
  if (envelope.notAfter > now + LIFETIME_SECONDS_MAX) {
    return rejected(
      'void',
      `the envelope ends ${envelope.notAfter - now} s from now, 30 days are allowed at most`,
    );
  }
  if (now > envelope.notAfter)
    return rejected('expired', `the envelope ended ${now - envelope.notAfter} s ago`);
  if (envelope.notBefore < born)
    return rejected('void', "the envelope begins before the board's journal was begun");
  if (now < envelope.notBefore)
    return rejected('not_yet', `the envelope begins in ${envelope.notBefore - now} s`);
  return accepted(undefined);
}

/** The verdict on action, class and params: the app must have the action, allow the class and accept the params. */
export function judgeOrder(
  app: App,
  envelope: Pick<Envelope, 'action' | 'class' | 'params'> & Partial<Pick<Envelope, 'operator'>>,
): Verdict<Order, 'params' | 'class', never> {
  const action = findAction(app, envelope.action);
  if (!action)
    return rejected(
      'params',
      `the app of this board has no action ${envelope.action.slice(0, ACTION_BYTES_MAX)}`,
    );
  if (action.class === 'irreversible' && envelope.class !== CommandClass.irreversible) {
    return rejected(
      'class',
      `${envelope.action} is irreversible: it needs class 1, by the fleet's threshold`,
    );
  }
  const params = parseParams(action, envelope.params);
  return params.verdict === 'accepted'
    ? accepted({ action, params: params.value, operator: envelope.operator })
    : params;
}
