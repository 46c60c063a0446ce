/**
 * An image that asks endpoints for their final block as the firmware does, and for its header, and hashes that. It
 * says what it found out, and restarts where it is told to, so that the memory it used is written down.
 */
import { toHex } from '../../../../firmware/bytes/hex.js';
import { createKeccak256 } from '../../../../firmware/crypto/keccak.js';
import type { Ports } from '../../../../firmware/port/ports.js';
import {
  HEADER_KEPT_BYTES_MAX,
  headerFromJson,
  headerShape,
} from '../../../../firmware/proof/headerFromJson.js';
import { headerCall } from '../../../../firmware/rpc/blocks.js';
import { JsonRpcEndpoint } from '../../../../firmware/rpc/client.js';
import { QuorumTrust } from '../../../../firmware/trust/quorum.js';

export function start(ports: Ports): void {
  const { clock, json, network } = ports;
  const { crypto } = ports;
  const portable = createKeccak256();
  const keccak256 = (bytes: Uint8Array) => crypto?.keccak256(bytes) ?? portable(bytes);

  async function read(urls: string[]): Promise<object> {
    const endpoints = urls.map(url => new JsonRpcEndpoint({ network, clock, json, url }));
    try {
      const quorum = new QuorumTrust({ endpoints, quorum: (urls.length >> 1) + 1, chainId: 1, clock });
      const head = await quorum.head('finalized');
      if (head.verdict !== 'accepted') return head;
      const { hash, number } = head.value;
      const last = endpoints[endpoints.length - 1];
      const block = await last.call(headerCall(number, headerShape, HEADER_KEPT_BYTES_MAX));
      if (block.verdict !== 'accepted') return block;
      const header = headerFromJson(block.value);
      if (header.verdict !== 'accepted') return header;
      return { number, hash: toHex(hash), header: toHex(keccak256(header.value)) };
    } finally {
      for (const endpoint of endpoints) endpoint.close();
    }
  }

  ports.console.onRequest(async (method, parameters) => {
    if (method === 'read') return read(parameters as string[]);
    clock.after(0, () => ports.boot.restart('fault'));
    return null;
  });
}
