/** A release for certain revisions of the hardware: the boards that take it, and those that refuse it. */
import test from 'ava';
import fc from 'fast-check';
import { numberToBytes } from '../../../firmware/bytes/bigEndian.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { REVISION_RANGES_MAX, REVISIONS, revisionFault } from '../../../firmware/update/manifestFields.js';
import { holds } from '../../fakes/holds.js';
import { image, manifestOf, offerOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

/** A board of that revision, which is offered a release with that field; without one if there is none. */
async function offered(revision: number | undefined, value: Uint8Array | undefined): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  board.revision = revision;
  const fields = value ? [{ tag: REVISIONS, value }] : [];
  board.offer = offerOf(image(2), 2, {}, manifestOf(image(2), 2, { fields }));
  board.facts = wanting(board.offer);
  await board.start();
  await board.deliver();
  return board;
}

const valueFor = (...ranges: [number, number][]) =>
  concat(...ranges.flat().map(number => numberToBytes(number, 2)));

test('a board installs what is for its revision, and of another release not a sector is fetched', async t => {
  const some = valueFor([2, 4], [7, 7]);
  for (const revision of [2, 3, 4, 7]) {
    const { said } = await offered(revision, some);
    t.deepEqual(said, ['accepted', 'restart update'], `${revision}`);
  }
  for (const revision of [0, 1, 5, 6, 8, 65_535, undefined]) {
    const board = await offered(revision, some);
    t.deepEqual(board.said, ['rejected hardware'], `${revision}`);
    t.is(board.requests, 0);
    const own = revision === undefined ? 'none that it knows' : `${revision}`;
    t.is(board.evidence, `the release is for revisions 2-4 7-7, this board is of ${own}`);
  }
});

test('a release that names no revisions is for all boards, also for those that know none', async t => {
  for (const revision of [undefined, 0, 5])
    t.deepEqual((await offered(revision, undefined)).said, ['accepted', 'restart update']);
});

test('a field that says nothing readable is for no board', async t => {
  for (const bytes of [[], [0], [0, 3], [0, 0, 255], [0, 4, 0, 2]])
    t.deepEqual((await offered(3, Uint8Array.from(bytes))).said, ['rejected hardware'], `${bytes}`);
});

test('any field of any bytes serves exactly the revisions in its first whole ranges', t => {
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 0, max: 65_535 }), (value, revision) => {
      const numbers = new DataView(value.buffer, value.byteOffset, value.length);
      let served = false;
      for (let i = 0; i < REVISION_RANGES_MAX && i * 4 + 4 <= value.length; i++)
        served ||= numbers.getUint16(i * 4) <= revision && revision <= numbers.getUint16(i * 4 + 2);
      const fault = revisionFault([{ tag: REVISIONS, value }], revision);
      t.is(fault === undefined, served);
      t.true((fault ?? '').length < 400, 'the evidence is bounded');
    }),
  );
  const many = concat(...Array.from({ length: 40 }, () => valueFor([9, 9])), valueFor([1, 1]));
  t.not(revisionFault([{ tag: REVISIONS, value: many }], 1), undefined);
});
