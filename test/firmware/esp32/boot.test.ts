import test from 'ava';
import { chipBoot } from '../../../firmware/esp32/boot.js';
import { slotPartition } from '../../../firmware/esp32/flash.js';
import { resetReason } from '../../../firmware/esp32/resetReason.js';
import { rollbackRecord } from '../../../firmware/esp32/rollbackRecord.js';
import { testRollback } from '../../../firmware/esp32/rollbackTest.js';
import type { Boot } from '../../../firmware/port/board.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { program } from '../../../host-sim/board/flashing.js';
import { packApplication } from '../../../tools/chip/chipImage.js';
import { FakeBootloader, Restarted } from './bootloader.js';
import { FakePartition, FakeStore } from './fakes.js';

const hardware = new Uint8Array(32).fill(7);
const application = (fill: number, length: number) => {
  const bytes = new Uint8Array(length).fill(fill);
  bytes[0] = 0xe9;
  return bytes;
};
const first = packApplication(application(1, 9000), 1, hardware);
const second = packApplication(application(2, 12_000), 2, hardware);

class Chip {
  readonly bootloader: FakeBootloader;
  readonly partitions = [new FakePartition(8 * 4096), new FakePartition(8 * 4096)];
  readonly store = new FakeStore();
  readonly slots = this.partitions.map(slotPartition);
  readonly restarts: string[] = [];

  constructor(options?: { watches?: boolean }) {
    this.bootloader = new FakeBootloader(options);
    program(this.slots[0], first);
    this.bootloader.start();
  }

  /** The work of main.ts; undefined when the image restarted the chip on its way. */
  boot(): Boot | undefined {
    const chip = this.bootloader.functions();
    const slot = chip.chipRunningSlot();
    const running = slot === 1 ? 'B' : 'A';
    try {
      return chipBoot({
        chip,
        running,
        runningSlot: this.slots[slot],
        idleSlot: this.slots[1 - slot],
        test: testRollback({
          record: rollbackRecord(this.store),
          running,
          state: chip.chipSlotState(),
          startAgain: () => chip.chipStartNext(slot),
          confirm: () => void chip.chipConfirm(),
          restart: () => chip.chipRestart(),
        }),
        onRestart: reason => this.restarts.push(reason),
      });
    } catch (error) {
      if (error instanceof Restarted) return undefined;
      throw error;
    }
  }

  /** Starts until an image runs. */
  settle(): Boot {
    for (let i = 0; i < 8; i++) {
      const boot = this.boot();
      if (boot) return boot;
    }
    throw new Error('it restarts for ever');
  }
}

const shown = ({ running, refusesUpdates }: Boot) =>
  `${running.slot} ${running.state}${refusesUpdates === undefined ? '' : ', no updates'}`;

test('a blank chip whose bootloader watches tests it once, by one restart, and then takes updates', t => {
  const chip = new Chip();
  t.is(chip.boot(), undefined);
  t.is(shown(chip.settle()), 'A confirmed');
  chip.bootloader.start();
  t.is(shown(chip.boot()!), 'A confirmed');
});

test('a bootloader that does not watch is found out, and no update is ever begun', t => {
  const chip = new Chip({ watches: false });
  const boot = chip.settle();
  t.is(shown(boot), 'A confirmed, no updates');
  program(chip.slots[1], second);
  t.throws(() => boot.setPending(second.length), { message: /was not seen to go back/ });
  for (let i = 0; i < 3; i++) {
    chip.bootloader.start();
    t.is(shown(chip.boot()!), 'A confirmed, no updates');
  }
});

test('a chip that refuses to start its own image again says so, and the bootloader is tested once it does', t => {
  const chip = new Chip();
  chip.bootloader.whole[0] = false;
  // More often than the test is ever begun.
  for (let i = 0; i < 5; i++) {
    const { refusesUpdates } = chip.boot()!;
    t.regex(refusesUpdates ?? '', /the chip refuses its image again: error 0x1503/);
    t.notRegex(refusesUpdates ?? '', /bootloader/);
  }
  chip.bootloader.whole[0] = true;
  t.is(chip.boot(), undefined);
  t.is(shown(chip.settle()), 'A confirmed');
});

test('an update is started once as pending; confirmed it stays', t => {
  const chip = new Chip();
  const boot = chip.settle();
  program(chip.slots[1], second);
  boot.setPending(second.length);
  t.throws(() => boot.restart('update'), { instanceOf: Restarted });
  const updated = chip.boot()!;
  t.is(shown(updated), 'B pending');
  t.is(updated.running.length, second.length);
  t.deepEqual(updated.running.read(0, second.length), second);
  updated.confirm();
  t.is(updated.running.state, 'confirmed');
  for (let i = 0; i < 2; i++) {
    chip.bootloader.start();
    t.is(shown(chip.boot()!), 'B confirmed');
  }
});

