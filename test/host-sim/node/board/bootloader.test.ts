import test from 'ava';
import type { Flash, PartitionName } from '../../../../firmware/port/flash.js';
import { encodeImage } from '../../../../firmware/store/imageHeader.js';
import { program } from '../../../../host-sim/board/flashing.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../../host-sim/flash/faults.js';
import { bootPort, chooseStart, type Start, setActive } from '../../../../host-sim/node/board/bootloader.js';
import { MemoryPartition } from '../../../../host-sim/node/flash/partition.js';

const hardware = new Uint8Array(32).fill(7);
const bodyOf = (fill: string, length: number) => new TextEncoder().encode(fill.repeat(length));
const first = encodeImage(1, hardware, bodyOf('1', 1500));
const second = encodeImage(2, hardware, bodyOf('2', 2200));

/** A small chip, so that every one of its operations can be cut. */
function memoryFlash(): Flash {
  const sectorSize = 1024;
  const sizes = { identity: 2, journal: 2, boot: 2, slotA: 4, slotB: 4 };
  const partitions = new Map<PartitionName, MemoryPartition>();
  for (const [name, sectors] of Object.entries(sizes)) {
    partitions.set(name as PartitionName, new MemoryPartition({ size: sectors * sectorSize, sectorSize }));
  }
  return { open: name => partitions.get(name)! };
}

function flashed(): Flash {
  const flash = memoryFlash();
  program(flash.open('slotA'), first);
  setActive(flash, 'A', first.length);
  return flash;
}

const started = (flash: Flash): Start => {
  const choice = chooseStart(flash);
  if ('reason' in choice) throw new Error(choice.reason);
  return choice;
};
const run = (flash: Flash, start: Start) => bootPort(flash, start, () => {});
const shown = ({ slot, state, header }: Start) => `${slot} ${state} ${header.version}`;

/** A board on which image 2 lies in the idle slot, to be started next. */
function updated(): Flash {
  const flash = flashed();
  program(flash.open('slotB'), second);
  run(flash, started(flash)).setPending(second.length);
  return flash;
}

test('a board that was never flashed starts nothing; a flashed one starts slot A', t => {
  t.like(chooseStart(memoryFlash()), { reason: 'no boot record: this board was never flashed' });
  const start = started(flashed());
  t.is(shown(start), 'A confirmed 1');
  t.deepEqual(start.bytes, first);
});

test('a pending image is started once; when it confirms it stays', t => {
  const flash = updated();
  const start = started(flash);
  t.is(shown(start), 'B pending 2');
  const boot = run(flash, start);
  boot.confirm();
  t.is(boot.running.state, 'confirmed');
  boot.confirm();
  for (let restarts = 0; restarts < 3; restarts++) t.is(shown(started(flash)), 'B confirmed 2');
});

test('a pending image that does not confirm is rolled back, with the reason, and not tried again', t => {
  const flash = updated();
  t.is(shown(started(flash)), 'B pending 2');
  const back = started(flash);
  t.is(shown(back), 'A confirmed 1');
  t.is(back.rolledBack, 'it did not confirm');
  const later = started(flash);
  t.is(shown(later), 'A confirmed 1');
  t.is(later.rolledBack, undefined);
});

test('an update can follow a roll-back, and another one a confirmed update, each into the idle slot', t => {
  const flash = updated();
  started(flash);
  run(flash, started(flash)).setPending(second.length);
  const start = started(flash);
  t.is(shown(start), 'B pending 2');
  run(flash, start).confirm();
  const third = encodeImage(3, hardware, bodyOf('3', 900));
  program(flash.open('slotA'), third);
  run(flash, started(flash)).setPending(third.length);
  t.is(shown(started(flash)), 'A pending 3');
  t.is(shown(started(flash)), 'B confirmed 2');
});

test('an image that is torn, of another length, or too long for the slot is not set pending', t => {
  const flash = flashed();
  const boot = run(flash, started(flash));
  t.throws(() => boot.setPending(second.length));
  program(flash.open('slotB'), second);
  for (const length of [second.length - 1, second.length + 1, 0, 10, 1e6]) {
    t.throws(() => boot.setPending(length), undefined, `${length} bytes`);
  }
  t.is(shown(started(flash)), 'A confirmed 1');
  boot.setPending(second.length);
  t.is(shown(started(flash)), 'B pending 2');
});

test('a pending image cannot overwrite what a roll-back needs', t => {
  const flash = updated();
  const boot = run(flash, started(flash));
  t.throws(() => boot.setPending(first.length), { message: /roll-back/ });
  boot.confirm();
  t.notThrows(() => boot.setPending(first.length));
});

