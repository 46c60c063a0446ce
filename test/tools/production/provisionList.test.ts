/** A production line of terminal devices: behind two of them the real firmware in XS, behind the third nobody. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  unwatchFile,
  watchFile,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { patient } from '../../../host-sim/node/patience.js';
import type { ProductionResult } from '../../../tools/production/production.js';
import { built } from '../../host-sim/engine/withXs.js';
import { playBoard } from '../serial/deskBoard.js';
import { openPty, ptyTest } from '../serial/pty.js';
import { bin, cleanEnvironment, document, inProcess, temporaryDirectory } from '../support.js';
import { startOffice } from './office.js';

/** Runs the line until its journal has that step, and kills it then. */
async function killAt(
  step: string,
  journal: string,
  words: string[],
  cwd: string,
  environment: Record<string, string>,
) {
  const child = spawn(process.execPath, [bin, ...words], {
    ...{ cwd, stdio: 'ignore' },
    env: { ...cleanEnvironment(), ...environment },
  });
  const look = () => {
    if (existsSync(journal) && readFileSync(journal, 'utf8').includes(`"step":"${step}"`))
      child.kill('SIGKILL');
  };
  watchFile(journal, { interval: 20 }, look);
  const signal = await new Promise(resolve => child.on('close', (_, by) => resolve(by)));
  unwatchFile(journal);
  return signal;
}

ptyTest(
  'boards of a list are made at their lines: a killed line goes on where it was, a finished board and a silent one are told and skipped, none is registered twice',
  async (t, first) => {
    t.timeout(patient(300_000));
    const xs = await built('release');
    const [second, silent] = [await openPty(t), await openPty(t)];
    if (xs instanceof XsMissing || !second || !silent) {
      t.log('NOT RUN: XS or script is missing');
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail();
      else t.pass();
      return;
    }
    const cwd = temporaryDirectory(t);
    for (const [name, pty] of [
      ['one', first],
      ['two', second],
    ] as const) {
      mkdirSync(join(cwd, name));
      await playBoard(t, pty, join(cwd, name));
    }
    const { environment, registrations, words } = await startOffice(t);
    const line = [...words, '--labels', join(cwd, 'labels')];
    const patiently = ['--answer', '10m'];
    const run = async (status: number, ...more: string[]) => {
      const ran = await inProcess([...line, ...more], environment);
      t.is(ran.status, status, ran.stdout + ran.stderr);
      return document(t, ran) as unknown as ProductionResult;
    };

    writeFileSync(join(cwd, 'list.csv'), `serial,port\nA-1,${first.path}\n`);
    const list = ['--csv', join(cwd, 'list.csv'), ...patiently];
    const journal = join(cwd, 'list.journal.jsonl');
    t.is(await killAt('registering', journal, [...line, ...list], cwd, environment), 'SIGKILL');
    t.false(existsSync(join(cwd, 'labels/labels.html')));
    const resumed = await run(0, ...list);
    t.like(resumed.boards[0], { serial: 'A-1', outcome: 'made' });
    t.is((await registrations()).length, 1);
    // The whole list once more: nothing is done, not even a board is asked.
    const again = await run(0, ...list);
    t.like(again.boards[0], { outcome: 'before', device: resumed.boards[0].device });
    const label = readFileSync(join(cwd, 'labels/A-1.svg'), 'utf8');
    t.regex(label, /No\. A-1/);
    t.true(readFileSync(join(cwd, 'labels/labels.html'), 'utf8').includes(label.trim()));
    t.is(statSync(join(cwd, 'labels/labels.html')).mode & 0o077, 0);

    // A list of another journal: the finished board is one of the chain's, and no number of this list.
    writeFileSync(join(cwd, 'more.csv'), `serial,port\nB-1,${first.path}\nB-2,${second.path}\n`);
    writeFileSync(join(cwd, 'silent.csv'), `serial,port\nB-0,${silent.path}\n`);
    const [{ boards }, stalled] = await Promise.all([
      run(1, '--csv', join(cwd, 'more.csv'), ...patiently),
      run(1, '--csv', join(cwd, 'silent.csv'), '--answer', '1s'),
    ]);
    t.like(stalled.boards[0], { serial: 'B-0', outcome: 'failed', code: 'port_silent' });
    t.like(boards[0], { serial: 'B-1', outcome: 'failed', code: 'board_made' });
    t.like(boards[1], { serial: 'B-2', outcome: 'made' });
    const registered = await registrations();
    t.deepEqual(
      registered.map(({ device }) => device),
      [resumed.boards[0].device!, boards[1].device!],
    );
    // The labels of what is not secret: the journal has no code.
    const code = />([0-9A-Z]{5}-[0-9A-Z]{5})</.exec(label)![1];
    t.false(readFileSync(journal, 'utf8').includes(code));
    // The board of the first list is A-1 to its journal too, whatever another row says.
    writeFileSync(join(cwd, 'list.csv'), `serial,port\nA-1,${first.path}\nA-2,${first.path}\n`);
    const twice = await run(1, ...list);
    t.like(twice.boards[1], { outcome: 'failed', code: 'board_made' });
    t.regex(twice.boards[1].message!, /is A-1 already/);
    t.is((await registrations()).length, 2);
  },
);
