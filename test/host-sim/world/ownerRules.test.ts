import test from 'ava';
import { OwnerRules } from '../../../host-sim/world/ownerRules.js';
import { SEEN_MS_MAX } from '../../../host-sim/world/restraintRules.js';

const SOLD_MS = 1000;
const LATER_MS = SOLD_MS + SEEN_MS_MAX + 1;

/** A board of which a block has another owner. */
function sold() {
  const rules = new OwnerRules();
  rules.handedOver('board', 'buyer', SOLD_MS);
  const found = (mark: number, owner: string, nowMs = LATER_MS, board = 'board') =>
    rules.ran(board, { mark, owner }, nowMs, 'ran').map(({ rule }) => rule);
  return { rules, found };
}
const trust = { mark: 5, owner: 'buyer', isTrust: true };

test('what runs for a former owner is found, once the board may have seen the new one; that of other boards is not', t => {
  const { found } = sold();
  t.deepEqual(found(1, 'seller', SOLD_MS + SEEN_MS_MAX), []);
  t.deepEqual(found(2, 'seller'), ['foreign']);
  t.deepEqual(found(2, 'seller', LATER_MS, 'another board'), []);
});

test('what the new owner linked before the order of trust is found at once; what came after it may run', t => {
  const { found, rules } = sold();
  t.deepEqual(found(4, 'buyer', SOLD_MS), ['foreign']);
  rules.linked('board', trust);
  t.deepEqual(found(4, 'buyer'), ['foreign']);
  t.deepEqual(found(6, 'buyer'), []);
});

test('a hand-over ends with the receipt of the trust, and what lay before that one is found in the end', t => {
  const { found, rules } = sold();
  rules.linked('board', trust);
  t.deepEqual(
    rules.end().map(({ rule }) => rule),
    ['liveness'],
  );
  t.true(rules.isUnderWay('board'));
  rules.done('board', { ...trust, owner: 'seller' });
  rules.done('board', { ...trust, isTrust: false });
  t.true(rules.isUnderWay('board'), 'neither is the trust of the new owner');
  t.deepEqual(found(6, 'buyer'), []);
  rules.done('board', trust);
  t.deepEqual(rules.end(), []);
  t.false(rules.isUnderWay('board'));

  const failed = sold();
  failed.rules.linked('board', trust);
  failed.rules.linked('board', { ...trust, mark: 7 });
  t.deepEqual(failed.found(6, 'buyer'), []);
  failed.rules.done('board', { ...trust, mark: 7 });
  t.deepEqual(
    failed.rules.end().map(({ rule }) => rule),
    ['foreign'],
    'the first order of trust failed: what followed it was void',
  );
});
