/**
 * Allocations that fail in an update: the heap of a board in XS is bounded lower and lower, so that the first that does
 * not fit is another one each time, in the download, before the restart, in the confirm. That run ends with a fault; the
 * board starts into a whole image, and is updated when it has the memory. HOLDFAST_ALLOCATION_STEP is the distance in
 * bytes of two heaps: 1000 takes a minute or two.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { concat } from '../../../firmware/bytes/concat.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeImage, headerLength } from '../../../firmware/store/imageHeader.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { patient } from '../../../host-sim/node/patience.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { sectorsOf } from '../../../host-sim/node/sectors.js';
import { type Board, startBoard } from '../../../host-sim/process/board.js';
import { xsTest } from '../engine/withXs.js';
import type { Offered } from './memory/updater.js';

const HARDWARE = new Uint8Array(32);
const PLENTY = 2 << 20;
/** Below it the image does not even start; from there on an update has room. */
const HEAP = { least: 80_000, most: 230_000 };
const STEP = Number(process.env.HOLDFAST_ALLOCATION_STEP ?? 25_000);
const STARTS_MAX = 4;
const faulted = /(out of memory|stack overflow|out of names)/;

/** A directory that goes with the test. */
function folder(t: ExecutionContext): string {
  const made = mkdtempSync(join(tmpdir(), 'holdfast-update-memory-'));
  t.teardown(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The flash of a board with the first image, and the second one as it is offered. */
async function prepared(t: ExecutionContext): Promise<{ flash: string; offered: Offered }> {
  const entry = join(repositoryRoot, 'test/host-sim/xs/memory/updater.ts');
  const { bytes } = await buildImage({ name: 'updater', version: 1, hardware: HARDWARE, entry });
  const flash = folder(t);
  flashBoard(flash, bytes);
  const image = encodeImage(2, HARDWARE, bytes.slice(headerLength));
  const manifest = makeManifest(image, 2, HARDWARE, '{}');
  const [imageSha256, channel] = [manifest.head.slice(16, 48), new Uint8Array(20).fill(1)];
  const offer = { channel, version: 2, imageSha256, size: image.length, manifestHash: manifest.hash };
  return {
    flash,
    offered: {
      offer: toHex(encodeOffer(offer)),
      header: toHex(image.slice(0, headerLength)),
      manifest: toHex(manifest.head),
      sectors: toHex(concat(sectorsOf(image).list)),
    },
  };
}

interface State {
  version: number;
  settled: string;
  said: string;
}

/** Lets the board update until it runs the second image, confirmed, or is dead; its end, and the versions it began with. */
async function updated(directory: string, heap: number, offered: Offered) {
  const versions: number[] = [];
  let board: Board | undefined;
  let died: string | undefined;
  try {
    board = await startBoard({ directory, engine: { name: 'xs', heap, stack: 1536 }, faultLimit: 1 });
    const note = (reason: string) => {
      died = reason;
    };
    board.once('dead', note);
    for (let starts = 0; starts < STARTS_MAX && died === undefined; starts++) {
      const { settled, version } = (await board.request('state')) as State;
      versions.push(version);
      if (version === 2 && settled !== 'rolling back') {
        board.off('dead', note);
        break;
      }
      const next = new Promise<void>(resolve => {
        board!.once('hello', () => resolve());
        board!.once('dead', () => resolve());
      });
      await board.request('update', offered, { timeout: patient(10_000) }).catch(() => {});
      await next;
    }
  } catch (error) {
    died ??= (error as Error).message;
  } finally {
    await board?.close();
  }
  return { died, versions };
}

xsTest(
  'an allocation that fails, whichever of an update it is, is a fault and a whole image, and no loop',
  async t => {
    const { flash, offered } = await prepared(t);
    const seen = { died: 0, before: 0, updated: 0 };
    for (let heap = HEAP.most; heap >= HEAP.least; heap -= STEP) {
      const directory = folder(t);
      cpSync(flash, directory, { recursive: true });
      const { died, versions } = await updated(directory, heap, offered);
      if (died === undefined) {
        t.is(versions[versions.length - 1], 2, `${heap}: ${versions}`);
        seen.updated++;
      } else {
        t.regex(died, faulted, `${heap}`);
        seen.died++;
        if (versions.length === 0) seen.before++;
      }
      const after = await updated(directory, PLENTY, offered);
      t.is(after.died, undefined, `${heap}: with plenty it lives`);
      t.is(after.versions[after.versions.length - 1], 2, `${heap}: ${versions}, then ${after.versions}`);
      t.true(after.versions.length <= 3, `${heap}: ${after.versions}`);
      rmSync(directory, { recursive: true });
    }
    t.log(seen);
    t.true(seen.updated > 0 && seen.died > seen.before);
  },
);
