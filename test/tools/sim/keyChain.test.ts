import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import {
  isSignedBy,
  keySetHash,
  parseRotation,
  rotationHash,
} from '../../../firmware/trust/checkpointKeys.js';
import { crypto } from '../../../tools/operator/boardMail.js';
import { handOver, holdersOf, KeyChain } from '../../../tools/sim/keyChain.js';

const secret = (byte: number) => new Uint8Array(32).fill(byte);
const domain = { chainId: 1, fleet: new Uint8Array(20).fill(9) };

test('each set of keys leads to the next by the signatures of as many as must sign, and is kept for ever', t => {
  const first = holdersOf([secret(1), secret(2)], 2);
  const second = holdersOf([secret(3), secret(4), secret(5)], 2);
  const keys = new KeyChain(first);
  keys.add(second, handOver(domain, first, second));
  keys.add(first, handOver(domain, second, first));
  const hashes = [first, second].map(set => keySetHash(crypto, set));
  const [toSecond, toFirst] = hashes.map(hash => parseRotation(keys.rotation(toHex(hash))!));
  if (toSecond.verdict !== 'accepted' || toFirst.verdict !== 'accepted') return t.fail();
  t.deepEqual(toSecond.value.incoming.keys, second.keys);
  const digest = rotationHash(crypto, domain, hashes[0], toSecond.value.incoming);
  t.true(isSignedBy(crypto, first, digest, toSecond.value.signatures));
  t.false(isSignedBy(crypto, second, digest, toSecond.value.signatures));
  t.is(toFirst.value.signatures.length, 2 * 65, 'two of three');
  t.is(keys.holders(toHex(hashes[1])), second);
  t.is(keys.last, first);
});

test('nobody has the keys of a set that is none of its fleet', t => {
  const keys = new KeyChain(holdersOf([secret(1), secret(2)], 2));
  const other = toHex(keySetHash(crypto, holdersOf([secret(7)], 1)));
  t.deepEqual(
    [keys.rotation(other), keys.keySet(other), keys.holders(other)],
    [undefined, undefined, undefined],
  );
});
