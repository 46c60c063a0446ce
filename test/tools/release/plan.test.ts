/** The steps of a roll-out, and the share of failures that ends it. */
import test from 'ava';
import { deviceLeaf, merkleTree } from '../../../contracts/client/index.js';
import { madeList, rootOfList } from '../../../tools/release/madeList.js';
import { nextStep, share, shares, tooManyFailed } from '../../../tools/release/plan.js';

test('shares rise, in thousandths; what does not rise, or is no percent, is refused', t => {
  t.deepEqual(shares.parse('1,10,50,100'), [10, 100, 500, 1000]);
  t.deepEqual(shares.parse('0.5'), [5]);
  for (const wrong of ['', '0', '10,10', '50,10', '101', '1,,2', 'all', '1;2', '0.25', '-1'])
    t.throws(() => shares.parse(wrong), undefined, wrong);
  t.is(share.parse('2%'), 20);
  t.is(share.parse('0'), 0);
  t.throws(() => share.parse('2%%'));
});

test('the next step is the first that is more than now, and there is one until all boards may take it', t => {
  const plan = [10, 100, 1000];
  t.deepEqual(
    [0, 9, 10, 99, 100, 999, 1000].map(rollout => nextStep(plan, rollout)),
    [10, 10, 100, 100, 1000, 1000, undefined],
  );
});

const outcomes = (done: number, failed: number) => ({
  done: Array.from({ length: done }, () => '0x' as const),
  gone: [],
  failed: Array.from({ length: failed }, () => ({ device: '0x' as const, receipt: undefined as never })),
});

test('as many failures as may be go on, one more ends it; nobody tried is no failure', t => {
  t.false(tooManyFailed(outcomes(0, 0), 0));
  t.false(tooManyFailed(outcomes(98, 2), 20));
  t.true(tooManyFailed(outcomes(97, 3), 20));
  t.true(tooManyFailed(outcomes(0, 1), 999));
  t.false(tooManyFailed(outcomes(0, 1), 1000));
  t.true(tooManyFailed(outcomes(999, 1), 0));
});

test('the list of boards proves each of them and no other, and another order or root is refused', t => {
  const boards = [1, 2, 3, 4, 5].map(i => `0x${`${i}`.repeat(40)}` as const);
  const text = `${boards.join('\n')}\n`;
  const { root } = rootOfList(text);
  const tree = merkleTree(boards.map(deviceLeaf));
  t.is(root, tree.root);
  const paths = madeList(text, root);
  boards.forEach((board, i) => {
    t.deepEqual(paths(board), tree.proof(i));
  });
  t.is(paths(`0x${'6'.repeat(40)}`), undefined);
  t.throws(() => madeList([...boards].reverse().join('\n'), root), { code: 'made_list' });
  t.throws(() => madeList(`${text}0x12\n`, root), { code: 'made_list', message: /Line 6/ });
  t.throws(() => rootOfList(''), { code: 'made_list' });
});
