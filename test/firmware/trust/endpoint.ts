/** An endpoint of a model chain: numbered blocks, a head for each tag, and what it may be told to say instead. */

import { accepted, undetermined } from '../../../firmware/bytes/verdict.js';
import type { BatchResult, CallResult, RpcCall, RpcEndpoint } from '../../../firmware/rpc/client.js';

export type Answer = (call: RpcCall) => CallResult | undefined;

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
  failure: BatchResult | undefined;
  asked: RpcCall[] = [];

  constructor(url: string, fields: Partial<ModelEndpoint> = {}) {
    this.url = url;
    Object.assign(this, fields);
  }

  async batch(calls: readonly RpcCall[]): Promise<BatchResult> {
    this.asked.push(...calls);
    if (this.failure) return this.failure;
    return accepted(calls.map(call => this.override?.(call) ?? this.#answer(call)));
  }

  close(): void {}

  #answer({ method, params }: RpcCall): CallResult {
    if (method === 'eth_chainId') return accepted(this.chainId);
    if (method !== 'eth_getBlockByNumber') return undetermined('unsupported', method);
    const [tag] = params as [string];
    const number = tag === 'latest' ? this.latest : tag === 'finalized' ? this.finalized : Number(tag);
    if (number > this.latest) return accepted(null);
    return accepted({ number: `0x${number.toString(16)}`, hash: hashAt(number, this.branch) });
  }
}
