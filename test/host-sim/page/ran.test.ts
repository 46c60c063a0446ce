import test from 'ava';
import { ranWith, spansOf } from '../../../host-sim/page/ran.js';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

test('a version is told once for as long as it runs; it may come again; old ones are forgotten', t => {
  let ran = ranWith([], 1, at(0));
  t.is(ranWith(ran, 1, at(5)), ran);
  t.is(ranWith(ran, undefined, at(5)), ran);
  ran = ranWith(ranWith(ran, 2, at(10)), 1, at(12));
  t.deepEqual(
    ran.map(({ version }) => version),
    [1, 2, 1],
  );
  for (let version = 3; version < 99; version++) ran = ranWith(ran, version, at(version * 10));
  t.is(ran.length, 16);
  t.is(ran.at(-1)?.version, 98);
});

test('spans follow each other without a gap up to the present, and none is before the begin', t => {
  const ran = [
    { version: 1, since: at(0) },
    { version: 2, since: at(10) },
  ];
  t.like(spansOf(ran, 4000, 40_000), [
    { version: 1, fromMs: 0, forMs: 6000 },
    { version: 2, fromMs: 6000, forMs: 30_000 },
  ]);
});
