/** Boards in XS that follow the finality of 512 keys: low participation costs time and not memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { provePiece } from '../../../host-sim/node/beaconApi/absent.js';
import { convertBootstrap } from '../../../host-sim/node/beaconApi/convert.js';
import { startHttpServer } from '../../../host-sim/node/network/httpServer.js';
import { patient } from '../../../host-sim/node/patience.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { startBoard } from '../../../host-sim/process/board.js';
import { compact } from '../../firmware/beacon/board.js';
import { someOf } from '../../firmware/beacon/mutations.js';
import { seeded } from '../../firmware/beacon/random.js';
import { World } from '../../firmware/beacon/world.js';
import { xsTest } from '../engine/withXs.js';

const start = 3 * 8192 + 100;

/** Bytes, as a chip's verifier had them in all. With slots of 32 bytes, twice a chip's. */
const HEAP_MAX = 144_000;
/** Bytes to which the least heap is found. */
const RESOLUTION = 256;
/** Bytes that a third absent may take more than ten: some 2,300 are measured. Steps of 2048 bytes hid how near that came. */
const MORE_MAX = 3072;

/** A chain of 512 keys, and one prover for each set of positions that are absent. */
async function createChain(t: ExecutionContext) {
  const world = new World({ seed: 91, forks: { electra: 0 } });
  const { bootstrap, executionHeader, trustedRoot } = world.bootstrap(start);
  const beginning = encodeBootstrap(convertBootstrap(bootstrap, executionHeader));
  const asked: string[] = [];
  const serve = async (absent: readonly number[]): Promise<string> => {
    const update = encodeUpdate(
      compact(world.update({ attestedSlot: start + 200, finalizedSlot: start + 128, absent })),
    );
    const answerTo = (path: string): Uint8Array => {
      const [, , , kind, period, place, bits] = path.split('/');
      asked.push(kind);
      if (kind === 'bootstrap') return beginning;
      if (kind === 'finality') return update;
      const { pubkeys } = world.committee(Number(period));
      return provePiece(pubkeys, { piece: Number(place), bits: fromHex(bits)! })!;
    };
    const server = await startHttpServer({
      answer: (request, response) => {
        const body = answerTo(request.url ?? '');
        response.writeHead(200, { 'content-length': body.length });
        response.end(body);
      },
      name: 'prover',
      remedy: 'try again',
    });
    t.teardown(() => server.close());
    return server.url;
  };
  return { serve, asked, chain: toHex(encodeChain(world.chain)), root: toHex(trustedRoot) };
}

async function flashed(t: ExecutionContext): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-participation-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const image = await buildImage({
    ...{ name: 'finality', version: 1, hardware: new Uint8Array(32) },
    entry: join(repositoryRoot, 'test/host-sim/xs/memory/finalityFollower.ts'),
  });
  flashBoard(directory, image.bytes);
  return directory;
}

/** The answer of a board with so much heap, or why it died. */
async function follow(directory: string, heap: number, asked: object): Promise<string> {
  try {
    const board = await startBoard({ directory, engine: { name: 'xs', heap }, faultLimit: 1 });
    const dead = new Promise<string>(resolve => board.once('dead', resolve));
    try {
      const answer = board.request('follow', asked, { timeout: patient(60_000) }) as Promise<string>;
      return await answer.catch(() => dead);
    } finally {
      await board.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

xsTest(
  'with a third of 512 absent a board follows finality in a heap in which ten absent are followed',
  async t => {
    const { asked, chain, root, serve } = await createChain(t);
    const directory = await flashed(t);
    const leastHeap = async (absent: readonly number[]): Promise<number> => {
      const url = await serve(absent);
      const basis = `sync committee, ${512 - absent.length} of 512 signed, slot ${start + 128}`;
      const works = async (heap: number) => (await follow(directory, heap, { url, chain, root })) === basis;
      t.is(await follow(directory, HEAP_MAX, { url, chain, root }), basis);
      let [low, high] = [32 * 1024, HEAP_MAX];
      while (high - low > RESOLUTION) {
        const middle = (low + high) >> 1;
        if (await works(middle)) high = middle;
        else low = middle;
      }
      return high;
    };
    const ten = await leastHeap(someOf(seeded(5), 512, 10));
    t.false(asked.includes('absent'));
    const third = await leastHeap(Array.from({ length: 170 }, (_, i) => 3 * i));
    t.true(asked.includes('absent'));
    t.log(`${ten} bytes for ten absent, ${third} for a third`);
    t.true(third <= ten + MORE_MAX, `${third} bytes, ${ten} for ten absent`);
  },
);
