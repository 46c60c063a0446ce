/** The room of envelopes that wait: fixed, by number and by bytes, and a place beyond it for what a link names. */
import test from 'ava';
import { DIRECT_INBOX, Inbox } from '../../../firmware/command/inbox.js';
import { word } from '../../fakes/bytes.js';

const arrived = (n: number, bytes = 300) => ({ hash: word(n), bytes: new Uint8Array(bytes) });

test('beyond its room nothing is kept, by number or by bytes', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++) t.is(inbox.add(arrived(i + 1), false), i < DIRECT_INBOX.envelopesMax);
  t.is(inbox.size, DIRECT_INBOX.envelopesMax);
  const large = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++)
    t.is(large.add(arrived(i + 1, 4096), false), i < DIRECT_INBOX.bytesMax / 4096);
});

test('an envelope that is there already takes no second place', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 0; i < 100; i++) t.true(inbox.add(arrived(1), false));
  t.is(inbox.size, 1);
});

test('what a link names has a place in a full room, and the first turn; a second such has none', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 1; i <= DIRECT_INBOX.envelopesMax; i++) inbox.add(arrived(i), false);
  t.true(inbox.add(arrived(50), true));
  t.false(inbox.add(arrived(51), true));
  t.deepEqual(inbox.take()?.hash, word(50));
  t.false(inbox.add(arrived(52), false), 'its place is for nobody else');
  t.true(inbox.add(arrived(51), true));
});

test('envelopes are taken in their order, those that may not go yet stay', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  for (let i = 1; i <= 4; i++) inbox.add(arrived(i, 10 * i), false);
  const long = () => inbox.take(({ length }) => length > 20)?.hash;
  t.deepEqual([long(), long(), long()], [word(3), word(4), undefined]);
  t.deepEqual(inbox.take()?.hash, word(1));
  t.is(inbox.size, 1);
});

test('it keeps an envelope, and not the message that it came in', t => {
  const inbox = new Inbox(DIRECT_INBOX);
  inbox.add({ ...arrived(1), bytes: new Uint8Array(4096).subarray(0, 200) }, false);
  const { hash, length } = inbox.take()!;
  t.is(length, 200);
  t.is(hash.buffer.byteLength, 232, 'its hash and itself');
});
