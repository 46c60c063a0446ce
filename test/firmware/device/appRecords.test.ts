/** Records of an app: whole after any power cut, their owner’s alone, and nobody’s who writes the flash. */
import test from 'ava';
import { type Board, defineApp } from '../../../firmware/app/face.js';
import { RecordStore } from '../../../firmware/app/store.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { AppRecords } from '../../../firmware/device/appRecords.js';
import { runApp } from '../../../firmware/device/runApp.js';
import { finishWipe, markForWipe } from '../../../firmware/device/wipe.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { FakeBoard } from '../../fakes/board.js';
import { address, word } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { image } from '../update/release.js';

const crypto = portableCrypto();
const SIZE = 4 * 4096;
const NOBODY = new Uint8Array(20);

function recordsOf(flash: Flash, owner: Uint8Array, { key = word(7), lines = [] as string[] } = {}) {
  return new AppRecords({
    crypto,
    entropy: countingEntropy(),
    key,
    log: line => void lines.push(line),
    owner: () => owner,
    partition: () => flash.open('app'),
  });
}

/** Runs to the end or to the cut of the power; true when it was cut. */
function isCut(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

const MOMENTS: readonly Moment[] = ['before', 'torn', 'after'];

test('a power cut at any write leaves each value as before or as after, and the next start finds it', t => {
  let cuts = 0;
  const rounds = 20;
  const program = (store: RecordStore, done: (round: number) => void) => {
    for (let round = 1; round <= rounds; round++) {
      store.set('round', { round, fill: new Uint8Array(400).fill(round) });
      done(round);
      if (round % 4 === 0) store.set('round', undefined);
      if (round % 4 === 0) done(-round);
    }
  };
  for (const moment of MOMENTS) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash({ app: 8192 });
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as unknown as Flash;
      let last = 0;
      power.cutAt(operation, moment);
      const cut = isCut(() =>
        program(new RecordStore(recordsOf(flash, address(1))), round => {
          last = round;
        }),
      );
      power.restore();
      if (!cut) break;
      cuts++;
      const found = new RecordStore(recordsOf(flash, address(1)));
      const value = found.get('round') as { round: number; fill: Uint8Array } | undefined;
      const next = last > 0 && last % 4 === 0 ? undefined : Math.abs(last) + 1;
      const before = last > 0 ? last : undefined;
      t.true([before, next].includes(value?.round), `${moment} ${operation}: ${value?.round}, ${last}`);
      if (value) t.true(value.fill.every(byte => byte === value.round));
      found.set('after', 1);
      t.is(new RecordStore(recordsOf(flash, address(1))).get('after'), 1);
    }
  }
  t.true(cuts > 200, `${cuts}`);
});

test('another owner finds nothing of it, wherever the power fails while it is erased', t => {
  let cuts = 0;
  const secret = new Uint8Array(24).fill(0xa5);
  for (const moment of MOMENTS) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash({ app: SIZE });
      const former = new RecordStore(recordsOf(memory as unknown as Flash, address(1)));
      for (let i = 0; i < 40; i++) former.set(`code${i % 4}`, [i, secret]);
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as unknown as Flash;
      power.cutAt(operation, moment);
      const cut = isCut(() => void new RecordStore(recordsOf(flash, address(2))).names);
      power.restore();
      const found = new RecordStore(recordsOf(flash, address(2)));
      t.deepEqual(found.names, []);
      found.set('mine', 1);
      t.deepEqual(new RecordStore(recordsOf(flash, address(2))).names, ['mine']);
      const whole = Buffer.from(flash.open('app').read(0, SIZE));
      t.false(whole.includes(Buffer.from(secret)), `${moment} ${operation}`);
      if (!cut) break;
      cuts++;
    }
  }
  t.true(cuts >= 12, `${cuts}`);
});

