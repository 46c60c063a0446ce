/** The witness of a campaign, before a board and a channel on which others speak too. */
import { EventEmitter } from 'node:events';
import test from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import type { Board } from '../../../host-sim/process/board.js';
import { writesOf } from '../../../tools/attack/marks.js';
import { Witness } from '../../../tools/attack/witness.js';
import type { BoardChannel } from '../../../tools/operator/boardChannel.js';

const KEY = `0x${'ab'.repeat(20)}`;
const HASH = `0x${'11'.repeat(32)}`;

function watched() {
  const board = new EventEmitter();
  const channel = new EventEmitter();
  const witness = new Witness(board as Board, channel as unknown as BoardChannel, KEY);
  const receipt = (change: object = {}, signer = KEY) =>
    channel.emit('receipt', {
      receipt: {
        storeBirth: 0,
        counter: 1,
        envelopeHash: fromHex(HASH, 32)!,
        outcome: 'done',
        code: '',
        ...change,
      },
      signer,
    });
  const run = (mark: number) => {
    for (const { on, pin } of writesOf(mark)) board.emit('pin', pin, on);
  };
  const start = (why: string, hello: object = {}) => {
    board.emit('ended', { why, detail: 'its last words' });
    board.emit('hello', { version: 1, ...hello });
    board.emit('pin', 4, false);
  };
  return { board, channel, receipt, run, start, witness };
}

test('each mark on the pins is kept, across restarts; another write is a stray', t => {
  const { board, run, start, witness } = watched();
  run(1);
  run(1);
  start('restart');
  run(8191);
  t.deepEqual(
    witness.effects.map(({ mark }) => mark),
    [1, 1, 8191],
  );
  t.deepEqual(witness.strays, []);
  board.emit('pin', 4, true);
  t.is(witness.strays.length, 1);
});

test('a start is planned after a cut of ours and into a release of ours, and then only once; else it is a fault', t => {
  const { run, start, witness } = watched();
  start('fault');
  witness.expectCut();
  start('powerCut');
  start('powerCut');
  witness.releases.push({ hash: HASH, version: 2, fromMs: 0, sizeBytes: 1 });
  start('restart', { version: 2 });
  start('restart', { version: 1, rolledBack: 'the app was not healthy' });
  run(3);
  t.deepEqual(
    witness.restarts.map(({ isPlanned }) => isPlanned),
    [false, true, false, true, false],
  );
  t.regex(witness.restarts[0].why, /its last words/);
  t.regex(witness.restarts[4].why, /not healthy/);
});

test('a start into a release that was receipted before is no update', t => {
  const { receipt, start, witness } = watched();
  witness.releases.push({ hash: HASH, version: 2, fromMs: 0, sizeBytes: 1 });
  receipt();
  start('restart', { version: 2 });
  t.false(witness.restarts[0].isPlanned);
});

test('a receipt counts with the signature of the board’s key, once at each place', t => {
  const { receipt, witness } = watched();
  receipt({}, `0x${'cd'.repeat(20)}`);
  t.is(witness.receiptOf(HASH), undefined);
  receipt();
  receipt();
  t.is(witness.receipts.length, 1);
  t.is(witness.receiptOf(HASH)?.place, '0/1');
  receipt({ counter: 2 });
  t.is(witness.receipts.length, 2);
  t.is(toHex(fromHex(HASH, 32)!), HASH);
});

test('a hold lasts until it is ended, and the reason for which a board is gone is kept', t => {
  const { board, witness } = watched();
  const end = witness.hold('paused');
  t.is(witness.holds[0].toMs, undefined);
  end();
  t.true(witness.holds[0].toMs! >= witness.holds[0].fromMs);
  board.emit('dead', '8 faults in a row');
  t.is(witness.dead, '8 faults in a row');
});
