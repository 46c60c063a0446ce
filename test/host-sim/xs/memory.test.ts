/**
 * Boards in XS whose heap is too small: below the limit a run ends as a fault and starts again; its store is whole,
 * and nothing took effect that was not stored before.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { PartitionName } from '../../../firmware/port/flash.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { partitionFile } from '../../../host-sim/node/flash/fileFlash.js';
import { patient } from '../../../host-sim/node/patience.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { type Board, startBoard } from '../../../host-sim/process/board.js';
import { ownMemory } from '../../../host-sim/process/memory.js';
import { xsTest } from '../engine/withXs.js';

const plenty = 2 << 20;
const faulted = /^1 faults in a row, the last: (out of memory|stack overflow|out of names)$/;

async function flashed(t: ExecutionContext, entry: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const image = await buildImage({
    ...{ name: 'memory', version: 1, hardware: new Uint8Array(32) },
    entry: join(repositoryRoot, entry),
  });
  flashBoard(directory, image.bytes);
  return directory;
}

/** A board like another: with a copy of its flash. */
function copyOf(t: ExecutionContext, directory: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  t.teardown(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** The outcome of a run with so much heap: the answer to a request, or why the board died. */
async function run(
  directory: string,
  heap: number,
  method: string,
  parameters?: unknown,
): Promise<{ answer?: unknown; died?: string; pins: number[] }> {
  const pins: number[] = [];
  let died = '';
  let board: Board | undefined;
  try {
    board = await startBoard({ directory, engine: { name: 'xs', heap }, faultLimit: 1 });
    board.on('pin', pin => pins.push(pin));
    const dead = new Promise<string>(resolve => board!.once('dead', resolve));
    try {
      return { answer: await board.request(method, parameters, { timeout: patient(30_000) }), pins };
    } catch {
      return { died: await dead, pins };
    }
  } catch (error) {
    died = (error as Error).message;
    return { died, pins };
  } finally {
    await board?.close();
  }
}

const partition = (directory: string, name: PartitionName): string =>
  readFileSync(partitionFile(directory, name)).toString('hex');

interface Stored {
  state: string;
  step: number[];
  parts: number[][];
}

xsTest(
  'with less and less heap a step is stored whole before its effect, and the store opens as it was left',
  async t => {
    const blank = await flashed(t, 'test/host-sim/xs/memory/worker.ts');
    const seen = { died: 0, worked: 0, half: 0 };
    let fewest = Infinity;
    for (let heap = 208_000; heap >= 16_000; heap -= heap > 60_000 ? 12_000 : 6_000) {
      const directory = copyOf(t, blank);
      const { answer, died, pins } = await run(directory, heap, 'work', 120);
      const { answer: found, died: sound } = await run(directory, plenty, 'read');
      t.is(sound, undefined, `${heap}: with plenty it starts`);
      const { state, step, parts } = found as Stored;
      const stored = step[0] ?? 0;
      t.not(state, 'lost', `${heap}`);
      t.deepEqual(
        parts,
        step.length ? [Array(100).fill(stored), Array(100).fill(stored)] : [[], []],
        `${heap}`,
      );
      // Effects come in order, each after its step was stored; at most the last one stored lacks its effect.
      t.deepEqual(
        pins,
        pins.map((_, i) => (i + 1) % 64),
      );
      t.true(stored === pins.length || stored === pins.length + 1, `${heap}: ${stored}, ${pins.length}`);
      if (died === undefined) {
        t.is(answer, 120);
        t.is(stored, 120);
        t.true(fewest > heap && seen.died === 0, `${heap} bytes are enough, more were not`);
        fewest = heap;
        seen.worked++;
      } else {
        t.regex(died, faulted, `${heap}`);
        seen.died++;
        if (stored > 0) seen.half++;
      }
    }
    t.log(seen, `${fewest} bytes are enough`);
    t.true(seen.worked > 1 && seen.died > 2 && seen.half > 0);
  },
);

xsTest(
  'the firmware that lacks heap to start faults without touching key or journal, and is itself again with enough',
  async t => {
    const directory = await flashed(t, 'firmware/apps/relay/main.ts');
    const { answer: identity } = await run(directory, plenty, 'identify');
    t.truthy(identity);
    const kept = (['identity', 'journal', 'boot', 'slotA'] as const).map(
      name => [name, partition(directory, name)] as const,
    );
    let died = 0;
    let answered = 0;
    for (let heap = 160_000; heap >= 16_000; heap -= 16_000) {
      const { answer, died: why } = await run(directory, heap, 'identify');
      if (why === undefined) {
        t.deepEqual(answer, identity, `${heap}`);
        answered++;
      } else {
        t.regex(why, faulted, `${heap}`);
        died++;
      }
      for (const [name, bytes] of kept) t.true(partition(directory, name) === bytes, `${heap}: ${name}`);
    }
    t.log({ answered, died });
    t.true(answered > 0 && died > 0);
    t.deepEqual((await run(directory, plenty, 'identify')).answer, identity);
  },
);

xsTest(
  'a new board that dies while it makes its identity makes one, and only one, with enough heap',
  async t => {
    const blank = await flashed(t, 'firmware/apps/relay/main.ts');
    let died = 0;
    for (let heap = 112_000; heap >= 16_000; heap -= 16_000) {
      const directory = copyOf(t, blank);
      const { answer, died: why } = await run(directory, heap, 'identify');
      if (why !== undefined) died++;
      const first = (await run(directory, plenty, 'identify')).answer as { address?: string };
      if (answer !== undefined) t.deepEqual(first, answer as object, `${heap}`);
      t.truthy(first, `${heap}`);
      t.deepEqual((await run(directory, plenty, 'identify')).answer, first, `${heap}`);
    }
    t.true(died > 0);
  },
);

/** A start takes 27 MB, for the parser above all. Above what a run keeps: 3.6 MB with the relay. */
const OWN_BYTES_MAX = 5 << 20;

xsTest('a board that runs keeps nothing of the memory that its start took', async t => {
  const directory = await flashed(t, 'firmware/apps/relay/main.ts');
  const board = await startBoard({ directory, engine: { name: 'xs' } });
  t.teardown(() => board.close());
  await board.request('identify');
  const own = ownMemory(board.pid);
  if (own === undefined) t.log('NOT RUN: the memory of a process is not told here');
  else t.true(own < OWN_BYTES_MAX, `${own} bytes`);
  t.is(ownMemory(0x7fffffff), undefined);
});
