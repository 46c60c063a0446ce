/**
 * Power fails at every flash operation of journal, bootloader and update, in four ways each, and again in the recovery:
 * `HOLDFAST_CUTS_SECONDS` is how long (40 if unset), `HOLDFAST_SEED` the first round's seed, which a failure names.
 */
import test from 'ava';
import { openInPlace } from '../store/naiveStores.js';
import { countsOf, tryCuts } from './campaign.js';
import { Tried } from './flashStates.js';
import { journalCuts } from './journalCuts.js';

const seconds = Number(process.env.HOLDFAST_CUTS_SECONDS ?? 40);
const seed = Number(process.env.HOLDFAST_SEED ?? 1);

test('whatever a power cut leaves in flash, a whole approved image boots, never below the floor, and the update ends', async t => {
  t.timeout(seconds * 1000 + 900_000);
  const tried = await tryCuts(seconds, seed);
  t.log(`seed ${seed}: ${countsOf(tried)}`);
  // One round has so many, however busy the machine.
  for (const work of [
    'journal batch',
    'journal compaction',
    'journal, cut twice',
    'boot record, cut twice',
  ]) {
    t.true(tried.counts[work] >= 20, `${work}: ${tried.counts[work]}`);
  }
  for (const work of [
    ...['install', 'resume', 'rollback', 'delta', 'going back'],
    ...['app', 'app, the first', 'app, resumed', 'app, rolled back'],
  ])
    t.true(tried.counts[work] > 60, `${work}: ${tried.counts[work]}`);
});

test('the cuts find a store that rewrites its sector in place', t => {
  t.throws(() => [...journalCuts(1, new Tried(), openInPlace)], { message: /^journal seed 1, cut / });
});
