/** One thing that a board can be told to do, with all that the framework must know before it lets it happen. */

import type { GenericSchema, InferOutput } from 'valibot';

/** A result that fits into a receipt: CBOR of at most 256 bytes. */
export type Result =
  | undefined
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Result[]
  | { [name: string]: Result };

export interface ActionOptions<Schema extends GenericSchema> {
  /** Checked before anything runs. Use strict objects: unknown names are then refused too. */
  params: Schema;
  run(params: InferOutput<Schema>): Result | Promise<Result>;
  /** `irreversible` needs the fleet's threshold. */
  class?: 'routine' | 'irreversible';
  /** May it run again when power failed in the middle? If not, that is receipted as `interrupted`. */
  idempotent?: boolean;
  /** May it run before the board has proven now since its restart? Only for what is idempotent. */
  beforeNow?: boolean;
  /** `latest` tolerates that a reorganisation of the chain takes the command back after it ran. */
  finality?: 'finalized' | 'latest';
}

/** An action with its schema's type forgotten, as the framework holds it. */
export interface Action {
  readonly params: GenericSchema;
  readonly run: (params: never) => Result | Promise<Result>;
  readonly class: 'routine' | 'irreversible';
  readonly idempotent: boolean;
  readonly beforeNow: boolean;
  readonly finality: 'finalized' | 'latest';
}

export function action<const Schema extends GenericSchema>(options: ActionOptions<Schema>): Action {
  const idempotent = options.idempotent ?? false;
  if (options.beforeNow && !idempotent)
    throw new TypeError('only an idempotent action may run before now is proven');
  if (options.class === 'irreversible' && options.finality === 'latest') {
    throw new TypeError('an irreversible action cannot tolerate a reorganisation');
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
