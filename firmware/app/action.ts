/** One action: a thing that a board can be told to do, with all that the framework must know before it happens. */

import type { GenericSchema, InferOutput } from 'valibot';

/** The greatest length of a full action name (`app.action`), in bytes of UTF-8. */
export const ACTION_BYTES_MAX = 64;
/** The greatest size of an action's params as CBOR. */
export const PARAMS_BYTES_MAX = 512;
/** The greatest size of a result as CBOR. All stored receipts must fit into the journal with their results. */
export const RESULT_BYTES_MAX = 256;

/** A result that fits into a receipt: CBOR of `RESULT_BYTES_MAX` at most. */
export type Result =
  | undefined
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Result[]
  | { [name: string]: Result };

/** The order that an action runs for. */
export interface Ordered {
  /**
   * 0x and 40 digits in lower case, proven: the operator who linked the order through the fleet, the delegate who signed
   * it, or the fleet itself for an irreversible one. Undefined when an idempotent action runs again after a power cut.
   */
  operator: string | undefined;
}

/** The options of an action; those left out have the cautious default. */
export interface ActionOptions<Schema extends GenericSchema> {
  /** The schema that params must match before anything runs. A strict object refuses unknown names as well. */
  params: Schema;
  /** The effect. It ends within 10 s, or is receipted as failed; so is one that throws. */
  run(params: InferOutput<Schema>, ordered: Ordered): Result | Promise<Result>;
  /** `irreversible` needs the fleet's threshold of signatures. */
  class?: 'routine' | 'irreversible';
  /** True when it may run again after a power cut in the middle; else the cut is receipted as `interrupted`. */
  idempotent?: boolean;
  /** True when it may run before the board has proven now since its restart. Only for idempotent actions. */
  beforeNow?: boolean;
  /** `latest` runs on a block that is not final, and tolerates that the chain takes the command back afterwards. */
  finality?: 'finalized' | 'latest';
}

/** An action as the framework holds it, with the type of its params forgotten. */
export interface Action {
  readonly params: GenericSchema;
  readonly run: (params: never, ordered: Ordered) => Result | Promise<Result>;
  readonly class: 'routine' | 'irreversible';
  readonly idempotent: boolean;
  readonly beforeNow: boolean;
  readonly finality: 'finalized' | 'latest';
  /** True when its params must not be stored: they are secret. Not for an idempotent action, which would need them. */
  readonly secret?: boolean;
}

/**
 * Makes an action; the type of `run`'s argument follows from the schema. Throws a TypeError on options that contradict
 * each other.
 *
 * @example
 * const set = action({
 *   params: v.strictObject({ on: v.boolean() }),
 *   idempotent: true,
 *   run: ({ on }) => { pins.write(4, on); return { on }; },
 * });
 */
export function action<const Schema extends GenericSchema>(options: ActionOptions<Schema>): Action {
  const idempotent = options.idempotent ?? false;
  if (options.beforeNow && !idempotent) {
    throw new TypeError('an action that is not idempotent cannot run before now is proven: drop beforeNow');
  }
  if (options.class === 'irreversible' && options.finality === 'latest') {
    throw new TypeError('an irreversible action cannot tolerate a reorganisation: drop finality');
  }
  return {
    params: options.params,
    run: options.run,
    class: options.class ?? 'routine',
    idempotent,
    beforeNow: options.beforeNow ?? false,
    finality: options.finality ?? 'finalized',
  };
}
