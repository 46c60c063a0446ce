/** A download has no turn of the board's: a slow image server holds up nobody, and its time is bounded. By hand clocks. */
import test from 'ava';
import { ZERO_WORD } from '../../fakes/bytes.js';
import { image, offerOf, wanting } from './release.js';
import { BYTES, quiet, SlowBoard } from './slowBoard.js';

test('while an image server drips for minutes, every order begins at once', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  t.true(board.updates.downloading);
  for (let minute = 0; minute < 2; minute++) {
    await board.seconds(60, { a: 2500 });
    const before = board.turns.length;
    for (const order of ['pause', 'status', 'order']) board.turn(order);
    await quiet();
    t.deepEqual(board.turns.slice(before), ['pause', 'status', 'order'], 'with no time passing');
    t.true(board.updates.downloading, 'and the download runs on');
  }
  await board.seconds(2, { a: 16_000 });
  t.deepEqual(board.said, []);
});

test('a source that gives less than 1 KB in 5 s is left for the next, and asked last from then on', async t => {
  const board = await SlowBoard.with('abc');
  await board.begins();
  await board.seconds(5, { a: 200 });
  t.deepEqual(board.hands.asked[board.hands.asked.length - 1].slice(0, 1), ['b']);
  await board.seconds(5, {});
  t.deepEqual(board.hands.asked[board.hands.asked.length - 1].slice(0, 1), ['c'], 'nor one that is silent');
  await board.seconds(25, { c: 16_000 });
  t.true(board.ended);
  board.updates.endDownload('test');
  board.goesOn();
  await quiet();
  t.deepEqual(board.said, ['accepted', 'restart update']);
  const images = board.hands.asked.filter(([, path]) => path.startsWith('/images/'));
  t.deepEqual(
    images.map(([host]) => host),
    ['a', 'b', 'c'],
  );
});

test('who was slow is asked last at the next attempt, which goes on where the first stopped', async t => {
  const board = await SlowBoard.with('ab');
  await board.begins();
  await board.seconds(4, { a: 16_000 });
  await board.seconds(8, {});
  await board.seconds(5, {});
  t.true(board.ended, 'both are silent now');
  board.goesOn();
  await quiet();
  t.deepEqual(board.said, ['undetermined incomplete']);
  const before = board.hands.asked.length;
  board.turn('retry', () => board.updates.retry());
  await quiet();
  await board.seconds(1, {});
  const [host, , first] = board.hands.asked.filter(([, path]) => path.startsWith('/images/')).pop()!;
  t.true(board.hands.asked.length > before);
  t.is(host, 'a', 'b failed after a did, so that a is asked first');
  t.is(first, 61_440, 'what came is not fetched again, although it was not noted in flash yet');
});

test('a source that is never silent and always slow is left as well, and the whole is bounded by the image’s size', async t => {
  const board = await SlowBoard.with('ab');
  await board.begins();
  let seconds = 0;
  while (!board.ended && seconds < 1000) {
    await board.seconds(1, { a: 1500, b: 1500 });
    seconds++;
  }
  const floor = BYTES.length / 2048;
  t.true(
    seconds <= 60 + floor + 1,
    `${seconds} s for an image that takes ${Math.round(floor)} s at the floor`,
  );
  t.true(seconds < 60, 'at 1.5 KB/s each falls behind 2 KB/s early');
  board.goesOn();
  await quiet();
  t.deepEqual(board.said, ['undetermined incomplete']);
});

test('a source that keeps just above the floor is not left', async t => {
  const board = await SlowBoard.with('ab');
  await board.begins();
  let seconds = 0;
  while (!board.ended && seconds < 1000) {
    await board.seconds(1, { a: 2060 });
    seconds++;
  }
  t.true(seconds <= 60 + BYTES.length / 2048 + 1, `${seconds} s`);
  board.goesOn();
  await quiet();
  t.deepEqual(board.said, ['accepted', 'restart update']);
  t.is(board.clock.waiting, 0, 'no timer is left');
});

test('a board that is configured for a slow network waits for it', async t => {
  for (const [floor, left] of [
    [undefined, true],
    [500, false],
  ] as const) {
    const board = await SlowBoard.with('ab', floor);
    await board.begins();
    await board.seconds(60, { a: 600 });
    const images = board.hands.asked.filter(([, path]) => path.startsWith('/images/'));
    t.is(
      images.some(([host]) => host === 'b'),
      left,
      `${floor}`,
    );
    board.updates.close();
  }
});

test('another proven approval ends the download, and nothing of the first is written any more', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  await board.seconds(3, { a: 16_000 });
  const third = image(3, 20_000);
  const other = offerOf(third, 3);
  await board.begins(other);
  t.is(board.said.pop(), 'rejected not_published', 'an offer alone ends nothing');
  t.true(board.updates.downloading);
  const before = board.erases;
  board.facts = wanting(other);
  await board.begins(other);
  t.true(board.updates.downloading);
  t.false(board.hands.give('nobody', 1));
  const images = board.hands.asked.filter(([, path]) => path.startsWith('/images/'));
  t.not(images[0][1], images[images.length - 1][1], 'the other one is asked for');
  await board.seconds(1, {});
  t.is(board.erases, before);
});

test('a change of what it rests on ends the download; it goes on from there once it is wanted again', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  await board.seconds(6, { a: 16_000 });
  const before = board.erases;
  board.updates.endDownload('the Device has a new epoch');
  t.false(board.updates.downloading);
  await board.seconds(3, { a: 16_000 });
  t.is(board.erases, before, 'nothing is written any more');
  t.false(board.ended);
  t.true(board.updates.waiting);
  board.facts = wanting(board.offer, { device: { approval: ZERO_WORD } });
  board.turn('retry', () => board.updates.retry());
  await quiet();
  t.deepEqual(board.said, ['rejected not_approved'], 'the new owner approved nothing');
  const twin = await SlowBoard.with('a');
  await twin.begins();
  await twin.seconds(6, { a: 16_000 });
  twin.updates.endDownload('the Device has a new epoch');
  twin.turn('retry', () => twin.updates.retry());
  await quiet();
  t.true(twin.updates.downloading, 'still approved');
});

test('reading back, the second proof, pending and restart are one turn in which no order begins', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  let proving = 0;
  await board.seconds(22, { a: 16_000 });
  t.true(board.ended);
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  board.hold = held;
  board.onAsked = () => {
    proving++;
    board.turn('order that came meanwhile');
  };
  board.goesOn();
  await quiet();
  t.is(proving, 1, 'the second proof is asked for');
  t.is(board.turns[board.turns.length - 1], 'updates', 'and the order waits');
  release();
  await quiet();
  t.deepEqual(board.said, ['accepted', 'restart update']);
});

test('the offer of what is being downloaded is answered with how far it got, and asks the chain nothing', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  await board.seconds(2, { a: 8192 });
  let asked = 0;
  board.onAsked = () => asked++;
  await board.begins();
  t.deepEqual(board.said, ['undetermined incomplete']);
  t.is(asked, 0);
  t.true(board.updates.downloading);
});

test('closed, the board writes nothing more', async t => {
  const board = await SlowBoard.with('a');
  await board.begins();
  await board.seconds(2, { a: 16_000 });
  const before = board.erases;
  t.true(before > 0);
  board.updates.close();
  await board.seconds(10, { a: 16_000 });
  t.is(board.erases, before);
  t.is(board.clock.waiting, 0);
  t.false(board.ended);
});
