/** A floor that a fresh block lowers: the log says it, and every receipt of this boot that has no code of its own. */
import test from 'ava';
import { openFloors } from '../../../firmware/device/openFloors.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import { openJournal } from '../../../firmware/store/journal.js';
import type { TrustedHead } from '../../../firmware/trust/level.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { address, word } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';

const crypto = rememberingCrypto();
const domain = { chainId: 31337, verifyingContract: address(0xde) };
const head = (timestamp: number): TrustedHead => ({
  ...{ hash: word(1), number: 100, timestamp, level: 2, finalized: true, basis: 'model' },
});

/** The board on that flash, from its start on. */
function started(flash: MemoryFlash) {
  const ledger = new Ledger({
    ...{
      journal: openJournal(flash.open('journal')),
      crypto,
      domain,
      privateKey: word(7),
      imageHash: word(9),
    },
  });
  const lines: string[] = [];
  const floors = openFloors(new HandClock(), ledger, line => lines.push(line));
  let sequence = 0;
  const codeOfNext = (code = '') =>
    ledger.commit({
      birth: 0,
      floors: floors.encode(),
      statement: {
        ...{ envelopeHash: word(++sequence), sequence, outcome: 'done', code },
        ...{ result: new Uint8Array(0), block: { number: 1, hash: word(2) } },
      },
    })!.receipt.code;
  return { codeOfNext, floors, ledger, lines };
}

const BELIEVED = 1_000_000;

function restartedAfter(believed: number) {
  const flash = new MemoryFlash();
  const before = started(flash);
  before.floors.admit(head(believed), { level: 2, maximumAge: 1800 });
  before.codeOfNext();
  const after = started(flash);
  if (!after.ledger.read(StoreKey.floors)) throw new Error('the floors were not stored');
  return after;
}

test('a block that answers the challenge and is more than a day older is said in the log and in receipts until the next restart', t => {
  const board = restartedAfter(BELIEVED);
  t.is(board.codeOfNext(), '');
  board.floors.proveNow(head(BELIEVED - 2 * 86_400));
  t.is(board.floors.lowered, 2 * 86_400);
  t.is(board.lines.length, 1);
  t.regex(board.lines[0], /48 h older than what was proven before/);
  t.is(board.codeOfNext(), 'floor_lowered');
  t.is(board.codeOfNext('params'), 'params', 'a code of its own stays');
  t.is(board.codeOfNext(), 'floor_lowered');
});

test('one that is a day older, or newer, says nothing', t => {
  for (const time of [BELIEVED - 86_400, BELIEVED + 10]) {
    const board = restartedAfter(BELIEVED);
    board.floors.proveNow(head(time));
    t.deepEqual([board.floors.lowered, board.lines, board.codeOfNext()], [0, [], '']);
  }
});
