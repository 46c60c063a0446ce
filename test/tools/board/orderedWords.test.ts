import { writeFileSync } from 'node:fs';
import test from 'ava';
import { encodeParams } from '../../../firmware/app/params.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { keepEnvelope } from '../../../tools/board/envelopeFile.js';
import { orderedWords } from '../../../tools/board/orderedWords.js';
import { deliveryOf, hashOf } from '../../../tools/operator/order.js';
import { temporaryDirectory } from '../support.js';

const target = { chainId: 1, device: `0x${'d1'.repeat(20)}`, fleet: `0x${'f1'.repeat(20)}` };

function kept(home: string, action: string, params: unknown): string {
  const envelope = {
    ...{ authority: 0 as const, device: new Uint8Array(20).fill(0xd1), sequence: 1, epoch: 0, fleetEpoch: 0 },
    ...{
      notBefore: 1,
      notAfter: 2,
      class: 0 as const,
      challenge: new Uint8Array(32),
      follows: 0,
      receipts: 0,
    },
    ...{ replyKey: new Uint8Array(0), action, params: encodeParams(params), operator: new Uint8Array(20) },
    salt: new Uint8Array(32).fill(7),
  };
  const hash = hashOf(target, envelope);
  keepEnvelope(home, hash, deliveryOf(envelope));
  return toHex(hash);
}

test('an order is told in the words of its envelope, bytes as hex; another one’s envelope tells nothing', t => {
  const home = temporaryDirectory(t);
  const hash = kept(home, 'relay.set', { on: true });
  t.is(orderedWords(home, target, hash), 'relay.set {"on":true}');
  t.is(orderedWords(home, target, kept(home, 'relay.toggle', {})), 'relay.toggle');
  const bytes = kept(home, 'holdfast.trust', { configuration: Uint8Array.of(0xad, 1) });
  t.is(orderedWords(home, target, bytes), 'holdfast.trust {"configuration":"0xad01"}');
  t.is(orderedWords(home, { ...target, chainId: 2 }, hash), undefined, 'its hash is another there');
  t.is(orderedWords(home, target, `0x${'00'.repeat(32)}`), undefined);
  writeFileSync(`${home}/envelopes/${hash}.hex`, 'nonsense');
  t.is(orderedWords(home, target, hash), undefined);
});
