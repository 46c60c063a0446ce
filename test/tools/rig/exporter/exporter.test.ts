/** Boards of a bench in the hands of runners elsewhere: one has each, a dead one lets go, a stranger gets none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { exportedFarmBoard } from '../../../../tools/rig/exporter/farmBoard.js';
import { boardsAt, takeAt } from '../../../../tools/rig/exporter/reach.js';
import { serveBoards } from '../../../../tools/rig/exporter/serve.js';
import { proofOf } from '../../../../tools/rig/exporter/words.js';
import { quarantineOf } from '../../../../tools/rig/farm/quarantine.js';
import { leaseOf, reserve } from '../../../../tools/rig/farm/reservation.js';
import { type FakeBoard, fakeBoard } from './fakeBoard.js';

const token = 'a token that nobody guesses at all';

async function bench(t: ExecutionContext, board: FakeBoard, leaseMs?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-exporter-'));
  const notes: string[] = [];
  const exporter = await serveBoards({
    boards: [{ name: 'desk', access: board.access }],
    ...{ folder, token, leaseMs, host: '127.0.0.1', port: 0, note: line => notes.push(line) },
  });
  t.teardown(async () => {
    await exporter.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { exporter, folder, notes, place: { host: '127.0.0.1', port: exporter.port, token, leaseMs } };
}

type Place = Awaited<ReturnType<typeof bench>>['place'];

async function taken(t: ExecutionContext, place: Place) {
  const answer = await takeAt(place, 'desk');
  if (answer.is !== 'ours') return t.fail(JSON.stringify(answer)) as never;
  return answer.held;
}

/** Waits generously. */
async function until(t: ExecutionContext, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds() && Date.now() < end; )
    await new Promise(resolve => setTimeout(resolve, 5));
  t.true(holds());
}

/** A connection by hand: what it says after the challenge, and when it was hung up on. */
function byHand(place: Place, say: (challenge: string) => string) {
  const socket = connect(place.port, place.host).on('error', () => {});
  let heard = '';
  socket.on('data', data => {
    const isFirst = heard === '';
    heard += data;
    if (isFirst) socket.write(say(JSON.parse(heard.split('\n')[0]).challenge));
  });
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()));
  return { socket, closed, heard: () => heard };
}

test('a runner gets the line, the supply and what makes the board new, and leaves the power as it was found', async t => {
  const board = fakeBoard({ isOn: false });
  const { folder, place } = await bench(t, board);
  const held = await taken(t, place);
  const { access } = held;
  await access.power!.switch(true);
  t.is(await access.power!.state(), true);
  await access.prepare!(new AbortController().signal);
  const line = await access.open();
  let heard = '';
  line.onData(bytes => (heard += Buffer.from(bytes)));
  await line.setLines({ rts: true });
  await line.write(Buffer.from('hello'));
  board.say('x'.repeat(40_000));
  await until(t, () => heard.length === 40_000);
  let isLost = false;
  line.onLost(() => (isLost = true));
  board.pull();
  await until(t, () => isLost);
  await (await access.open()).close();
  await held.release();
  t.deepEqual(board.log, [
    'on',
    'prepare',
    'open',
    'lines {"rts":true}',
    'write hello',
    'open',
    'close',
    'off',
  ]);
  t.is(leaseOf(folder, 'desk'), undefined);
});

test('of two runners one has the board, the other is told who, and gets it afterwards; runs on that machine share the reservation', async t => {
  const { folder, place } = await bench(t, fakeBoard());
  const first = await taken(t, place);
  t.like(await takeAt(place, 'desk'), { is: 'held' });
  t.is(reserve(folder, 'desk'), undefined);
  t.like(await boardsAt(place), [{ name: 'desk', power: true, prepare: true, state: 'held' }]);
  await first.release();
  await (await taken(t, place)).release();
  const own = reserve(folder, 'desk')!;
  t.regex(JSON.stringify(await takeAt(place, 'desk')), new RegExp(`process ${process.pid}`));
  await own.release();
  t.like(await boardsAt(place), [{ state: 'free' }]);
});