test('the first owner keeps what the app noted before there was one; the second does not find it', t => {
  const flash = new MemoryFlash() as unknown as Flash;
  new RecordStore(recordsOf(flash, NOBODY)).set('serial', 'A7');
  const first = new RecordStore(recordsOf(flash, address(1)));
  t.is(first.get('serial'), 'A7');
  first.set('code', 1234);
  t.deepEqual(new RecordStore(recordsOf(flash, address(2))).names, []);
});

test('once the board is another’s, the app that still runs changes nothing', t => {
  const flash = new MemoryFlash() as unknown as Flash;
  let owner = address(1);
  const records = new AppRecords({
    ...{ crypto, entropy: countingEntropy(), key: word(7), log: () => {}, owner: () => owner },
    partition: () => flash.open('app'),
  });
  const store = new RecordStore(records);
  store.set('code', 1);
  t.false(records.isOthers);
  owner = address(2);
  t.true(records.isOthers);
  t.throws(() => store.set('code', 2), { message: /changed hands/ });
});

test('who writes the flash plants nothing, and a board with another key reads nothing', t => {
  const memory = new MemoryFlash();
  const flash = memory as unknown as Flash;
  new RecordStore(recordsOf(flash, address(1))).set('code', 1234);
  t.is(new RecordStore(recordsOf(memory.clone() as unknown as Flash, address(1))).get('code'), 1234);
  const journal = openJournal(memory.open('app'));
  const [key, record] = [...journal.entries()].find(([key]) => key === 64)!;
  journal.put([[key + 1, record]]);
  const lines: string[] = [];
  const planted = memory.clone() as unknown as Flash;
  t.deepEqual(new RecordStore(recordsOf(planted, address(1), { lines })).names, []);
  t.regex(lines.join(), /cannot be read/);
  const other = memory.clone() as unknown as Flash;
  t.deepEqual(new RecordStore(recordsOf(other, address(1), { key: word(8) })).names, []);
});

test('what is sealed lies in flash so that the identity alone opens it', t => {
  const memory = new MemoryFlash();
  const flash = memory as unknown as Flash;
  const records = recordsOf(flash, address(1));
  const secret = new TextEncoder().encode('correct-horse-battery');
  records.put([[3, records.seal(secret)]]);
  const { size } = memory.open('app');
  t.false(Buffer.from(memory.open('app').read(0, size)).includes(Buffer.from(secret)));
  const again = recordsOf(flash, address(1));
  t.deepEqual(again.open(again.get(3)!), secret);
  const other = recordsOf(new MemoryFlash() as unknown as Flash, address(1), { key: word(8) });
  t.is(other.open(again.get(3)!), undefined);
  const changed = again.get(3)!.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
  t.is(again.open(changed), undefined);
});

const counter = (board: Board) => {
  const starts = ((board.store.get('starts') as number | undefined) ?? 0) + 1;
  board.store.set('starts', starts);
  board.log(`start ${starts}`);
  return defineApp({ name: 'counter', healthy: () => true, actions: {} });
};

function started(flash: MemoryFlash): string[] {
  const board = new FakeBoard(image(1), { flash });
  runApp(board.ports, counter);
  return board.lines.filter(line => line.startsWith('app:'));
}

test('a board’s app counts its own starts, until the board is wiped', t => {
  const flash = new MemoryFlash();
  t.deepEqual(started(flash), ['app: start 1']);
  t.deepEqual(started(flash), ['app: start 2']);
  markForWipe(flash as unknown as Flash);
  finishWipe({ flash: flash as unknown as Flash });
  t.deepEqual(started(flash), ['app: start 1']);
});

test('an app on a board whose identity cannot be read runs, and keeps nothing', t => {
  const flash = new MemoryFlash();
  started(flash);
  const identity = flash.open('identity');
  for (let at = 0; at < identity.size; at += 64) identity.write(at, new Uint8Array(64));
  t.deepEqual(started(flash), ['app: start 1']);
  t.deepEqual(started(flash), ['app: start 1']);
});
