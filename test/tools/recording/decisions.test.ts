import test from 'ava';
import { decisionsIn } from '../../../tools/recording/decisions.js';

test('a refusal is explained by its name; the words around it, and what was accepted, are not', t => {
  const named = (line: string) => decisionsIn(line).map(({ kind, name }) => `${kind} ${name}`);
  t.deepEqual(named('[development L1] command 0xa6…: rejected (expired): the class is busy'), [
    'code expired',
  ]);
  t.deepEqual(named('[production L4] command 0xa6…: undetermined (stale): no level is fresh'), [
    'cause stale',
  ]);
  t.deepEqual(named('[development L1] command 0xa6…: accepted'), []);
  t.deepEqual(named('rejected (nonsense): of no firmware'), []);
});
