/** Offers that wait: one place, and one proof in ten seconds for those that lead to nothing. */
import test from 'ava';
import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import { ProofBudget } from '../../../firmware/command/proofBudget.js';
import { OfferBox } from '../../../firmware/device/offerBox.js';
import type { UpdateVerdict } from '../../../firmware/update/decide.js';
import { encodeOffer, type Offer } from '../../../firmware/update/offer.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { address, word } from '../../fakes/bytes.js';

const offer = (version: number) =>
  encodeOffer({ channel: address(1), version, imageSha256: word(version), size: 9, manifestHash: word(3) });
const refused = rejected('not_approved', 'the owner has approved nothing');

function setting(verdict: UpdateVerdict | undefined) {
  const clock = new HandClock();
  const considered: number[] = [];
  const wanted = { version: 0 };
  const consider = async (bytes: Uint8Array) => {
    considered.push(bytes.length);
    return bytes.length > 80 && bytes.length <= 256 ? verdict : undefined;
  };
  const isApproved = ({ version }: Offer) => version === wanted.version;
  const box = new OfferBox({ consider, isApproved, proofBudget: new ProofBudget(clock, 10_000) });
  return { box, clock, considered, wanted };
}

test('of a flood of offers one waits; one that leads to nothing has the next wait ten seconds', async t => {
  const { box, clock, considered } = setting(refused);
  t.true(box.take(offer(1)));
  for (let i = 2; i < 100; i++) t.false(box.take(offer(i)));
  t.is(box.deferredMs, 0);
  await box.work();
  t.is(box.deferredMs, undefined);
  t.true(box.take(offer(100)));
  t.is(box.deferredMs, 10_000);
  await box.work();
  t.is(considered.length, 1);
  clock.advance(10_000);
  await box.work();
  t.is(considered.length, 2);
});

test('offers that lead somewhere wait for nobody; a chain that cannot be read is asked again after a second', async t => {
  for (const verdict of [accepted(undefined), rejected('image_hash' as const, 'a byte was wrong')]) {
    const good = setting(verdict);
    for (const version of [1, 2, 3]) {
      t.true(good.box.take(offer(version)));
      await good.box.work();
    }
    t.is(good.considered.length, 3);
  }
  const unread = setting(undetermined('unreachable', 'nobody answers'));
  unread.box.take(offer(1));
  await unread.box.work();
  unread.box.take(offer(2));
  t.is(unread.box.deferredMs, 1000);
});

test('what is no offer, or longer than one, takes no place, and no more of it than an offer has is looked at', async t => {
  const { box, considered } = setting(refused);
  for (const junk of [new Uint8Array(0), new Uint8Array(40), new Uint8Array(5000)]) t.true(box.take(junk));
  t.deepEqual(considered, [0, 40, 257]);
  t.is(box.deferredMs, undefined);
  t.true(box.take(offer(1)));
});

test('once the owner is known to want a release, its offer takes the place of a stranger’s, and no stranger’s takes it', async t => {
  const { box, clock, considered, wanted } = setting(refused);
  t.true(box.take(offer(1)));
  await box.work();
  t.true(box.take(offer(2)));
  t.is(box.deferredMs, 10_000);
  t.false(box.take(offer(7)), 'nobody knows yet that it is wanted');
  wanted.version = 7;
  t.true(box.take(offer(7)));
  for (let i = 8; i < 20; i++) t.false(box.take(offer(i)));
  t.is(box.deferredMs, 0, 'the budget of strangers is not its own');
  await box.work();
  t.is(considered.length, 2);
  t.true(box.take(offer(7)));
  t.is(box.deferredMs, 10_000, 'repeated, it asks the chain no more often than a stranger’s');
  clock.advance(10_000);
  await box.work();
  t.is(considered.length, 3);
});