test('an update that does not confirm is left: by its own wish, or by any restart', t => {
  for (const wish of [true, false]) {
    const chip = new Chip();
    program(chip.slots[1], second);
    const boot = chip.settle();
    boot.setPending(second.length);
    t.throws(() => boot.restart('update'));
    const failing = chip.boot()!;
    if (wish) t.throws(() => failing.restart('rollBack'), { instanceOf: Restarted });
    else chip.bootloader.start();
    t.is(shown(chip.boot()!), 'A confirmed');
    t.is(chip.restarts.length, wish ? 2 : 1);
  }
});

test('while an update is pending nothing is written over what a roll-back needs', t => {
  const chip = new Chip();
  program(chip.slots[1], second);
  const boot = chip.settle();
  boot.setPending(second.length);
  t.throws(() => boot.restart('update'));
  t.throws(() => chip.boot()!.setPending(first.length), { message: /needs/ });
});

test('what is no image, has another length or fails the chip’s own check is not started', t => {
  const chip = new Chip();
  const boot = chip.settle();
  t.throws(() => boot.setPending(second.length), { message: /not to be started/ });
  program(chip.slots[1], second);
  t.throws(() => boot.setPending(second.length - 1), { message: /not to be started/ });
  chip.bootloader.whole[1] = false;
  t.throws(() => boot.setPending(second.length), { message: /not to be started: error 0x1503/ });
  chip.bootloader.whole[1] = true;
  t.notThrows(() => boot.setPending(second.length));
});

test('an application that was flashed without its header says how to flash it', t => {
  const chip = new Chip();
  chip.settle();
  chip.partitions[0].eraseBlock(7);
  t.throws(() => chip.boot(), { message: /holdfast chip flash/ });
});

test('whatever the power does to the test of the bootloader, the board comes up and its verdict is true', t => {
  for (const watches of [true, false]) {
    for (let cut = 0; cut < 8; cut++) {
      const chip = new Chip({ watches });
      chip.store.cutAfter = cut;
      // The power fails at the n-th change of the store, once.
      for (let i = 0; i < 8; i++) {
        try {
          chip.boot();
        } catch {
          chip.store.cutAfter = Number.POSITIVE_INFINITY;
          chip.bootloader.start();
        }
      }
      chip.store.cutAfter = Number.POSITIVE_INFINITY;
      const boot = chip.settle();
      t.is(shown(boot), watches ? 'A confirmed' : 'A confirmed, no updates', `cut ${cut}`);
    }
  }
});

test('a power cut between the restart and what it shows costs a try, not the verdict', t => {
  const chip = new Chip();
  t.is(chip.boot(), undefined);
  // It was pending, and the power failed before the image could say so.
  chip.bootloader.start();
  t.is(shown(chip.settle()), 'A confirmed');
});

test('an image that lost its record is believed in slot B, where only the pending get confirmed', t => {
  const chip = new Chip();
  program(chip.slots[1], second);
  const boot = chip.settle();
  boot.setPending(second.length);
  t.throws(() => boot.restart('update'));
  chip.boot()!.confirm();
  chip.store.values.clear();
  chip.bootloader.start();
  t.is(shown(chip.boot()!), 'B confirmed');
});

/** The other image was downloaded, and started once unless it is left out; then what runs is no image any more. */
function withoutAnyConfirmed(start: 'never' | 'once' | 'confirmed'): Chip {
  const chip = new Chip();
  const boot = chip.settle();
  program(chip.slots[1], second);
  if (start !== 'never') {
    boot.setPending(second.length);
    try {
      boot.restart('update');
    } catch {}
    const updated = chip.boot()!;
    if (start === 'confirmed') updated.confirm();
  }
  chip.bootloader.whole[0] = false;
  chip.bootloader.start();
  return chip;
}

test('an image that never confirmed starts without its app where no other is whole; its confirmed twin as ever', t => {
  for (const start of ['never', 'once'] as const) {
    const chip = withoutAnyConfirmed(start);
    for (let i = 0; i < 3; i++) {
      t.is(shown(chip.boot()!), 'B recovery', start);
      chip.bootloader.start();
    }
  }
  t.is(shown(withoutAnyConfirmed('confirmed').boot()!), 'B confirmed');
});

test('an image of slot A that never confirmed is no other', t => {
  const chip = withoutAnyConfirmed('confirmed');
  t.is(shown(chip.boot()!), 'B confirmed');
  program(chip.slots[0], first);
  chip.bootloader.functions().chipForgetOther();
  chip.bootloader.whole = [true, false];
  chip.bootloader.start();
  t.is(shown(chip.boot()!), 'A recovery');
});

test('every reason for a start has words', t => {
  t.is(resetReason(1), 'power-on');
  t.regex(resetReason(6), /watchdog/);
  t.is(resetReason(99), 'reason 99');
});

test('an image for a chip holds the application where the ROM looks for it', t => {
  t.is(second.length, 4096 + 12_000);
  t.is(second[4096], 0xe9);
  t.throws(() => packApplication(new Uint8Array(100), 1, hardware), { message: /not an application/ });
  // Its header is one of any image.
  t.deepEqual(second.subarray(0, 8), encodeImage(2, hardware, Uint8Array.of(1)).subarray(0, 8));
});
