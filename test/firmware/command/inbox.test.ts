/** The room of envelopes that wait: fixed, by number and by bytes, and a place beyond it for what a link names. */
import test from 'ava';
import { equal } from '../../../firmware/bytes/equal.js';
import { DIRECT_INBOX, Inbox } from '../../../firmware/command/inbox.js';
import { word } from '../../fakes/bytes.js';

const named = { isNamed: true, mayShowNow: false };
const arrived = (n: number, bytes = 300) => ({ hash: word(n), bytes: new Uint8Array(bytes) });

test('beyond its room nothing is kept, by number or by bytes', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++) t.is(inbox.add(arrived(i + 1)), i < DIRECT_INBOX.envelopesMax);
  t.is(inbox.size, DIRECT_INBOX.envelopesMax);
  const large = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++) t.is(large.add(arrived(i + 1, 4096)), i < DIRECT_INBOX.bytesMax / 4096);
});

test('an envelope that is there already takes no second place', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++) t.true(inbox.add(arrived(1)));
  t.is(inbox.size, 1);
});

test('what a link names has a place in a full room, and the first turn; a second such has none', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 1; i <= DIRECT_INBOX.envelopesMax; i++) inbox.add(arrived(i));
  t.true(inbox.add(arrived(50), named));
  t.false(inbox.add(arrived(51), named));
  t.deepEqual(inbox.take()?.hash, word(50));
  t.false(inbox.add(arrived(52)), 'its place is for nobody else');
  t.true(inbox.add(arrived(51), named));
});

test('envelopes are taken in their order, those that may not go yet stay', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 1; i <= 4; i++) inbox.add(arrived(i, 10 * i));
  const long = () => inbox.take(({ length }) => length > 20)?.hash;
  t.deepEqual([long(), long(), long()], [word(3), word(4), undefined]);
  t.deepEqual(inbox.take()?.hash, word(1));
  t.is(inbox.size, 1);
});

test('it keeps an envelope, and not the message that it came in', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  inbox.add({ ...arrived(1), bytes: new Uint8Array(4096).subarray(0, 200) });
  const { hash, length } = inbox.take()!;
  t.is(length, 200);
  t.is(hash.buffer.byteLength, 232, 'its hash and itself');
});

test('what carries the challenge has a place of its own in a full room, which a linked one takes from one that is not', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  const mayShowNow = { isNamed: false, mayShowNow: true };
  for (let i = 1; i <= DIRECT_INBOX.envelopesMax; i++) inbox.add(arrived(i));
  t.true(inbox.isFull(false));
  t.false(inbox.isFull(true));
  t.true(inbox.add(arrived(50), mayShowNow));
  t.true(inbox.isFull(true));
  t.false(inbox.add(arrived(51), mayShowNow), 'the place is taken');
  t.true(
    inbox.add(arrived(40), { isNamed: true, mayShowNow: false }),
    'and is not that of what a link names',
  );
  t.true(inbox.add(arrived(52), { isNamed: true, mayShowNow: true }));
  t.false(inbox.add(arrived(53), { isNamed: true, mayShowNow: true }));
  t.deepEqual([inbox.take()?.hash, inbox.take()?.hash], [word(52), word(40)]);
  t.is(
    inbox.take(({ hash }) => equal(hash, word(50))),
    undefined,
    'junk gave way',
  );
});
