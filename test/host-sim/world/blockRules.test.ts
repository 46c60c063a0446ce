import test from 'ava';
import { BlockRules } from '../../../host-sim/world/blockRules.js';

const hash = (digit: string) => `0x${digit.repeat(64)}`;

function given() {
  const rules = new BlockRules();
  rules.mined(7, hash('7'));
  rules.mined(8, hash('a'));
  rules.mined(8, hash('8'));
  const found = (
    number: number,
    digit: string,
    final: number,
    basis = 'L2, checkpoint, 2 of 3 keys, finalized',
  ) =>
    rules
      .said('board', `[development L2]   → block ${number}: ${hash(digit)} (${basis})`, final)
      .map(({ rule }) => rule);
  return { rules, found };
}

test('a block that a board calls final is final, and has the hash that the chain has for it', t => {
  const { found } = given();
  t.deepEqual(found(7, '7', 7), []);
  t.deepEqual(found(8, '8', 7), ['believed'], 'it is not final yet');
  t.deepEqual(found(7, '6', 7), ['believed']);
  t.deepEqual(found(8, '8', 8), []);
  t.deepEqual(found(8, 'a', 8), ['believed'], 'it was taken back');
  t.deepEqual(found(8, '8', 6), [], 'what was final is so for ever');
});

test('other words are no claim, nor is a block that a board does not call final', t => {
  const { found, rules } = given();
  t.deepEqual(found(9, '9', 7, 'L1, quorum 2 of 3, not final'), []);
  t.deepEqual(rules.said('board', 'connected to the broker', 7), []);
  t.deepEqual(found(3, '3', 7), [], 'before the world began');
});

test('a block that the committee itself has signed beside the chain’s may be believed at level 4 alone, and no other', t => {
  const { rules } = given();
  const found = (digit: string, level: string) =>
    rules
      .said('board', `→ block 7: ${hash(digit)} (${level}, finalized)`, 7, (_, other) => other === hash('e'))
      .map(({ rule }) => rule);
  t.deepEqual(found('e', 'L4, sync committee, 56 of 64 signed, slot 7'), []);
  t.deepEqual(found('f', 'L4, sync committee, 56 of 64 signed, slot 7'), ['believed']);
  t.deepEqual(found('e', 'L2, checkpoint, 2 of 3 keys'), ['believed']);
});