test('a runner that dies, and one that says nothing any more, lose the board: power as found, line closed, free for the next', async t => {
  for (const end of ['dies', 'is silent']) {
    const board = fakeBoard();
    // The next runner of this test speaks in time by the same lease: it must not be short.
    const { folder, place } = await bench(t, board, end === 'dies' ? undefined : 2000);
    const wishes = ['{"id":1,"do":"power","on":false}\n', '{"id":2,"do":"open"}\n'];
    const stale = byHand(
      place,
      challenge =>
        `${JSON.stringify({ proof: proofOf(token, challenge), take: 'desk', holder: 'stale' })}\n${wishes.join('')}`,
    );
    await until(t, () => board.log.includes('open'));
    t.false(board.isOn());
    if (end === 'dies') stale.socket.destroy();
    await stale.closed;
    await until(t, () => leaseOf(folder, 'desk') === undefined);
    t.deepEqual(board.log, ['off', 'open', 'close', 'on'], end);
    await (await taken(t, place)).release();
  }
});

test('a stranger gets nothing: not with another token, not with nonsense, not with a line without end', async t => {
  const board = fakeBoard();
  const { notes, place } = await bench(t, board);
  const wrong = { ...place, token: `${token}.` };
  t.regex((await t.throwsAsync(boardsAt(wrong)))!.message, /token/);
  t.like(await t.throwsAsync(takeAt(wrong, 'desk')), { code: 'exporter' });
  for (const said of [
    'nonsense\n',
    '{"proof":1,"take":"desk","holder":"x"}\n',
    `{"proof":"${'0'.repeat(64)}","take":"desk","holder":"x"}\n`,
    // Requests before the proof.
    '{"id":1,"do":"power","on":false}\n',
    'x'.repeat(100_000),
  ]) {
    const stranger = byHand(place, () => said);
    await stranger.closed;
    t.false(stranger.heard().includes('taken'), said.slice(0, 60));
  }
  t.deepEqual(board.log, []);
  t.true(notes.some(line => line.includes('stranger')));
  // The proof of one connection is none on another.
  let proof = '';
  const first = byHand(place, challenge => {
    proof = proofOf(token, challenge);
    return `{"proof":"${proof}","list":true}\n`;
  });
  await first.closed;
  t.true(first.heard().includes('boards'));
  const again = byHand(place, () => `{"proof":"${proof}","take":"desk","holder":"x"}\n`);
  await again.closed;
  t.false(again.heard().includes('taken'));
  await (await taken(t, place)).release();
});

test('a run that is stopped while the board is made new ends that there, and the power is as it was', async t => {
  const board = fakeBoard({ isOn: false, slow: true });
  const { folder, place } = await bench(t, board);
  const farm = await exportedFarmBoard({
    ...{ place, level: 1 },
    board: { name: 'ours', board: 'desk', exporter: `127.0.0.1:${place.port}`, host: '127.0.0.1' },
  });
  t.true(farm.facts.abilities.has('power'));
  t.false(farm.facts.isOnce);
  const claim = await farm.claim();
  if (claim.is !== 'ours') return t.fail(claim.is);
  const stop = new AbortController();
  const opening = claim.target.open(stop.signal, () => {});
  await until(t, () => board.log.includes('prepare'));
  stop.abort(new Error('stopped'));
  await t.throwsAsync(opening);
  await claim.reservation.release();
  t.deepEqual(board.log, ['on', 'prepare', 'prepare was given up', 'off']);
  t.is(leaseOf(folder, 'desk'), undefined);
});

test('a board that failed is left alone for all, until somebody has seen to it; a name that is none is said', async t => {
  const { folder, place } = await bench(t, fakeBoard());
  const held = await taken(t, place);
  await held.leaveAlone('it does not answer');
  await held.release();
  t.regex(quarantineOf(folder, 'desk')!, /does not answer/);
  t.like(await takeAt(place, 'desk'), { is: 'left alone' });
  t.like(await boardsAt(place), [{ state: 'left alone' }]);
  t.regex((await t.throwsAsync(takeAt(place, 'dsek')))!.message, /no board dsek, but desk/);
});

test('an exporter that ends leaves the board as found, and the runner hears that it lost it', async t => {
  const board = fakeBoard();
  const { exporter, place } = await bench(t, board);
  const held = await taken(t, place);
  await held.access.power!.switch(false);
  const line = await held.access.open();
  let isLost = false;
  line.onLost(() => (isLost = true));
  await exporter.close();
  await held.lost;
  await until(t, () => isLost);
  t.deepEqual(board.log, ['off', 'open', 'close', 'on']);
  t.like(await t.throwsAsync(held.access.open()), { code: 'exporter' });
  await held.release();
});
