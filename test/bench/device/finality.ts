/**
 * The cost for a board of following Ethereum's finality with the native BLS: 512 positions of which 509 signed, Electra.
 * Heap is what the least heap grows by when the update is given and judged, found by trying; text is what the linker
 * took of blst and our face.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { encodeState } from '../../../firmware/beacon/state.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { type Board, startBoard } from '../../../host-sim/process/board.js';
import { boardProgram } from '../../../host-sim/rv32/build.js';
import { begin, compact, contextOf, mustAccept, stepWith } from '../../firmware/beacon/board.js';
import { World } from '../../firmware/beacon/world.js';

export interface FinalityCost {
  instructions: number;
  heap: number;
  text: number;
  stack: number;
  /** Of the update, and of one with a flipped bit in its signature. */
  verdicts: { genuine: string; forged: string };
}

const start = 3 * 8192 + 100;
/** Bytes: that to which the least heap is found. */
const resolution = 1024;
const most = 176 * 1024;

type Inputs = Readonly<Record<string, Uint8Array>>;

/** The state of a board, and the update that it is sent; the desk accepts it, else there is nothing to measure. */
function inputs(): Inputs {
  const world = new World({ seed: 61, forks: { electra: 0 } });
  const context = contextOf(world);
  const { state } = begin(world, start, context);
  const plan = { attestedSlot: start + 200, finalizedSlot: start + 128, absent: [10, 177, 400] };
  const signed = world.update(plan);
  mustAccept(stepWith(context, state, signed));
  return {
    chain: encodeChain(world.chain),
    state: encodeState(state),
    update: encodeUpdate(compact(signed)),
  };
}

const pieceLength = 1000;

async function give(board: Board, given: Inputs): Promise<void> {
  for (const [name, bytes] of Object.entries(given)) {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      const hex = toHex(bytes.subarray(at, at + pieceLength));
      await board.request('put', { name, size: bytes.length, at, hex });
    }
  }
}

interface Answer {
  instructions: number;
  verdict: string;
}

/** @param work gets a board that has so much heap; true when it survives */
async function survives(directory: string, heap: number, work: (board: Board) => Promise<void>) {
  let board: Board | undefined;
  try {
    board = await startBoard({ directory, engine: { name: 'rv32', measure: true, heap }, faultLimit: 1 });
    await work(board);
    return true;
  } catch {
    return false;
  } finally {
    await board?.close();
  }
}

/** Bytes of heap, to `resolution`, with which the work is done. */
async function leastHeap(directory: string, work: (board: Board) => Promise<void>): Promise<number> {
  let [low, high] = [16 * 1024, most];
  while (high - low > resolution) {
    const middle = Math.round((low + high) / 2 / resolution) * resolution;
    if (await survives(directory, middle, work)) high = middle;
    else low = middle;
  }
  return high;
}

export async function finalityCost(): Promise<FinalityCost> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-finality-'));
  try {
    const image = await buildImage({
      ...{ name: 'finality', version: 1, hardware: new Uint8Array(32), target: 'rv32' as const },
      entry: join(repositoryRoot, 'test/bench/device/finalityGuest.ts'),
    });
    flashBoard(directory, image.bytes);
    const given = inputs();
    const judge = async (board: Board): Promise<Answer> => {
      await give(board, given);
      return (await board.request('finality', null, { timeout: 120_000 })) as Answer;
    };
    const board = await startBoard({
      ...{ directory, faultLimit: 1 },
      engine: { name: 'rv32', measure: true, heap: most },
    });
    let genuine: Answer;
    let forged: Answer;
    let stack: number;
    try {
      genuine = await judge(board);
      stack = ((await board.request('use')) as { cStack: number }).cStack;
      const update = Uint8Array.from(given.update);
      // Of the signature's last byte, which the update says before the absent keys.
      update[signatureEnd(update)] ^= 1;
      await give(board, { update });
      forged = (await board.request('finality', null, { timeout: 120_000 })) as Answer;
    } finally {
      await board.close();
    }
    const idle = await leastHeap(directory, async board => void (await board.request('idle')));
    const busy = await leastHeap(directory, async board => {
      if ((await judge(board)).verdict !== 'accepted') throw new Error('not accepted');
    });
    return {
      ...{ instructions: genuine.instructions, heap: busy - idle, stack, text: await blsText() },
      verdicts: { genuine: genuine.verdict, forged: forged.verdict },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Place of the last byte of the only string of 96 bytes: RLP says its length in two bytes, 0xb8 0x60. */
function signatureEnd(update: Uint8Array): number {
  for (let at = update.length - 98; at >= 0; at--)
    if (update[at] === 0xb8 && update[at + 1] === 96) return at + 97;
  throw new Error('an update without a signature');
}

/** Bytes of code and constants that the board's program has of the objects of BLS. */
async function blsText(): Promise<number> {
  const run = promisify(execFile);
  const symbols = async (file: string, ...options: string[]) =>
    (await run('riscv64-unknown-elf-nm', [...options, file], { maxBuffer: 1 << 24 })).stdout.split('\n');
  const names = new Set<string>();
  for (const object of ['bls.o', 'xsBls.o']) {
    const path = join(repositoryRoot, '.build', 'rv32', 'objects', object);
    for (const line of await symbols(path, '--defined-only')) if (line) names.add(line.split(' ')[2]);
  }
  let bytes = 0;
  for (const line of await symbols(boardProgram, '-S', '--defined-only')) {
    const [, size, kind, name] = line.split(' ');
    if (name && /^[tTrR]$/.test(kind) && names.has(name)) bytes += Number.parseInt(size, 16);
  }
  return bytes;
}