test('a pending image that was changed after it was set pending does not start', t => {
  const flash = updated();
  const slot = flash.open('slotB');
  slot.write(500, Uint8Array.of(0));
  const start = started(flash);
  t.is(shown(start), 'A confirmed 1');
  t.is(start.rolledBack, 'torn image body');
  t.is(shown(started(flash)), 'A confirmed 1');
});

test('a torn active image is not started, and neither is whatever lies in the other slot', t => {
  const flash = flashed();
  program(flash.open('slotB'), second);
  flash.open('slotA').write(500, Uint8Array.of(0));
  t.like(chooseStart(flash), { reason: 'slot A: torn image body' });
});

test('the bytes that run are read back as they were evaluated, whatever the slot holds by now', t => {
  const flash = flashed();
  const { running } = run(flash, started(flash));
  flash.open('slotA').erase(0);
  t.deepEqual(running.read(0, running.length), first);
  running.read(0, 10).fill(0);
  t.deepEqual(running.read(0, running.length), first);
});

test('a worn boot sector prevents updates, not starts', t => {
  const power = new Power({ seed: 1 });
  const flash = withFaults(flashed(), power);
  flash.open('boot').wearOut(1024, 2000);
  const start = started(flash);
  t.is(shown(start), 'A confirmed 1');
  program(flash.open('slotB'), second);
  t.throws(() => run(flash, start).setPending(second.length), { message: /worn out/ });
  t.is(shown(started(flash)), 'A confirmed 1');
});

/** The progress of an update: the steps that returned before the power failed. */
type Progress = 'downloading' | 'pending' | 'attempted' | 'confirmed';

/** From the download of image 2 to the start after its confirmation. */
function update(flash: Flash, progress: (reached: Progress) => void): void {
  const boot = run(flash, started(flash));
  program(flash.open('slotB'), second);
  boot.setPending(second.length);
  progress('pending');
  const start = started(flash);
  progress('attempted');
  run(flash, start).confirm();
  progress('confirmed');
  started(flash);
}

/** The states that may be seen at the starts after the cut: a pending image shows once, and the end state is for ever. */
const lawful: Record<Progress, RegExp> = {
  downloading: /^(B pending 2,)?(A confirmed 1,)+$/,
  pending: /^(B pending 2,)?(A confirmed 1,)+$/,
  attempted: /^((A confirmed 1,)+|(B confirmed 2,)+)$/,
  confirmed: /^(B confirmed 2,)+$/,
};

function operationsOf(seed: number): number {
  const power = new Power({ seed });
  update(withFaults(flashed(), power), () => {});
  return power.operations;
}

for (const moment of ['before', 'torn', 'after'] as Moment[]) {
  test(`power that fails ${moment} any operation of an update leaves a board that starts a whole image`, t => {
    const seeds = moment === 'torn' ? 40 : 1;
    let cuts = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const operations = operationsOf(seed);
      for (let operation = 1; operation <= operations; operation++) {
        const power = new Power({ seed });
        const flash = withFaults(flashed(), power);
        let reached: Progress = 'downloading';
        power.cutAt(operation, moment);
        t.throws(() => update(flash, progress => (reached = progress)), { instanceOf: PowerCut });
        power.restore();
        let seen = '';
        for (let starts = 0; starts < 6; starts++) {
          const start = started(flash);
          t.deepEqual(start.bytes, start.header.version === 1 ? first : second);
          seen += `${shown(start)},`;
        }
        t.regex(seen, lawful[reached], `seed ${seed}, cut ${moment} operation ${operation}, ${reached}`);
        cuts++;
      }
    }
    t.log(`${cuts} cuts`);
  });
}

test('power that fails again while the board recovers changes nothing of that', t => {
  let cuts = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const operations = operationsOf(seed);
    for (let operation = 1; operation <= operations; operation++) {
      for (let again = 1; again <= 4; again++) {
        const power = new Power({ seed });
        const flash = withFaults(flashed(), power);
        let reached: Progress = 'downloading';
        power.cutAt(operation, 'torn');
        t.throws(() => update(flash, progress => (reached = progress)), { instanceOf: PowerCut });
        power.restore();
        power.cutAt(again, 'torn');
        try {
          for (let starts = 0; starts < 6; starts++) started(flash);
        } catch (error) {
          t.true(error instanceof PowerCut);
        }
        power.restore();
        let seen = '';
        for (let starts = 0; starts < 6; starts++) seen += `${shown(started(flash))},`;
        t.regex(seen, lawful[reached], `seed ${seed}, cut at ${operation}, again at ${again}, ${reached}`);
        cuts++;
      }
    }
  }
  t.log(`${cuts} double cuts`);
});
