/** Commands by delegates: signed, listed for exactly that action, tied to the direct command they follow. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { listingKey } from '../../../firmware/command/delegate.js';
import { Authority, type Envelope } from '../../../firmware/command/envelope.js';
import { listingSlot } from '../../../firmware/contract/facts.js';
import { word } from '../../fakes/bytes.js';
import { Board, type Prepared, prepare } from './board.js';
import { crypto } from './modelChain.js';

const DELEGATE_KEY = word(0x21);
const DELEGATE = crypto.addressOf(DELEGATE_KEY)!;
const listing = (action = 'test.once', signer = DELEGATE) =>
  toHex(listingSlot(crypto, listingKey(crypto, signer, action)).key);

/** Now is proven, sequence 1 is consumed, and the delegate is listed for `once`. */
async function ready(): Promise<Board> {
  const board = await new Board().proveNow();
  const expiry = board.chain.now + 1_000_000;
  board.chain.change({ delegates: { [listing()]: expiry, [listing('test.loose')]: expiry } }).finalise();
  return board;
}

/** Signed by the delegate; follows 1 unless told otherwise. */
function signed(board: Board, nonce: number, fields: Partial<Envelope> = {}, key = DELEGATE_KEY): Prepared {
  const { envelope, hash } = board.envelope('once', {
    authority: Authority.delegate,
    sequence: nonce,
    follows: 1,
    operator: DELEGATE,
    ...fields,
  });
  return prepare(envelope, crypto.sign(hash, key));
}

test('a listed delegate is obeyed; one that is not, or not for this action, is unauthorized', async t => {
  const board = await ready();
  t.is(await board.deliver(signed(board, 1)), 'done');
  const stranger = word(0x22);
  const fields = { operator: crypto.addressOf(stranger)! };
  t.is(await board.deliver(signed(board, 1, fields, stranger)), 'rejected unauthorized');
  t.is(await board.deliver(signed(board, 2, { action: 'test.again' })), 'rejected unauthorized');
  t.is(await board.deliver(signed(board, 2)), 'done');
  t.deepEqual(board.effects, ['once 1', 'once 2']);
});

test('a signature by somebody else, or over something else, is unauthorized', async t => {
  const board = await ready();
  t.is(await board.deliver(signed(board, 1, {}, word(0x22))), 'rejected unauthorized');
  const { envelope } = signed(board, 1);
  const other = signed(board, 2);
  const signature = crypto.sign(other.hash, DELEGATE_KEY);
  t.is(await board.deliver(prepare(envelope, signature)), 'rejected unauthorized');
  t.is(await board.deliver(prepare(envelope)), 'rejected unauthorized', 'none at all');
  t.is(await board.deliver(signed(board, 1)), 'done');
});

test('a nonce counts upwards, per signer and epoch, and survives a restart', async t => {
  const board = await ready();
  t.is(await board.deliver(signed(board, 5)), 'done');
  t.is(await board.deliver(signed(board, 5, { salt: word(1) })), 'rejected replayed');
  t.is(await board.deliver(signed(board, 4)), 'rejected replayed');
  board.boot();
  const proof = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(proof);
  t.is(await board.deliver(signed(board, 5, { follows: 2, salt: word(2) })), 'rejected replayed');
  t.is(await board.deliver(signed(board, 6, { follows: 2 })), 'done');
});

test('it runs only while it follows the last direct command: greater is not yet, smaller is void', async t => {
  const board = await ready();
  t.is(await board.deliver(signed(board, 1, { follows: 2 })), 'rejected not_yet');
  t.is(await board.deliver(signed(board, 1, { follows: 0 })), 'rejected void');
  const early = signed(board, 1, { follows: 2 });
  const direct = board.link('once');
  board.chain.finalise();
  await board.deliver(direct);
  t.is(await board.deliver(signed(board, 1, { follows: 1 })), 'rejected void');
  t.is(await board.deliver(early), 'done', 'delivered again');
  t.deepEqual(board.effects, ['once 2', 'once 1']);
});

test('a listing that expired, or is revoked in the newest block, authorizes nothing', async t => {
  const board = await ready();
  const { delegates } = board.chain.state;
  board.chain.change({ delegates: {} });
  t.is(await board.deliver(signed(board, 1)), 'undetermined level', 'revoked, not final yet');
  board.chain.finalise();
  t.is(await board.deliver(signed(board, 1)), 'rejected unauthorized', 'revoked and final');
  board.chain.change({ delegates });
  t.is(await board.deliver(signed(board, 1)), 'rejected unauthorized', 'listed, not final yet');
  board.chain.finalise();
  t.is(await board.deliver(signed(board, 1)), 'done');
  board.chain.mine(1, 1_000_001).finalise();
  t.is(await board.deliver(signed(board, 2)), 'rejected unauthorized', 'expired');
});

