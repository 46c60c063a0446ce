/** Sealed envelopes: opened by the board alone, bound to their hash, judged as the same envelope sent openly. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import type { Envelope } from '../../../firmware/command/envelope.js';
import { openDelivery } from '../../../firmware/command/openDelivery.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { newKey, open, seal } from '../../../firmware/seal/sealed.js';
import { Board, DOMAIN, type Prepared } from './board.js';

const crypto = portableCrypto();
const entropy = { fill: (target: Uint8Array) => target.set(randomBytes(target.length)) };
const [boardKey, strangerKey] = [newKey(crypto, entropy), newKey(crypto, entropy)];
const replyKey = newKey(crypto, entropy).publicKey;
const unseal = (message: Uint8Array) => open(crypto, 'envelope', boardKey, message);
const sealed = ({ bytes, hash }: Prepared, key = boardKey, bound = hash): Prepared['bytes'] =>
  seal({ crypto, entropy }, 'envelope', key.publicKey, bound, bytes)!;

const ready = async (fields: Partial<Envelope> = {}) => {
  const board = await new Board({ unseal }).proveNow();
  const command = board.link('once', { replyKey, ...fields });
  board.chain.finalise();
  return { board, command };
};

test('a sealed envelope runs once, and is the same envelope when it is sent openly afterwards', async t => {
  const { board, command } = await ready();
  t.is(await board.deliver({ ...command, bytes: sealed(command) }), 'done');
  t.is(await board.deliver(command), 'rejected replayed');
  t.is(await board.deliver({ ...command, bytes: sealed(command) }), 'rejected replayed');
  t.deepEqual(board.effects, ['once 2']);
  t.true(board.said.every(said => said.replyKey === undefined || said.replyKey.length === 33));
});

test('what is sealed to another key, or changed on its way, is malformed; the untouched twin runs', async t => {
  const { board, command } = await ready();
  const message = sealed(command);
  const changed = Uint8Array.from(message);
  changed[500] ^= 1;
  for (const bytes of [sealed(command, strangerKey), changed]) {
    const before = board.said.length;
    await board.commands.deliver(bytes);
    t.like(board.said[before].verdict, { verdict: 'rejected', code: 'malformed' });
    t.deepEqual(board.said[before].hash, crypto.keccak256(bytes));
  }
  t.deepEqual(board.effects, []);
  t.is(await board.deliver({ ...command, bytes: message }), 'done');
});

test('an envelope whose seal is bound to another hash is malformed; bound to its own it is whole', async t => {
  const { board, command } = await ready();
  const other = board.envelope('again');
  const wrong = openDelivery(crypto, DOMAIN, sealed(command, boardKey, other.hash), unseal);
  t.like(wrong, { verdict: 'rejected', code: 'malformed' });
  t.like(openDelivery(crypto, DOMAIN, sealed(command), unseal), { verdict: 'accepted' });
});

test('a board that has no sealing key says that it takes nothing sealed', async t => {
  const { command } = await ready();
  t.like(openDelivery(crypto, DOMAIN, sealed(command), undefined), {
    verdict: 'rejected',
    code: 'malformed',
  });
  t.like(openDelivery(crypto, DOMAIN, command.bytes, undefined), { verdict: 'accepted' });
});

test('whatever is said of an envelope carries its reply key: waiting, done, replayed, refused', async t => {
  const board = await new Board({ unseal }).proveNow();
  const command = board.link('once', { replyKey });
  const refused = board.envelope('once', { sequence: 7, replyKey });
  t.is(await board.deliver(command), 'undetermined level');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
  t.is(await board.deliver(command), 'rejected replayed');
  t.is(await board.deliver(refused), 'rejected not_anchored');
  t.is(
    await board.deliver(board.envelope('once', { device: new Uint8Array(20), replyKey })),
    'rejected wrong_target',
  );
  for (const { replyKey: key, verdict } of board.said) t.deepEqual(key, replyKey, JSON.stringify(verdict));
});

test('an envelope that a power cut interrupted is answered to its reply key after the restart', async t => {
  const { board, command } = await ready();
  // The journal as it is while an action runs.
  const inFlight = {
    ...{ envelopeHash: command.hash, sequence: 2, action: 'test.once' },
    ...{ params: command.envelope.params, replyKey, block: { number: 1, hash: command.hash } },
  };
  board.ledger.commit({ inFlight });
  board.boot();
  await board.commands.recover();
  t.like(board.said.at(-1), { replyKey, receipt: { receipt: { outcome: 'interrupted' } } });
});

test('a reply key is a whole compressed key or none: any other length is malformed', t => {
  const board = new Board();
  for (const length of [0, 1, 32, 33]) {
    const { bytes } = board.envelope('once', { replyKey: new Uint8Array(length) });
    const verdict = length === 0 || length === 33 ? 'accepted' : 'rejected';
    t.is(openDelivery(crypto, DOMAIN, bytes, undefined).verdict, verdict, `${length} bytes`);
  }
});

test('secret params lie in flash at no time, and after a power cut their order is interrupted', async t => {
  const board = await new Board().proveNow();
  const noted: number[] = [];
  board.onEffect = () => void noted.push(board.ledger.inFlight()!.params.length);
  for (const name of ['once', 'hidden'] as const) {
    const order = board.link(name);
    board.chain.finalise();
    t.is(await board.deliver(order), 'done');
  }
  t.true(noted[0] > 0);
  t.is(noted[1], 0);
  const { hash, envelope } = board.link('hidden');
  const inFlight = {
    ...{ envelopeHash: hash, sequence: 4, action: envelope.action, params: new Uint8Array(0) },
    ...{ replyKey, block: { number: 1, hash } },
  };
  board.ledger.commit({ inFlight });
  board.boot();
  await board.commands.recover();
  t.like(board.said.at(-1), { receipt: { receipt: { outcome: 'interrupted' } } });
});
