/** Hand-over at the console: the new owner's signature, or that of the fleet's checkpoint keys, and nobody else's. */
import test from 'ava';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import { setTrustDigest } from '../../../firmware/contract/setTrust.js';
import { type ConsoleTrust, setTrustAtConsole } from '../../../firmware/handover/atConsole.js';
import { type KeySet, keySetHash } from '../../../firmware/trust/checkpointKeys.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { word } from '../../fakes/bytes.js';
import { OWNER } from '../../fakes/trustKeeper.js';
import { Board, DOMAIN } from '../command/board.js';
import { crypto } from '../command/modelChain.js';
import { atConsole, NEW_BYTES, NEW_TRUST } from './scene.js';

const BUYER_KEY = word(0x31);
const BUYER = crypto.addressOf(BUYER_KEY)!;
const checkpointKeys = [word(0x41), word(0x42), word(0x43)].sort((a, b) =>
  Buffer.compare(crypto.addressOf(a)!, crypto.addressOf(b)!),
);
const KEY_SET: KeySet = { threshold: 2, keys: checkpointKeys.map(key => crypto.addressOf(key)!) };

/** Sold in a final block, with now proven in the new epoch by an order that the buyer's fleet linked. */
async function sold(now = true): Promise<Board> {
  const board = await new Board().proveNow();
  board.chain.handOver(BUYER);
  if (!now) board.boot();
  const order = board.link('once', now ? { challenge: board.challenge } : {});
  board.chain.change({ checkpointKeys: keySetHash(crypto, KEY_SET) }).finalise();
  await board.deliver(order);
  return board;
}

const sign = (keys: readonly Uint8Array[], epoch = 1, configuration = NEW_BYTES): Uint8Array =>
  Buffer.concat(
    keys.map(key => crypto.sign(setTrustDigest(crypto, DOMAIN, epoch, crypto.keccak256(configuration)), key)),
  );

async function setTrust(board: Board, asked: Partial<ConsoleTrust>): Promise<string> {
  const signatures = sign([BUYER_KEY]);
  const verdict = await setTrustAtConsole(atConsole(board), {
    configuration: NEW_BYTES,
    signatures,
    ...asked,
  });
  if (verdict.verdict === 'accepted')
    return verdict.value.map(({ receipt }) => `${receipt.outcome} ${receipt.code}`.trim()).join(', ');
  return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
}

test('the proven owner’s signature sets trust; what was linked before is void, and receipted as that', async t => {
  const board = await sold();
  t.is(await setTrust(board, {}), 'voided handover, done');
  t.deepEqual(board.keeper.encodedConfiguration, NEW_BYTES);
  t.like(board.keeper.ownership, { owner: BUYER, epoch: 1 });
  t.deepEqual(board.goals.at(-1), { owner: BUYER, epoch: 1 });
  t.is(board.ledger.position.sequence, board.chain.state.sequence);
  board.boot();
  const order = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(order), 'done');
  t.is(await setTrust(board, {}), 'unauthorized', 'once: the signature is worth nothing afterwards');
});

test('so do m checkpoint keys of the proven fleet', async t => {
  const [a, b] = checkpointKeys;
  const board = await sold();
  t.is(await setTrust(board, { signatures: sign([a, b]), keySet: KEY_SET }), 'voided handover, done');
});

test('nobody else’s signature does, nor one for another epoch, hash or set; the untouched twin does', async t => {
  const [a, b] = checkpointKeys;
  const other: KeySet = { threshold: 1, keys: [crypto.addressOf(word(0x51))!] };
  const board = await sold();
  const wrong: Partial<ConsoleTrust>[] = [
    { signatures: sign([word(0x51)]) },
    { signatures: sign([BUYER_KEY], 0) },
    {
      signatures: sign(
        [BUYER_KEY],
        1,
        encodeConfiguration({ ...NEW_TRUST, quorum: 1, endpoints: ['http://x'] }),
      ),
    },
    { signatures: sign([a]), keySet: KEY_SET },
    { signatures: sign([a, a]), keySet: KEY_SET },
    { signatures: sign([word(0x51)]), keySet: other },
    { signatures: sign([a, b]), keySet: { ...KEY_SET, threshold: 1 } },
    { signatures: sign([a, b]) },
  ];
  for (const [i, asked] of wrong.entries()) t.is(await setTrust(board, asked), 'unauthorized', `${i}`);
  t.deepEqual(board.keeper.ownership.owner, OWNER);
  t.is(await setTrust(board, {}), 'voided handover, done');
});

test('without now proven, without another owner, or while the fleet is paused nothing is set', async t => {
  t.is(await setTrust(await sold(false), {}), 'not_now');
  const same = await new Board().proveNow();
  t.is(await setTrust(same, {}), 'unauthorized');
  const paused = await sold();
  paused.chain.change({ paused: true });
  t.is(await setTrust(paused, {}), 'paused');
  paused.chain.change({ paused: false });
  t.is(await setTrust(paused, {}), 'voided handover, done');
});

test('a configuration that lowers a level, or that proves nothing, is not adopted', async t => {
  const board = new Board();
  board.configuration = {
    ...NEW_TRUST,
    policies: { ...NEW_TRUST.policies, firmware: { level: 3, maximumAge: 7200 } },
  };
  board.boot();
  await board.proveNow();
  board.chain.handOver(BUYER);
  const order = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(order);
  t.is(await setTrust(board, {}), 'params');
  const twin = await sold();
  twin.trial = undetermined('unreachable', 'nobody there');
  t.is(await setTrust(twin, {}), 'unreachable');
  t.deepEqual(twin.keeper.ownership.owner, OWNER);
  twin.trial = { verdict: 'accepted', value: undefined };
  t.is(await setTrust(twin, {}), 'voided handover, done');
});
