/** The two ways to sign are one: noble's curve says what blst says, so that a seed is the same chain everywhere. */
import test from 'ava';
import { portableBls } from '../../../../firmware/beacon/portableBls.js';
import { blstBls } from '../../../../host-sim/node/bls/blst.js';
import { blstSigner } from '../../../../host-sim/node/bls/blstSigner.js';
import { nobleSigner } from '../../../../host-sim/node/bls/nobleSigner.js';
import { secretOrder } from '../../../../host-sim/node/bls/signer.js';

test('keys and signatures of both are equal, and both ways of verifying take them', t => {
  const first = 0x1234_5678_9abc_def0_1234_5678_9abc_def0n;
  const [blst, noble] = [blstSigner(), nobleSigner()];
  const keys = blst.publicKeys(first, 20);
  t.deepEqual(
    noble.publicKeys(first, 20),
    keys.map(key => Uint8Array.from(key)),
  );
  const message = new Uint8Array(32).fill(7);
  const sum = keys.reduce((total, _, i) => total + first + BigInt(i), 0n) % secretOrder;
  t.deepEqual(noble.publicKey(sum), Uint8Array.from(blst.publicKey(sum)));
  const signature = noble.sign(sum, message);
  t.deepEqual(signature, Uint8Array.from(blst.sign(sum, message)));
  const aggregate = noble.publicKey((sum + first) % secretOrder);
  for (const bls of [blstBls(), portableBls()]) {
    const sum = bls.begin(aggregate);
    t.is(sum.verify(message, signature), 'mismatch');
    sum.subtract(noble.publicKey(first));
    t.is(sum.verify(message, signature), 'valid');
  }
});
