import test from 'ava';
import { BootRules } from '../../../host-sim/world/bootRules.js';

const hash = (version: number) => `${version}`.padStart(64, '0');
const published = (version: number, floor = 0, isForBoards = true) => ({
  ...{ version, sha256: hash(version), floor, isForBoards },
});
const start = (rules: BootRules, version: number, state: 'pending' | 'confirmed' = 'pending') =>
  rules.started('board', { version, sha256: hash(version), state }).map(({ rule }) => rule);

/** A board that runs version 1, as it was flashed. */
function flashed(): BootRules {
  const rules = new BootRules();
  rules.flashed('board', hash(1));
  if (start(rules, 1, 'confirmed').length > 0) throw new Error('the first image is named');
  return rules;
}
const both = (rules: BootRules, version: number, floor = 0) => {
  rules.published(published(version, floor));
  rules.approved('board', { version, sha256: hash(version) });
};

test('what vendor and owner both named may start, and what one of them did not may not', t => {
  const rules = flashed();
  both(rules, 2);
  t.deepEqual(start(rules, 2), []);
  const vendorAlone = flashed();
  vendorAlone.published(published(2));
  t.deepEqual(start(vendorAlone, 2), ['unnamed']);
  const ownerAlone = flashed();
  ownerAlone.approved('board', { version: 2, sha256: hash(2) });
  t.deepEqual(start(ownerAlone, 2), ['unnamed']);
  const another = flashed();
  both(another, 2);
  t.is(another.started('board', { version: 2, sha256: hash(9), state: 'pending' })[0]?.rule, 'unnamed');
  const elsewhere = flashed();
  both(elsewhere, 2);
  t.is(elsewhere.started('other', { version: 2, sha256: hash(2), state: 'pending' })[0]?.rule, 'unnamed');
});

test('what was withdrawn before its approval, taken back at once, or made for other hardware may not start', t => {
  const withdrawn = flashed();
  withdrawn.published(published(2));
  withdrawn.withdrawn(2);
  withdrawn.approved('board', { version: 2, sha256: hash(2) });
  t.deepEqual(start(withdrawn, 2), ['unnamed']);
  const late = flashed();
  both(late, 2);
  late.withdrawn(2);
  t.deepEqual(start(late, 2), [], 'a withdrawal after the approval may come too late');
  const cleared = flashed();
  both(cleared, 2);
  cleared.cleared('board', hash(2));
  t.deepEqual(start(cleared, 2), ['unnamed']);
  const foreign = flashed();
  foreign.published(published(2, 0, false));
  foreign.approved('board', { version: 2, sha256: hash(2) });
  t.deepEqual(start(foreign, 2), ['unnamed']);
});

test('what lies below the floor of its approval, or behind what was confirmed, may not start; a roll-back may', t => {
  const rules = flashed();
  rules.published(published(2));
  rules.published(published(3, 3));
  rules.approved('board', { version: 2, sha256: hash(2) });
  t.deepEqual(start(rules, 2), ['floor']);
  const older = flashed();
  both(older, 2);
  both(older, 3);
  t.deepEqual(start(older, 3), []);
  t.deepEqual(start(older, 1, 'confirmed'), [], 'back to what ran before');
  t.deepEqual(start(older, 3), []);
  t.deepEqual(older.done('board', hash(3)), []);
  t.deepEqual(start(older, 2), ['older']);
});

test('in the end every board runs its release, confirmed; nothing to start, or done without a start, is found', t => {
  const rules = flashed();
  t.true(rules.isSettled);
  both(rules, 2);
  rules.wants('board', hash(2));
  t.deepEqual(
    rules.end().map(({ rule }) => rule),
    ['outdated'],
  );
  t.deepEqual(
    rules.done('board', hash(2)).map(({ rule }) => rule),
    ['unsigned'],
  );
  start(rules, 2);
  t.false(rules.isSettled, 'it is not confirmed yet');
  t.deepEqual(rules.done('board', hash(2)), []);
  t.true(rules.isSettled);
  t.is(rules.hasNothingToStart('board', 'torn')[0].rule, 'unbootable');
});
