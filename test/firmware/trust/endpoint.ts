/** An endpoint of a model chain: numbered blocks, a head for each tag, and what it may be told to say instead. */

import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import type { Kept, Shape } from '../../../firmware/json/shape.js';
import type { CallResult, RpcCall, RpcEndpoint } from '../../../firmware/rpc/client.js';
import { keptJson } from '../../../host-sim/node/keptJson.js';

/** The words of an endpoint, the result as JSON.parse would give it. */
export type Said = CallResult<unknown>;
export type Answer = (call: RpcCall) => Said | undefined;

/** The outcome of the call that they answer. */
export function heard<S extends Shape>(call: RpcCall<S>, said: Said): CallResult<Kept<S>> {
  if (said.verdict !== 'accepted') return said;
  const kept = keptJson(call.result, said.value);
  return kept.verdict === 'accepted' ? kept : rejected('malformed', kept.evidence);
}

export const hashAt = (number: number, branch = 0): string =>
  `0x${branch.toString(16).padStart(2, '0')}${number.toString(16).padStart(62, '0')}`;

export class ModelEndpoint implements RpcEndpoint {
  readonly url: string;
  latest = 100;
  finalized = 36;
  chainId = '0x7a69';
  /** A fork of its own. */
  branch = 0;
  /** Said before anything else. */
  override: Answer | undefined;
  failure: Exclude<Said, { verdict: 'accepted' }> | undefined;
  slow = false;
  asked: RpcCall[] = [];

  constructor(url: string, fields: Partial<ModelEndpoint> = {}) {
    this.url = url;
    Object.assign(this, fields);
  }

  async call<S extends Shape>(call: RpcCall<S>, _timeoutMilliseconds?: number): Promise<CallResult<Kept<S>>> {
    this.asked.push(call);
    return this.failure ?? heard(call, this.override?.(call) ?? this.#answer(call));
  }

  close(): void {}

  #answer({ method, params }: RpcCall): Said {
    if (method === 'eth_chainId') return accepted(this.chainId);
    if (method !== 'eth_getHeaderByNumber') return undetermined('unsupported', method);
    const [tag] = params as [string];
    const number = tag === 'latest' ? this.latest : tag === 'finalized' ? this.finalized : Number(tag);
    if (number > this.latest) return accepted(null);
    return accepted({ number: `0x${number.toString(16)}`, hash: hashAt(number, this.branch) });
  }
}
