import { join } from 'node:path';
import test from 'ava';
import { withChange } from '../../../host-sim/image/sourceChange.js';
import { hunt, MUTANT_GROUPS, MUTANT_SEEDS_MAX, mutantNames, mutantOf } from '../../../tools/sim/mutants.js';

test('each change of a mutant stands in its file once: the firmware has not gone on without it', t => {
  const changes = mutantNames.flatMap(name => mutantOf(name).changes ?? []);
  t.true(changes.length > 5);
  for (const change of changes) t.notThrows(() => withChange(change), join(change.file, change.from));
  const [{ file }] = changes;
  t.throws(() => withChange({ file, from: 'not there at all', to: '' }), { message: /has 0 times/ });
  t.throws(() => withChange({ file, from: '\n', to: '' }), { message: /times/ });
});

test('no two mutants have one name: each is hunted', t => {
  t.deepEqual(MUTANT_GROUPS.flatMap(group => Object.keys(group)).sort(), [...mutantNames].sort());
});

test('each rule has a mutant that it must catch', t => {
  t.deepEqual([...new Set(mutantNames.map(name => mutantOf(name).rule))].sort(), [
    ...[
      'believed',
      'contradiction',
      'early',
      'expired',
      'floor',
      'foreign',
      'gap',
      'liveness',
      'memory',
      'misfit',
      'older',
      'order',
      'outdated',
    ],
    ...[
      'paused',
      'premature',
      'reorged',
      'suspended',
      'twice',
      'unbootable',
      'unfinal',
      'unlinked',
      'unnamed',
      'unsigned',
      'void',
      'wear',
    ],
  ]);
});

test('a mutant is hunted seed after seed until its own rule is broken, or the seeds are used up', async t => {
  const seen: number[] = [];
  const caught = await hunt('unpaused', async (_, seed) => {
    seen.push(seed);
    return seed < 3 ? ['liveness'] : ['order', 'paused'];
  });
  t.deepEqual(caught, { mutant: 'unpaused', rule: 'paused', seed: 3 });
  t.deepEqual(seen, [1, 2, 3]);
  let runs = 0;
  const missed = await hunt('timeless', async () => {
    runs++;
    return [];
  });
  t.is(missed.seed, undefined);
  t.is(runs, MUTANT_SEEDS_MAX);
});
