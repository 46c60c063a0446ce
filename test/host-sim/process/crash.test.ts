import test from 'ava';
import { xsTest } from '../engine/withXs.js';
import { leavesRecords } from './crashes.js';

test('on Node a crash leaves a record: of an exception with its place, of the watchdog without', async t => {
  await leavesRecords(t, { name: 'node' });
});

xsTest('in XS a crash leaves the same, and where its memory or its stack is out', async t => {
  await leavesRecords(t, { name: 'xs' }, [
    ['devour', 'memory', /^out of memory$/],
    ['deep', 'stack', /^stack overflow$/],
  ]);
});
