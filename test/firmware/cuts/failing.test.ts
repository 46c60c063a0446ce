/**
 * Flash operations that fail with an error, for every n of an update: the n-th once, and from the n-th on every one on
 * the slot that is written. A board that faults starts again, as its bootloader lets it.
 */
import test from 'ava';
import type { Flash, PartitionName } from '../../../firmware/port/flash.js';
import { wanting } from '../update/release.js';
import { Restart, UpdateBoard } from '../update/updateBoard.js';

/** A flash that fails; `fails` is asked before each write and erase, with its number, counted from 1. */
class Failing implements Flash {
  operations = 0;
  readonly #inner: Flash;
  readonly #fails: (operation: number, name: PartitionName) => boolean;

  constructor(inner: Flash, fails: (operation: number, name: PartitionName) => boolean) {
    this.#inner = inner;
    this.#fails = fails;
  }

  open(name: PartitionName) {
    const inner = this.#inner.open(name);
    const before = () => {
      this.operations++;
      if (this.#fails(this.operations, name)) throw new Error('the flash failed');
    };
    return {
      size: inner.size,
      sectorSize: inner.sectorSize,
      read: (offset: number, length: number) => inner.read(offset, length),
      write(offset: number, bytes: Uint8Array) {
        before();
        inner.write(offset, bytes);
      },
      erase(offset: number) {
        before();
        inner.erase(offset);
      },
    };
  }
}

/** Lives until nothing more happens; the number of faults, or `for ever`. */
async function settle(board: UpdateBoard): Promise<number | 'for ever'> {
  let faults = 0;
  for (let lives = 0; lives < 12; lives++) {
    try {
      await board.start();
      const said = board.updates.waiting ? await board.retry() : await board.deliver();
      board.failures = 0;
      // A board looks again some seconds later; here it is switched off and on.
      if (said.endsWith('incomplete') && lives < 6) continue;
      if (!said.endsWith('restart update')) return faults;
    } catch (error) {
      if (error instanceof Restart) continue;
      if (!/the flash failed/.test(`${error}`)) throw error;
      faults++;
      board.failures++;
    }
  }
  return 'for ever';
}

function boardOver(fails: (operation: number, name: PartitionName) => boolean): [UpdateBoard, Failing] {
  const board = new UpdateBoard();
  const flash = new Failing(board.memory, fails);
  board.flash = flash;
  board.facts = wanting(board.offer, { channel: { floor: 2 } });
  return [board, flash];
}

test('one operation that fails, whichever it is, costs a restart at most, and the update ends', async t => {
  const [, whole] = await ended(() => false);
  t.true(whole.operations > 30);
  for (let n = 1; n <= whole.operations; n++) {
    const [board, , faults] = await ended(operation => operation === n);
    t.is(board.version, 2, `operation ${n}, after ${faults} faults`);
    t.true(faults === 0 || faults === 1, `operation ${n}: ${faults} faults`);
    t.is(board.ledger.receiptCounter, 1, `operation ${n}`);
  }

  async function ended(fails: (operation: number) => boolean) {
    const [board, flash] = boardOver(fails);
    return [board, flash, await settle(board)] as const;
  }
});

test('a slot that fails from the n-th operation on is an error, and the old image runs on', async t => {
  let errors = 0;
  for (let n = 1; n < 40; n++) {
    const [board, flash] = boardOver((operation, name) => name === 'slotB' && operation >= n);
    const faults = await settle(board);
    if (board.version === 2) continue;
    errors++;
    t.is(board.version, 1, `from ${n} on`);
    t.is(faults, 0, `from ${n} on: ${board.said.at(-1)}`);
    t.true(flash.operations < 200, `from ${n} on: ${flash.operations} operations`);
    t.regex(board.said.at(-1) ?? '', /^(undetermined|rejected)/);
  }
  t.true(errors > 10);
});
