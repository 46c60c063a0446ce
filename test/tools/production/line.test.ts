/** The order of boards at ports, with fakes that come, go, fail and stay. */
import test from 'ava';
import { Failure } from '../../../tools/cli/failure.js';
import { type LineOptions, runLine } from '../../../tools/production/line.js';
import type { MadeBoard } from '../../../tools/production/makeBoard.js';

/** The board at a port, look by look; the last one stays. A number is a board's key. */
type Seen = number | 'silent' | 'broken' | 'absent' | 'busy';

const keyOf = (number: number) => `0x${String(number).padStart(40, '0')}` as const;

async function run(
  ports: Record<string, Seen[]>,
  boards: LineOptions['boards'],
  { shared = Object.keys(ports), waitMs = 0, signal = new AbortController().signal } = {},
) {
  const made: string[] = [];
  const options: LineOptions = {
    ...{ boards, ports: shared, waitMs, lookMs: 1, signal },
    async make({ serialNumber }, port, isNext): Promise<MadeBoard | undefined> {
      const seen = ports[port].length > 1 ? ports[port].shift()! : ports[port][0];
      if (seen === 'silent') throw new Failure('port_silent', 'Nothing comes.');
      if (seen === 'absent') throw new Failure('port_absent', 'There is no line.');
      if (seen === 'busy') throw new Failure('port_busy', 'Another program holds it.');
      const number = seen === 'broken' ? 99 : seen;
      if (!isNext(keyOf(number))) return undefined;
      if (seen === 'broken') throw new Failure('board', 'It refuses.');
      made.push(`${serialNumber}=${number}@${port}`);
      return { key: keyOf(number), device: keyOf(number) };
    },
    ...{ onOutcome() {}, note() {} },
  };
  const result = await runLine(options);
  return {
    made,
    failed: result.outcomes.flatMap(one => ('failure' in one ? [one.board.serialNumber] : [])),
    unreached: result.unreached.map(({ board }) => board.serialNumber),
    reasons: result.unreached.map(({ reason }) => reason),
  };
}

const list = (...numbers: string[]) => numbers.map(serialNumber => ({ serialNumber }));
const patient = { waitMs: 60_000 };

test('boards that come to a port one after another take the numbers in their order, and one that stays takes none', async t => {
  const { made, unreached } = await run({ a: [1, 1, 1, 'absent', 2, 2, 3] }, list('A', 'B', 'C'), patient);
  t.deepEqual(made, ['A=1@a', 'B=2@a', 'C=3@a']);
  t.deepEqual(unreached, []);
});

test('a board that fails is skipped with its number, and the next one takes the next', async t => {
  const { failed, made } = await run({ a: [1, 'broken', 'broken', 2] }, list('A', 'B', 'C'), patient);
  t.deepEqual(made, ['A=1@a', 'C=2@a']);
  t.deepEqual(failed, ['B']);
});

test('a silent board takes one number and no more, until the line was away', async t => {
  const once = await run({ a: ['silent', 'silent', 'silent', 1] }, list('A', 'B'), patient);
  t.deepEqual([once.failed, once.made], [['A'], ['B=1@a']]);
  const twice = await run({ a: ['silent', 'absent', 'silent', 1] }, list('A', 'B', 'C'), patient);
  t.deepEqual([twice.failed, twice.made], [['A', 'B'], ['C=1@a']]);
});

test('two ports share the list, and a number with a port of its own is made there', async t => {
  const boards = [{ serialNumber: 'A', port: 'b' }, ...list('B', 'C')];
  const { made } = await run({ a: [1, 2], b: [3] }, boards, { shared: ['a'], ...patient });
  t.deepEqual(made.sort(), ['A=3@b', 'B=1@a', 'C=2@a']);
});

test('a port that another holds, or to which nobody comes, ends without taking a number; another port takes it', async t => {
  const taken = await run({ a: ['busy'], b: [1, 2] }, list('A', 'B'), patient);
  t.deepEqual(taken.made, ['B=1@b', 'A=2@b']);
  const held = await run({ a: ['busy'] }, list('A'), patient);
  t.deepEqual([held.failed, held.unreached], [[], ['A']]);
  t.regex(held.reasons[0], /Another program/);
  const nobody = await run({ a: [1] }, list('A', 'B'));
  t.deepEqual([nobody.made, nobody.unreached], [['A=1@a'], ['B']]);
  t.regex(nobody.reasons[0], /No other board came to a/);
});

test('Ctrl-C ends the wait for a board', async t => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Failure('interrupted', 'Interrupted.')), 50);
  await t.throwsAsync(run({ a: ['absent'] }, list('A'), { ...patient, signal: stop.signal }));
});
