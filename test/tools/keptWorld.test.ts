/** A world that is kept over restarts beside a second one in the same folder, through the real command only. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { start } from './lasting.js';
import { document, enterTemporaryDirectory, inProcess } from './support.js';

testWithChain(
  'a kept world goes on with its board, chain and receipts; a second one in the folder is another',
  async t => {
    const cwd = enterTemporaryDirectory(t);
    const json = async (args: string[], status = 0) => {
      const ran = await inProcess([...args, '--json']);
      t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      return document(t, ran);
    };
    const begin = async (...flags: string[]) => {
      const world = start(['start', '--json', ...flags], cwd);
      t.teardown(() => world.child.kill('SIGKILL'));
      await world.says('"ready"');
      return world;
    };
    const first = await begin('--state', 'kept');
    const one = await json(['command', 'relay.set', '{"on":true}']);
    t.like(one, { sequence: 1, receipt: { counter: 1, outcome: 'done' } });
    t.regex((await json(['start', '--world', 'b', '--state', 'kept'], 1)).error.message, /runs already/);

    const other = await begin('--world', 'b');
    const there = await json(['status', '--world', 'b']);
    t.not(there.device, one.device);
    t.is(there.board.sequence, 0);
    t.is((await json(['status'])).device, one.device, 'the first is as it was');
    await other.interrupt();
    t.regex((await json(['status', '--world', 'b'], 1)).error.message, /No world b runs here/);
    t.regex(
      (await json(['status', '--world', 'b', '--project', 'x'], 2)).error.message,
      /exclude each other/,
    );

    t.is((await first.interrupt()).status, 130);
    t.true(existsSync(join(cwd, 'kept', 'world.json')) && !existsSync(join(cwd, '.holdfast/project.json')));
    t.regex((await json(['start', '--state', 'kept', '--level', '1'], 1)).error.message, /--level 4/);
    const again = await begin('--state', 'kept');
    t.like(await json(['status']), { device: one.device, board: { sequence: 1, receiptCounter: 1 } });
    const two = await json(['command', 'relay.set', '{"on":false}']);
    t.like(two, { sequence: 2, receipt: { counter: 2, outcome: 'done', blockKnown: true } });
    t.like(await json(['audit']), { findings: [], complete: true });
    await again.interrupt();
  },
);
