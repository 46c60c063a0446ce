import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { sharedKey } from '../../../firmware/device/topics.js';
import { keyedCrypto } from '../../../host-sim/recording/keyedCrypto.js';
import { StandIns } from '../../../host-sim/recording/standIns.js';
import type { Tape } from '../../../host-sim/recording/tape.js';

/** More keys of messages than a recorder remembers. */
const MESSAGES = 600;
const crypto = portableCrypto();
const nonce = new Uint8Array(12);
const nothing = new Uint8Array(0);

/** A recorder's side, whose tape keeps nothing. */
function recorder() {
  let byte = 0;
  const entropy = {
    fill: (target: Uint8Array) => void target.set(crypto.keccak256(Uint8Array.of(++byte >> 8, byte & 255))),
  };
  const standIns = new StandIns({ crypto, entropy });
  const tape: Tape = {
    call: (_operation, _about, _codec, perform) => perform(),
    effect: (_operation, _about, perform) => perform(),
    stop() {},
  };
  const keyed = keyedCrypto({ crypto, standIns, tape, holdsSecret: () => false });
  const message = (of: number) => crypto.keccak256(Uint8Array.of(9, of >> 8, of & 255));
  return {
    keyed,
    standIns,
    pass() {
      for (let of = 0; of < MESSAGES; of++) standIns.standFor(message(of));
    },
  };
}

test('the key that a board makes once, from what lasts, is known after any number of messages', t => {
  const { keyed, pass, standIns } = recorder();
  const access = { user: 'b-1', password: 'p', topicSecret: new Uint8Array(32).fill(3) };
  const domain = { chainId: 1, verifyingContract: new Uint8Array(20).fill(4) };
  const topicSecret = standIns.standFor(access.topicSecret, { isLasting: true });
  const shown = sharedKey(keyed, { ...access, topicSecret }, domain);
  const real = sharedKey(crypto, access, domain);
  t.notDeepEqual(shown, real, 'no key comes into the recorded image');
  pass();
  const sealed = crypto.encrypt(real, nonce, nothing, Uint8Array.of(1, 2, 3));
  t.deepEqual(keyed.decrypt(shown, nonce, nothing, sealed), Uint8Array.of(1, 2, 3));
});

test('of the keys of messages those are forgotten that were used longest ago', t => {
  const { keyed, pass, standIns } = recorder();
  const [used, unused] = [5, 6].map(of => standIns.standFor(new Uint8Array(32).fill(of)));
  for (let times = 0; times < 3; times++) {
    for (let of = 0; of < 300; of++)
      standIns.standFor(crypto.keccak256(Uint8Array.of(times, of >> 8, of & 255)));
    t.deepEqual(
      keyed.encrypt(used, nonce, nothing, nothing),
      crypto.encrypt(new Uint8Array(32).fill(5), nonce, nothing, nothing),
    );
  }
  t.true(standIns.isBound(used));
  t.false(standIns.isBound(unused));
  pass();
  t.false(standIns.isBound(used));
});
