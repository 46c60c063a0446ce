/** The slots of app images: each way they can be, and each power cut in what moves them. */
import test from 'ava';
import type { PartitionName } from '../../../firmware/port/flash.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { AppSlots, appInterface } from '../../../firmware/update/appSlots.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { crypto, HARDWARE } from './release.js';

const INTERFACE = appInterface(crypto, HARDWARE);
const KEY = 21;

const app = (version: number, hardware = INTERFACE) =>
  encodeImage(version, hardware, new Uint8Array(5000).fill(version));

/** Flash that fails at an operation, as a power cut before it does. */
class Cut extends Error {}

class AppBoard {
  readonly memory = new MemoryFlash();
  /** Operations until the power fails. */
  left = Number.POSITIVE_INFINITY;

  start(inRecovery = false): AppSlots {
    const journal = openJournal(this.open('identity'));
    const store = {
      get: () => journal.get(KEY),
      put: (record: Uint8Array) => journal.put([[KEY, record]]),
    };
    const flash = { open: (name: PartitionName) => this.open(name) };
    return new AppSlots({ crypto, flash, hardware: INTERFACE, store, inRecovery, restart() {} });
  }

  /** Writes an app image into the slot that does not run, and sets it to start. */
  take(slots: AppSlots, image: Uint8Array): void {
    const { idleSlot } = slots;
    for (let at = 0; at < image.length; at += idleSlot.sectorSize) idleSlot.erase(at);
    idleSlot.write(0, image);
    slots.setPending(image.length);
  }

  open(name: PartitionName) {
    const inner = this.memory.open(name);
    const count = () => {
      if (this.left-- <= 0) throw new Cut();
    };
    return {
      size: inner.size,
      sectorSize: inner.sectorSize,
      read: (offset: number, length: number) => inner.read(offset, length),
      write: (offset: number, bytes: Uint8Array) => {
        count();
        inner.write(offset, bytes);
      },
      erase: (offset: number) => {
        count();
        inner.erase(offset);
      },
    };
  }
}

const shown = (slots: AppSlots) => [slots.image.version, slots.running.state, slots.idle];

test('an app image starts once on trial; confirmed it stays, unconfirmed the one before or the built-in one runs', t => {
  const board = new AppBoard();
  t.deepEqual(shown(board.start()), [0, 'confirmed', 'none'], 'built in');
  t.false(board.start().isUsed);
  board.take(board.start(), app(1));
  t.deepEqual(shown(board.start()), [1, 'pending', 'tried']);
  t.deepEqual(shown(board.start()), [0, 'confirmed', 'none'], 'it did not confirm');
  board.take(board.start(), app(1));
  board.start().confirm();
  t.deepEqual(shown(board.start()), [1, 'confirmed', 'none']);
  board.take(board.start(), app(2));
  t.deepEqual(shown(board.start()), [2, 'pending', 'tried']);
  t.deepEqual(shown(board.start()), [1, 'confirmed', 'none']);
  board.take(board.start(), app(3));
  const third = board.start();
  t.throws(() => third.setPending(5064), { message: /roll-back needs/ });
  third.confirm();
  t.deepEqual(shown(board.start()), [3, 'confirmed', 'confirmed']);
});

test('in recovery no app image starts, and what is on trial stays it', t => {
  const board = new AppBoard();
  board.take(board.start(), app(1));
  t.deepEqual(shown(board.start(true)), [0, 'recovery', 'new']);
  t.deepEqual(shown(board.start()), [1, 'pending', 'tried']);
});

test('a slot that rotted starts the app before, then the built-in one; what is no app of this board is not set to start', t => {
  const board = new AppBoard();
  for (const version of [1, 2]) {
    board.take(board.start(), app(version));
    board.start().confirm();
  }
  board.memory.open('appB').write(3000, new Uint8Array(1));
  t.deepEqual(shown(board.start()), [1, 'confirmed', 'none']);
  board.memory.open('appA').write(70, new Uint8Array(1));
  t.deepEqual(shown(board.start()), [0, 'confirmed', 'none']);
  for (const wrong of [app(3, HARDWARE), app(3).subarray(0, 4000)])
    t.throws(() => board.take(board.start(), wrong), { message: /no whole app image/ });
  board.take(board.start(), app(3));
  t.deepEqual(shown(board.start()), [3, 'pending', 'tried']);
});

test('a power cut at any operation of a trial leaves the app before, the new one on trial, or the new one confirmed', t => {
  let cuts = 0;
  for (let at = 0; ; at++) {
    const board = new AppBoard();
    board.take(board.start(), app(1));
    board.start().confirm();
    board.left = at;
    try {
      board.take(board.start(), app(2));
      board.start().confirm();
      break;
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
    }
    cuts++;
    board.left = Number.POSITIVE_INFINITY;
    const after = board.start();
    const [version, state] = shown(after);
    t.true(version === 1 ? state === 'confirmed' : version === 2, `cut ${at}: ${version} ${state}`);
    if (version === 2) after.confirm();
    // With power the update ends.
    if (version === 1) {
      board.take(after, app(2));
      board.start().confirm();
    }
    t.deepEqual(shown(board.start()).slice(0, 2), [2, 'confirmed']);
  }
  t.true(cuts > 10, `${cuts} cuts`);
});
