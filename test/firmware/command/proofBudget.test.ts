/** One budget of proofs for all that no walked link names, and turns among its kinds. */
import test from 'ava';
import { ProofBudget, type ProofKind } from '../../../firmware/command/proofBudget.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';

function setting() {
  const clock = new HandClock();
  const budget = new ProofBudget(clock, 10_000);
  const kinds = [0, 1, 2].map(() => ({ wantsProof: true }));
  for (const kind of kinds) budget.join(kind);
  return { budget, clock, kinds };
}

test('kinds that all wait have one proof in ten seconds between them, in turns', t => {
  const { budget, clock, kinds } = setting();
  const served: number[] = [];
  for (let second = 0; second < 60; second++) {
    kinds.forEach((kind, k) => {
      if (budget.waitMs(kind) > 0) return;
      budget.spend(kind, 'nothing');
      served.push(k);
    });
    clock.advance(1000);
  }
  t.deepEqual(served, [0, 1, 2, 0, 1, 2]);
});

test('a kind of which nothing waits holds nobody up', t => {
  const { budget, clock, kinds } = setting();
  budget.spend(kinds[0], 'nothing');
  t.is(budget.waitMs(kinds[1]), 10_000);
  t.is(budget.waitMs(kinds[0]), 20_000, 'the others go first');
  kinds[1].wantsProof = false;
  kinds[2].wantsProof = false;
  t.is(budget.waitMs(kinds[0]), 10_000);
  clock.advance(10_000);
  t.is(budget.waitMs(kinds[0]), 0);
});

test('a kind that waits and never uses its turn holds the others up for ten seconds at most', t => {
  const { budget, clock, kinds } = setting();
  budget.spend(kinds[0], 'nothing');
  clock.advance(10_000);
  t.is(budget.waitMs(kinds[0]), 10_000);
  clock.advance(10_000);
  t.is(budget.waitMs(kinds[0]), 0);
});

test('a proof that found what it was made for costs nothing; a chain that cannot be read costs a second', t => {
  const { budget, kinds } = setting();
  const [kind]: ProofKind[] = kinds;
  budget.spend(kind, 'named');
  t.is(budget.waitMs(kind), 0);
  budget.spend(kind, 'unread');
  t.is(budget.waitMs(kinds[1]), 1000);
  const apart = budget.apart();
  apart.join(kind);
  t.is(apart.waitMs(kind), 0, 'a budget apart');
});
