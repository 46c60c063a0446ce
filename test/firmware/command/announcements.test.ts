/** Causes that are announced once: those of envelopes that wait, and no others. */
import test from 'ava';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import { Announcements } from '../../../firmware/command/announcements.js';
import { WAITING_ENVELOPES_MAX } from '../../../firmware/command/queue.js';
import { word } from '../../fakes/bytes.js';

const withheld = (n: number) => ({ hash: word(n), verdict: undetermined('withheld', 'it waits') });
const busy = (n: number) => ({ hash: word(n), verdict: undetermined('busy', 'no room') });

test('what found no room takes no place of an envelope that waits: that is announced once, and not at each look', async t => {
  const said: number[] = [];
  const announcements = new Announcements(
    ({ hash }) => said.push(hash[31]),
    hash => hash[31] === 200,
  );
  for (let n = 1; n <= 2 * WAITING_ENVELOPES_MAX; n++) announcements.say(busy(n));
  t.is(said.splice(0).length, 2 * WAITING_ENVELOPES_MAX);
  announcements.say(withheld(200));
  await announcements.quietly(async () => announcements.say(withheld(200)));
  t.deepEqual(said, [200]);
  await announcements.quietly(async () => announcements.say(busy(200)));
  t.deepEqual(said, [200, 200], 'another cause is said');
});