test('a delegate orders what is routine only', async t => {
  const board = await ready();
  const expiry = board.chain.now + 1_000_000;
  board.chain.change({ delegates: { [listing('test.grave')]: expiry, [listing()]: expiry } }).finalise();
  t.is(await board.deliver(signed(board, 1, { action: 'test.grave', class: 1 })), 'rejected class');
  t.is(await board.deliver(signed(board, 1, { action: 'test.grave' })), 'rejected class');
  t.is(await board.deliver(signed(board, 1)), 'done');
});

test('its time, epochs and params are checked, and what holds the board holds a delegate', async t => {
  const board = await ready();
  const { now } = board.chain;
  t.is(await board.deliver(signed(board, 1, { notAfter: now - 1 })), 'rejected expired');
  t.is(await board.deliver(signed(board, 1, { notBefore: now + 60 })), 'rejected not_yet');
  t.is(await board.deliver(signed(board, 1, { notAfter: now + 31 * 86_400 })), 'rejected void');
  t.is(await board.deliver(signed(board, 1, { epoch: 1 })), 'rejected void');
  t.is(await board.deliver(signed(board, 1, { fleetEpoch: 1 })), 'rejected void');
  t.is(await board.deliver(signed(board, 1, { params: Uint8Array.of(0xa0) })), 'rejected params');
  board.chain.change({ paused: true });
  t.is(await board.deliver(signed(board, 1)), 'undetermined paused');
  board.chain.change({ paused: false });
  t.is(await board.deliver(signed(board, 1)), 'done', 'none of these used the nonce');
});

test('in a hand-over a delegate is held; once it is over, an envelope of before is void, its twin of after runs', async t => {
  for (const [since, expected] of [
    [11, 'rejected void'],
    [10, 'done'],
  ] as const) {
    const board = await ready();
    const { owner } = board.chain.state;
    const order = signed(board, 1);
    board.chain.change({ owner: word(9).slice(12) }).finalise();
    t.is(await board.deliver(order), 'undetermined handover');
    board.chain.change({ owner }).finalise();
    // The envelope begins ten seconds before it was made.
    board.keeper.adoptTrust(new Uint8Array(0), {
      owner,
      epoch: 0,
      since: order.envelope.notBefore + since - 10,
    });
    t.is(await board.deliver(order), expected);
  }
});

test('a delegate cannot prove now', async t => {
  const board = await ready();
  board.boot();
  t.is(await board.deliver(signed(board, 1, { challenge: board.challenge })), 'undetermined not_now');
  t.deepEqual(board.effects, []);
});

test('a newer epoch ends its nonces only once the board is in it for certain', async t => {
  const board = await ready();
  const fields = { action: 'test.loose' };
  t.is(await board.deliver(signed(board, 3, fields)), 'done');
  board.chain.bumpEpoch();
  t.is(await board.deliver(signed(board, 1, fields)), 'undetermined level', 'not final yet');
  const [inOldEpoch] = [signed(board, 3, { ...fields, epoch: 0, salt: word(4) })];
  board.chain.reorganise(1);
  t.is(await board.deliver(inOldEpoch), 'rejected replayed', 'the old nonces still count');

  board.chain.bumpEpoch().finalise();
  t.is(await board.deliver(signed(board, 1, fields)), 'done', 'a new epoch, new nonces');
  t.is(board.ledger.position.epoch, 1);
  t.is(await board.deliver(signed(board, 9, { ...fields, epoch: 0 })), 'rejected void');
});

test('seventeen delegates at once are one too many; none is forgotten for another', async t => {
  const board = await ready();
  const keys = Array.from({ length: 17 }, (_, i) => word(0x40 + i));
  const expiry = board.chain.now + 1_000_000;
  const entries = keys.map(key => [listing('test.once', crypto.addressOf(key)!), expiry]);
  board.chain.change({ delegates: Object.fromEntries(entries) }).finalise();
  const said: string[] = [];
  for (const key of keys)
    said.push(await board.deliver(signed(board, 1, { operator: crypto.addressOf(key)! }, key)));
  t.deepEqual(said, [...new Array(16).fill('done'), 'undetermined busy']);
  const again = signed(board, 1, { operator: crypto.addressOf(keys[0])!, salt: word(3) }, keys[0]);
  t.is(await board.deliver(again), 'rejected replayed');
});

test('an action is told of the delegate who signed the order', async t => {
  const board = await ready();
  board.chain.change({ delegates: { [listing('test.by')]: board.chain.now + 1_000_000 } }).finalise();
  t.is(await board.deliver(signed(board, 1, { action: 'test.by' })), 'done');
  t.deepEqual(board.effects, [`by ${toHex(DELEGATE)}`]);
});
