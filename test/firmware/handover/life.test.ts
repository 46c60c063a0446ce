/** A board's life by its Device's status: suspended it runs lifecycle alone, stolen it is locked, retired it is wiped. */
import test from 'ava';
import { BoardLife } from '../../../firmware/device/life.js';
import { openStore } from '../../../firmware/device/store.js';
import { finishWipe, markForWipe } from '../../../firmware/device/wipe.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { Board, short } from '../command/board.js';
import { crypto } from '../command/modelChain.js';
import { NEW_BYTES, trustOrder } from './scene.js';

const ACTIVE = 2;
const SUSPENDED = 3;
const STOLEN = 4;
const RETIRED = 5;

/** A board whose life is kept as on a device, in memory. */
function living(board = new Board()) {
  const identity = { locked: false, rotateTo: () => false };
  const noted: string[] = [];
  board.life = new BoardLife({
    app: { lock: () => noted.push('app locked') },
    identity,
    onKeyChanged: () => noted.push('another key'),
    onRetired: () => noted.push('retired'),
  });
  board.boot();
  return { board, identity, noted };
}

test('suspended it runs nothing but lifecycle of class 1; lifted it goes on', async t => {
  const board = await new Board().proveNow();
  board.chain.change({ status: SUSPENDED });
  const trust = trustOrder(board);
  const [once, grave] = [board.link('once'), board.link('grave', { class: 1 })];
  board.chain.finalise();
  t.is(await board.deliver(trust), 'undetermined incomplete', 'it is judged, and asks for the configuration');
  board.handOver.take(NEW_BYTES);
  t.deepEqual(await board.retry(), ['done']);
  board.boot();
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(once), 'undetermined not_now');
  await board.deliver(grave);
  await board.deliver(proof);
  t.is(board.about(once).split(', ').pop(), 'undetermined suspended');
  t.deepEqual(board.effects, []);
  board.chain.change({ status: ACTIVE }).finalise();
  await board.retry();
  t.deepEqual(board.effects.length, 3, 'the twin');
});

test('an irreversible action of the app is no lifecycle: while suspended it waits as all else', async t => {
  const board = await new Board().proveNow();
  board.chain.change({ status: SUSPENDED });
  const grave = board.link('grave', { class: 1 });
  board.chain.finalise();
  t.is(await board.deliver(grave), 'undetermined suspended');
});

test('stolen in a final block of lifecycle’s level it is locked; at the newest block it only holds', async t => {
  const { board, identity, noted } = living();
  await board.proveNow();
  const order = board.link('early');
  board.chain.finalise();
  board.chain.change({ status: STOLEN });
  t.is(await board.deliver(order), 'undetermined suspended');
  t.false(identity.locked, 'not final yet');
  board.chain.finalise();
  await board.commands.watch();
  t.true(identity.locked);
  t.deepEqual(noted, ['app locked']);
  await board.commands.watch();
  t.deepEqual(noted, ['app locked'], 'once');
  t.deepEqual(board.effects, []);
});

test('a weaker level than lifecycle’s locks nothing and wipes nothing; the twin does both', async t => {
  for (const level of [1, 4] as const) {
    const { board, identity, noted } = living();
    board.lifecycle = { level: 4, maximumAge: 7200 };
    board.boot();
    board.chain.levels = { lifecycle: level, firmware: level };
    board.chain.change({ status: STOLEN }).finalise();
    await board.commands.watch();
    t.is(identity.locked, level === 4);
    board.chain.change({ status: RETIRED }).finalise();
    await board.commands.watch();
    t.is(noted.includes('retired'), level === 4);
  }
});

test('a locked board runs nothing on an old block, idempotent actions included; now proven and active, it is freed', async t => {
  const { board, identity } = living();
  await board.proveNow();
  const early = board.link('early');
  board.chain.finalise();
  identity.locked = true;
  board.boot();
  t.is(await board.deliver(early), 'undetermined suspended', 'the block is of before it was stolen');
  await board.commands.watch();
  t.true(identity.locked);
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(proof);
  t.false(identity.locked, 'the twin: now is proven');
  t.is(board.effects.length, 2);
});

test('whoever holds a stolen board hears no more than that it is held', async t => {
  const { board } = living();
  await board.proveNow();
  const order = board.link('once');
  board.chain.change({ status: STOLEN }).finalise();
  await board.deliver(order);
  const said = JSON.stringify(board.said.map(({ verdict }) => verdict));
  t.regex(said, /the board is held/);
  t.notRegex(said, /stolen/i);
  const twin = await new Board().proveNow();
  const other = twin.link('once');
  twin.chain.change({ status: SUSPENDED }).finalise();
  await twin.deliver(other);
  t.regex(JSON.stringify(twin.said.map(({ verdict }) => verdict)), /suspended at block/);
});

test('retired it tells its device, final and not before', async t => {
  const { board, noted } = living();
  await board.proveNow();
  board.chain.change({ status: RETIRED });
  await board.commands.watch();
  t.deepEqual(noted, []);
  board.chain.finalise();
  await board.commands.watch();
  t.deepEqual(noted, ['retired']);
  t.true(board.said.map(short).every(word => word === 'done' || word === ''));
});

const provisioned = (flash: Flash): Uint8Array => {
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash })!;
  identity.connect(
    { broker: 'mqtt://a', images: [] },
    { user: 'u', password: 'secret', topicSecret: new Uint8Array(32).fill(0x77) },
  );
  return identity.privateKey;
};

const holds = (flash: MemoryFlash, secret: Uint8Array): boolean =>
  (['identity', 'journal', 'counter'] as const).some(name => {
    const partition = flash.open(name);
    return Buffer.from(partition.read(0, partition.size)).includes(Buffer.from(secret));
  });

test('wiped, nothing of key, access and journal is left, wherever the power fails; the next start is a blank board', t => {
  let cuts = 0;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash();
      const key = provisioned(memory as unknown as Flash);
      t.true(holds(memory, key));
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as unknown as Flash;
      power.cutAt(operation, moment);
      let network: string | undefined = 'name and password';
      const forgetNetwork = () => void (network = undefined);
      let cut = false;
      try {
        markForWipe(flash);
        finishWipe({ flash, forgetNetwork });
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cut = true;
      }
      power.restore();
      if (!cut) break;
      cuts++;
      const wiped = finishWipe({ flash, forgetNetwork });
      const label = `cut ${moment} ${operation}`;
      const store = openStore({ crypto, entropy: countingEntropy(50), flash });
      t.truthy(store, label);
      const same = Buffer.compare(store!.identity.privateKey, key) === 0;
      // Cut before the mark counts, it is as before, and the chain still says that it is retired.
      t.is(same, !wiped && holds(memory, key), label);
      if (!same) t.false(holds(memory, key), label);
      // It lies outside the flash of the ports: as long as the board may still be wiped, it is erased again.
      t.is(network === undefined, !same, label);
    }
  }
  t.true(cuts > 20, `${cuts}`);
});

test('a board that is not marked is not wiped', t => {
  const memory = new MemoryFlash();
  const key = provisioned(memory as unknown as Flash);
  const forgetNetwork = () => t.fail();
  t.false(finishWipe({ flash: memory as unknown as Flash, forgetNetwork }));
  t.true(holds(memory, key));
});
