/** Recordings of Node are played in XS: the same firmware on another engine has to do the same. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat } from '../../../firmware/bytes/concat.js';
import { MAGIC } from '../../../host-sim/recording/format.js';
import { playOnNode, playOnXs } from '../../../tools/recording/play.js';
import { xsTest } from '../engine/withXs.js';
import { bench, image, startRecorded } from '../recording/stage.js';

xsTest(
  'a recording of Node is played in XS to the same outputs, a mutant to the same difference',
  async t => {
    t.timeout(600_000);
    const board = bench();
    const first = startRecorded(board);
    await board.calm();
    const asked = board.request('identify', null);
    await board.calm();
    await asked;
    await board.pass(5000);
    const second = startRecorded(bench(board.flash));
    await board.calm();
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-replay-'));
    t.teardown(() => rm(directory, { recursive: true, force: true }));
    const file = join(directory, 'recording');
    await writeFile(file, concat(first.bytes(), second.bytes().subarray(MAGIC.length)));
    const mutant = join(directory, 'mutant');
    const changed = Buffer.from(image.slice());
    changed.write('wants at its console', changed.indexOf('waits at its console'), 'latin1');
    await writeFile(mutant, changed);

    const { signal } = new AbortController();
    const said: string[] = [];
    const played = await playOnXs({
      ...{ file, signal },
      tell: line => void ('said' in line && said.push(line.said)),
    });
    t.is(played.verdict, 'same', JSON.stringify(played));
    t.is(played.starts, 2);
    t.is(said.length, 6, 'three lines of each start');
    const onNode = await playOnNode({ file, signal, tell() {} });
    t.is(onNode.entries, played.entries);

    const different = await playOnXs({ file, image: mutant, signal, tell() {} });
    if (different.verdict !== 'different') return t.fail(JSON.stringify(different));
    t.regex(different.expected, /waits at its console/);
    t.regex(different.came, /wants at its console/);

    const damaged = concat(first.bytes(), second.bytes().subarray(MAGIC.length));
    damaged[damaged.length - 1] ^= 1;
    await writeFile(file, damaged);
    t.is((await playOnXs({ file, signal, tell() {} })).verdict, 'unreadable');
  },
);
