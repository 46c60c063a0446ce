/** The acceptance scenarios of the project on a board of Node, and what the command says of failures and of its end. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { firstImage } from '../../../tools/demo/images.js';
import type { RigResult } from '../../../tools/rig/rig.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { allPass, holdfast, rig } from './acceptance.js';

testWithChain('every scenario passes on Node', t => allPass(t, 'node'));

testWithChain(
  'at level 1 what needs a prover is not run, and says so; the rest passes, with each image that is named',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rig-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'first.img');
    writeFileSync(file, (await firstImage('node')).bytes);
    const only = ['--only', 'prover', '--only', 'changed byte is refused'];
    const images = ['--image', 'current', '--image', file, '--jobs', '2'];
    const { errors, out, status } = await rig(['test/rig', '--level', '1', ...only, ...images, '--json']);
    t.is(status, 0, errors);
    const { notRun, passed, reports, table } = JSON.parse(out) as RigResult;
    t.is(passed, 2);
    t.is(notRun, reports.length - 2);
    t.true(notRun >= 12);
    t.true(reports.every(({ outcome, reason }) => outcome === 'passed' || /level 4/.test(reason ?? '')));
    t.is(table?.[0], `| scenario | node, level 1, current | node, level 1, ${file} |`);
  },
);

/** Command lines of this machine's processes that name this text. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter(line => line.includes(text));

testWithChain(
  'a scenario that fails is told with its step and what repeats it; Ctrl-C leaves nothing',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rig-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const order = '  - command: { action: relay.set, params: { on: true } }\n';
    writeFileSync(
      join(folder, 'a.scenario.yaml'),
      `name: wrong\nsteps:\n  - order: { action: relay.set, params: { on: true } }\n  - deny: { code: not_anchored }\n`,
    );
    writeFileSync(join(folder, 'b.scenario.yaml'), `name: right\nsteps:\n${order}`);
    const [report, page, kept] = ['rig.xml', 'rig.html', 'recordings'].map(name => join(folder, name));
    const { out, status } = await rig([
      ...[folder, '--json', '--junit', report, '--html', page, '--record', kept],
    ]);
    t.is(status, 1);
    const { failed, passed, reports } = JSON.parse(out) as RigResult;
    t.deepEqual([failed, passed], [1, 1]);
    t.regex(
      reports[0].failure ?? '',
      /^deny { code: not_anchored }: accepted .* not rejected \(not_anchored\)/,
    );
    t.is(reports[0].again, `holdfast rig run ${folder} --target node --only "wrong"`);
    t.regex(readFileSync(report, 'utf8'), /failures="1"/);
    // The board of the one that failed can be run again, and both reports lead there; that of the other is gone.
    t.deepEqual(readdirSync(kept), ['wrong.recording']);
    t.is(reports[0].recording, join(kept, 'wrong.recording'));
    for (const path of [report, page])
      t.true(readFileSync(path, 'utf8').includes(`holdfast replay ${reports[0].recording}`), path);
    t.regex(readFileSync(page, 'utf8'), /href="recordings\/wrong\.recording"/);
    const replayed = await holdfast(['replay', reports[0].recording!, '--json']);
    t.is(replayed.status, 0, replayed.out + replayed.errors);
    t.is(JSON.parse(replayed.out).verdict, 'same');

    const marker = mkdtempSync(join(tmpdir(), 'holdfast-rig-marker-'));
    t.teardown(() => rmSync(marker, { recursive: true, force: true }));
    const again = join(marker, 'b.scenario.yaml');
    writeFileSync(again, `name: right\nsteps:\n${order}`);
    let isStopped = false;
    const stopped = await rig([again, '--for', '1h', '--json'], (said, pid) => {
      if (isStopped || !said.includes('right')) return;
      isStopped = true;
      process.kill(pid, 'SIGINT');
    });
    t.is(stopped.status, 130, stopped.errors);
    for (let i = 0; i < 100 && processesWith(marker).length > 0; i++) await setTimeout(100);
    t.deepEqual(processesWith(marker), []);
  },
);
