/** A chain with an account worth lying about, and a reader that judges what an endpoint says of it. */
import { randomFillSync } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { HEADER_KEPT_BYTES_MAX, headerShape } from '../../../firmware/proof/headerFromJson.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { proofShape, witnessFromRpc } from '../../../firmware/proof/witnessFromRpc.js';
import { headerCall } from '../../../firmware/rpc/blocks.js';
import { JsonRpcEndpoint } from '../../../firmware/rpc/client.js';
import { type RpcMutation, type RpcProxy, rpcProxy } from '../../../host-sim/attack/rpc/proxy.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';

export const account = `0x${'c0'.repeat(20)}`;
export const slots = [0, 1].map(slot => `0x${slot.toString(16).padStart(64, '0')}`);

export interface Stage {
  url: string;
  proxy: RpcProxy;
  number: number;
  blockHash: string;
  /** The verdict of one reading through the proxy: 'accepted', or a code or cause. */
  read(mutation?: RpcMutation, timeout?: number): Promise<string>;
}

/** An account with code and storage that changes with every block. */
export async function stage(t: ExecutionContext): Promise<Stage> {
  const chain = await startChain();
  t.teardown(chain.close);
  await call(chain.url, 'anvil_setCode', [account, '0x6001']);
  for (let i = 1; i <= 12; i++) {
    for (const slot of slots) {
      const value = toHex(randomFillSync(new Uint8Array(32)));
      await call(chain.url, 'anvil_setStorageAt', [account, slot, value]);
    }
    await call(chain.url, 'anvil_setStorageAt', [account, `0x${i.toString(16).padStart(64, '1')}`, slots[1]]);
    await mine(chain.url, 1);
  }
  const block = (await call(chain.url, 'eth_getBlockByNumber', ['latest', false])) as Record<string, string>;
  const number = Number(block.number);
  const proxy = await rpcProxy({ upstream: chain.url });
  t.teardown(proxy.close);
  const accounts = [{ address: fromHex(account, 20)!, slots: slots.map(slot => fromHex(slot, 32)!) }];
  const request = { blockHash: fromHex(block.hash, 32)!, number, accounts };
  const crypto = portableCrypto();
  return {
    url: chain.url,
    proxy,
    number,
    blockHash: block.hash,
    async read(mutation, timeoutMilliseconds = 20_000) {
      proxy.setMutation(mutation);
      const endpoint = new JsonRpcEndpoint({
        network: nodeNetwork(),
        clock: nodeClock,
        url: proxy.url,
        timeoutMilliseconds,
      });
      try {
        const header = await endpoint.call(headerCall(number, headerShape, HEADER_KEPT_BYTES_MAX));
        if (header.verdict !== 'accepted') return header.verdict === 'rejected' ? header.code : header.cause;
        const proof = await endpoint.call({
          method: 'eth_getProof',
          params: [account, slots, block.number],
          result: proofShape,
          keptBytesMax: 16_384,
        });
        if (proof.verdict !== 'accepted') return proof.verdict === 'rejected' ? proof.code : proof.cause;
        const witness = witnessFromRpc(request, header.value, [proof.value]);
        if (witness.verdict === 'rejected') return witness.code;
        const proven = verifyWitness(crypto, request, witness.value);
        return proven.verdict === 'rejected' ? proven.code : 'accepted';
      } finally {
        endpoint.close();
        proxy.setMutation(undefined);
      }
    },
  };
}
