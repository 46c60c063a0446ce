/** A board's side of its topics, for tests that speak as a board would: sealed as it seals. */
import { randomFillSync } from 'node:crypto';
import type { Domain } from '../../firmware/contract/typedData.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { openAccess } from '../../firmware/device/brokerAccess.js';
import { sharedKey, type TopicName, topicsOf } from '../../firmware/device/topics.js';
import { openShared, sealShared } from '../../firmware/seal/sharedSeal.js';

const crypto = portableCrypto();
const entropy = { fill: (target: Uint8Array) => void randomFillSync(target) };

/** Of a board that was told no access, in its epoch 0 unless told otherwise. */
export function boardMail(domain: Domain, { access = openAccess(), epoch = 0 } = {}) {
  const key = sharedKey(crypto, access, domain);
  return {
    topic: (name: TopicName) => `${topicsOf(crypto, access, domain, epoch)}/${name}`,
    seal: (name: TopicName, payload: Uint8Array | string) =>
      sealShared(
        { crypto, entropy },
        key,
        name,
        typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
      ),
    open: (name: TopicName, payload: Uint8Array) => openShared(crypto, key, name, payload),
  };
}
