/** A world of many boards through the real command, as somebody at a second terminal has it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { startBeacon } from '../../../host-sim/beacon/beacon.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { buildXs } from '../../../host-sim/engine/deskProgram.js';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { processRuns } from '../../../host-sim/node/lock.js';
import type { Board } from '../../../host-sim/page/protocol.js';
import { namesOf } from '../../../tools/world/fleet.js';
import { groupsOf } from '../../../tools/world/summary.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { apiOf } from '../page/api.js';
import { document, enterTemporaryDirectory, inProcess } from '../support.js';

test('boards are dealt to their groups in turn, and each has a name of its own', t => {
  const named = namesOf(5, ['hall', 'yard']);
  t.deepEqual(
    named.map(({ name }) => name),
    ['hall-1', 'yard-1', 'hall-2', 'yard-2', 'hall-3'],
  );
  t.deepEqual(new Set(named.map(({ name }) => name)).size, 5);
});

test('groups are counted: a board that is off is not up, and one without a process has no memory', t => {
  const board = { name: 'hall-1', group: 'hall', pid: 7, version: 1, restarts: 2, memory: 100 };
  const off = { name: 'hall-2', group: 'hall', pid: 0, restarts: 1 };
  const starting = { name: 'yard-1', group: 'yard', pid: 9, restarts: 0, memory: 50 };
  t.deepEqual(groupsOf([board, off, starting]), {
    hall: { boards: 2, up: 1, restarts: 3, memory: 100 },
    yard: { boards: 1, up: 0, restarts: 0, memory: 50 },
  });
});

interface Listed {
  up: number;
  boards: { name: string; group: string; pid: number; restarts: number; device?: string }[];
}

async function json(t: ExecutionContext, args: string[], status = 0) {
  const ran = await inProcess([...args, '--json']);
  t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return document(t, ran);
}

/** Each board is shown by its own signed words, with its group and its chain; one of them is ordered from there. */
async function eachIsOnThePage(t: ExecutionContext, url: string): Promise<void> {
  const { act, event } = apiOf(url);
  const seen = new Map<string, Board>();
  await event(told => {
    if (told.kind === 'board' && told.board.seen && told.board.lifecycle && told.board.actions.length > 0)
      seen.set(told.board.name, told.board);
    return seen.size === 5 || undefined;
  });
  t.is(seen.get('yard-2')?.group, 'yard');
  const switched = act({
    act: 'command',
    words: ['command', 'relay.set', '{"on":true}'],
    boards: ['yard-2'],
  });
  t.is(
    await event(told => (told.kind === 'board' && told.board.sequence === 1 ? told.board.name : undefined)),
    'yard-2',
  );
  t.true((await switched).ok);
  const unknown = { act: 'command', words: ['fleet', 'pause'], boards: ['yard-2', 'roof-1'] };
  t.deepEqual(await act(unknown), { ok: false, says: 'There is no such board.' });
  t.false(
    (await act({ act: 'command', words: ['status', '--world', 'hall-1'] })).ok,
    'the page names the board',
  );
}

/** Started on XS, or the reason why not, said loudly. */
async function lacksXs(t: ExecutionContext): Promise<boolean> {
  try {
    await buildXs();
    return false;
  } catch (error) {
    if (!(error instanceof XsMissing)) throw error;
    t.log(`NOT RUN: ${error.message}`);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(error.message);
    else t.pass();
    return true;
  }
}

testWithChain(
  'five boards on XS are brought up, listed, commanded, restarted, started again when killed, and taken down without a trace',
  async t => {
    if (await lacksXs(t)) return;
    const cwd = enterTemporaryDirectory(t);
    t.is((await json(t, ['world', 'list'], 1)).error.code, 'world');
    const up = ['world', 'up', '--boards', '5', '--group', 'hall', '--group', 'yard', '--page', '--json'];
    const world = start(up, cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"ready"');
    t.is((await json(t, ['world', 'up'], 1)).error.code, 'world', 'one of that name is enough');

    await eachIsOnThePage(t, /"page":"([^"]+)"/.exec(world.said())![1]);
    const list = () => json(t, ['world', 'list']) as Promise<Listed>;
    const first = await list();
    t.is(first.up, 5);
    t.deepEqual(
      first.boards.map(({ name }) => name),
      ['hall-1', 'yard-1', 'hall-2', 'yard-2', 'hall-3'],
    );
    t.is(new Set(first.boards.map(({ device }) => device)).size, 5);
    t.is(((await json(t, ['world', 'list', 'yard'])) as Listed).boards.length, 2);
    const summed = await json(t, ['world', 'list', '--summary']);
    t.like(summed, { boards: [], of: 5, groups: { hall: { boards: 3, up: 3 }, yard: { boards: 2, up: 2 } } });

    // every command works on one of them
    const done = await json(t, ['command', 'relay.set', '{"on":true}', '--world', 'yard-2']);
    t.like(done, { answer: { verdict: 'accepted' }, receipt: { outcome: 'done', result: { on: true } } });
    const other = await json(t, ['status', '--world', 'hall-1']);
    t.like(other.board, { sequence: 0 }, 'and on no other');

    // a group restarts, and one that ends is started again
    t.is((await json(t, ['world', 'restart', 'yard'])).boards, 2);
    t.is((await json(t, ['world', 'restart', 'attic'], 1)).error.code, 'world');
    process.kill(first.boards[0].pid, 'SIGKILL');
    const restarts = async () =>
      (await inProcess(['world', 'list', '--json'])).stdout.match(/"restarts": *1\b/g)?.length ?? 0;
    while ((await restarts()) < 3) await setTimeout(200);
    const again = await list();
    t.deepEqual(
      again.boards.filter(({ restarts }) => restarts === 1).map(({ name }) => name),
      ['hall-1', 'yard-1', 'yard-2'],
    );

    await json(t, ['world', 'down']);
    t.deepEqual(
      again.boards.filter(({ pid }) => processRuns(pid)),
      [],
    );
    t.false(existsSync(join(cwd, '.holdfast/worlds/hall-1')));
    t.false(existsSync(join(cwd, '.holdfast/worlds/fleet')));
  },
  { isSerial: true },
);

testWithChain(
  'a chain, its beacon and a broker of somebody else are used, and are there when the world is gone',
  async t => {
    const cwd = enterTemporaryDirectory(t);
    const chain = await startChain({ flags: ['--slots-in-an-epoch', '4'] });
    t.teardown(() => chain.close());
    const beacon = await startBeacon({ chain });
    t.teardown(() => beacon.close());
    const broker = await startBroker({});
    t.teardown(() => broker.close());
    t.is((await json(t, ['world', 'up', '--beacon', beacon.url], 2)).error.code, 'usage', 'of which chain?');
    const theirs = ['--rpc', chain.url, '--beacon', beacon.url, '--broker', broker.url];
    const world = start(['world', 'up', '--boards', '1', '--engine', 'node', '--json', ...theirs], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"ready"');
    const { ready } = JSON.parse(
      world
        .said()
        .split('\n')
        .find(line => line.includes('"ready"'))!,
    );
    t.like(ready, { rpc: chain.url, brokers: [broker.url] });
    const done = await json(t, ['command', 'relay.set', '{"on":true}', '--world', 'board-1']);
    t.like(done, { receipt: { outcome: 'done', result: { on: true } } });
    await json(t, ['world', 'down']);
    t.true((await fetch(`${beacon.url}/eth/v1/beacon/genesis`)).ok);
  },
  { isSerial: true },
);
