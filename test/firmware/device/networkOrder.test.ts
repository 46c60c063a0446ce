/** Another Wi-Fi by order: for the fleet's threshold alone, sealed to the board, and nowhere to be read afterwards. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { encodeParams } from '../../../firmware/app/params.js';
import { encodeNetwork, NETWORK_ACTION, networkChange } from '../../../firmware/device/networkOrder.js';
import type { WifiNetwork } from '../../../firmware/port/wireless.js';
import { newKey } from '../../../firmware/seal/sealed.js';
import {
  openSecret,
  SEALED_SECRET_BYTES,
  SECRET_BYTES_MAX,
  sealSecret,
} from '../../../firmware/seal/secret.js';
import { address, flipped } from '../../fakes/bytes.js';
import { Board } from '../command/board.js';
import { crypto, DEVICE } from '../command/modelChain.js';

const entropy = { fill: (target: Uint8Array) => target.set(randomBytes(target.length)) };
const [key, stranger] = [newKey(crypto, entropy), newKey(crypto, entropy)];
const network = { ssid: 'workshop', password: 'correct horse battery' };
const seal = (secret = encodeNetwork(network), to = key, about = DEVICE) =>
  sealSecret({ crypto, entropy }, to.publicKey, about, secret)!;

test('a secret is opened by its key about its Device alone, and its length tells nothing', t => {
  for (const length of [0, 1, SECRET_BYTES_MAX]) {
    const secret = new Uint8Array(randomBytes(length));
    const sealed = seal(secret);
    t.is(sealed.length, SEALED_SECRET_BYTES);
    t.deepEqual(openSecret(crypto, key, DEVICE, sealed), secret);
    t.is(openSecret(crypto, stranger, DEVICE, sealed), undefined);
    t.is(openSecret(crypto, key, address(9), sealed), undefined);
    for (const at of [0, 10, 40, 100, sealed.length - 1])
      t.is(openSecret(crypto, key, DEVICE, flipped(sealed, 8 * at)), undefined);
    t.is(openSecret(crypto, key, DEVICE, sealed.slice(1)), undefined);
  }
  t.throws(() => seal(new Uint8Array(SECRET_BYTES_MAX + 1)), { instanceOf: RangeError });
  t.is(sealSecret({ crypto, entropy }, new Uint8Array(33), DEVICE, Uint8Array.of(1)), undefined);
});

/** A board with a Wi-Fi that says so of each network that it is to try. */
async function board(refusal?: string) {
  const tried: WifiNetwork[] = [];
  const wireless = {
    change: (asked: WifiNetwork) => {
      tried.push(asked);
      return refusal;
    },
    isTrying: false,
    reached: () => undefined,
  };
  const made = new Board();
  made.changes.network = networkChange(wireless, {
    openSecret: sealed => openSecret(crypto, key, DEVICE, sealed),
  });
  made.boot();
  await made.proveNow();
  return { made, tried };
}

const order = (sealed: Uint8Array, commandClass = 1) => ({
  action: NETWORK_ACTION,
  class: commandClass,
  params: encodeParams({ network: sealed }),
});

test('the threshold gives a board another network, which lies neither in its journal nor in its receipt', async t => {
  const { made, tried } = await board();
  const command = made.link('network', order(seal()));
  made.chain.finalise();
  t.is(await made.deliver(command), 'done');
  t.deepEqual(tried, [network]);
  const flash = Buffer.from(made.flash.open('journal').read(0, made.flash.open('journal').size));
  t.false(flash.includes('correct horse'));
  t.false(flash.includes('workshop'));
  t.true(made.said.every(({ receipt }) => !receipt || !Buffer.from(receipt.result).includes('workshop')));
});

test('one operator alone gives none, nor does what is sealed to another board, nor what is no network', async t => {
  for (const [asked, outcome] of [
    [order(seal(), 0), /class/],
    [order(seal(encodeNetwork(network), stranger)), /^failed threw$/],
    [order(seal(encodeNetwork(network), key, address(9))), /^failed threw$/],
    [order(seal(Uint8Array.of(1, 2, 3))), /^failed threw$/],
    [order(new Uint8Array(300)), /params/],
  ] as const) {
    const { made, tried } = await board();
    const command = made.link('network', asked);
    made.chain.finalise();
    t.regex(await made.deliver(command), outcome);
    t.deepEqual(tried, []);
  }
  const { made, tried } = await board('another network is on trial');
  const command = made.link('network', order(seal()));
  made.chain.finalise();
  t.is(await made.deliver(command), 'failed threw');
  t.is(tried.length, 1);
});

test('a board that joins no Wi-Fi has no such action', async t => {
  const made = await new Board().proveNow();
  const command = made.link('network', order(seal()));
  made.chain.finalise();
  t.regex(await made.deliver(command), /params|refused/);
});
