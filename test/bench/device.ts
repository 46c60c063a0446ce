/** `npm run bench:device`: what the firmware costs on the emulated board, in instructions, which repeat, and bytes. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { flashBoard } from '../../host-sim/board/flashing.js';
import { repositoryRoot } from '../../host-sim/bundle/firmware.js';
import { buildImage } from '../../host-sim/image/build.js';
import { type Board, startBoard } from '../../host-sim/rig/board.js';
import { buildRv32, programSize } from '../../host-sim/rv32/build.js';
import { Rv32Missing, requireEmulator } from '../../host-sim/rv32/tools.js';
import { commandInput } from './device/inputs.js';

const help = `Usage: npm run bench:device -- [--json]

Runs the firmware's work on the emulated board (QEMU, rv32imc, 400 KB of RAM) and counts instructions.

  --json   print one JSON document: {"results": [{"name", "value", "unit", "budget", "met", "verdict"}]};
           the budgets are in test/bench/device/budget.json, and those without one are only told
  --help   print this

The exit status is 0 within all budgets, 1 above one or with a wrong verdict, 2 on wrong use, 3 without the tools.
`;

export interface DeviceResult {
  name: string;
  value: number;
  unit: 'instructions' | 'bytes' | 'slots' | 'seconds';
  budget?: number;
  met: boolean;
  /** What came of inputs that were chosen at run time, where there is something to come. */
  verdict?: string;
}

const budgets = JSON.parse(readFileSync(new URL('device/budget.json', import.meta.url), 'utf8')) as Record<
  string,
  number
>;
const crypto = portableCrypto();

interface Cost {
  verdict: string;
  instructions: number;
}

export async function benchDevice(told: (result: DeviceResult) => void): Promise<DeviceResult[]> {
  const results: DeviceResult[] = [];
  const tell = (name: string, value: number, unit: DeviceResult['unit'], verdict?: string, right = true) => {
    const budget = budgets[name];
    const result = {
      name,
      value,
      unit,
      budget,
      met: right && (budget === undefined || value <= budget),
      verdict,
    };
    results.push(result);
    told(result);
  };
  requireEmulator();
  await buildRv32();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    const image = await buildImage({
      ...{ name: 'bench', version: 1, hardware: new Uint8Array(32), target: 'rv32' as const },
      entry: join(repositoryRoot, 'test/bench/device/guest.ts'),
    });
    flashBoard(directory, image.bytes);
    await native(directory, tell);
    await portable(directory, tell);
    const relay = await buildImage({
      ...{ name: 'relay', version: 1, hardware: new Uint8Array(32), target: 'rv32' as const },
      entry: join(repositoryRoot, 'firmware/apps/relay/main.ts'),
    });
    tell('device.image', relay.size, 'bytes');
    tell('device.program', await programSize(), 'bytes');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return results;
}

type Tell = (
  name: string,
  value: number,
  unit: DeviceResult['unit'],
  verdict?: string,
  right?: boolean,
) => void;

async function native(directory: string, tell: Tell): Promise<void> {
  const began = Date.now();
  const board = await startBoard({ directory, engine: { name: 'rv32', measure: true }, faultLimit: 1 });
  try {
    const { instructions: overhead } = (await board.request('nothing')) as Cost;
    const command = async () => commandCost(board);
    const first = await command();
    tell('device.boot', (Date.now() - began) / 1000, 'seconds', first.verdict, first.verdict === 'accepted');
    const { instructions, verdict } = await command();
    tell('device.command.native', instructions - overhead, 'instructions', verdict, verdict === 'accepted');
    const forged = await commandCost(board, true);
    tell(
      'device.command.forged',
      forged.instructions - overhead,
      'instructions',
      forged.verdict,
      forged.verdict !== 'accepted',
    );
    await recover(board, overhead, tell);
    await hashes(board, overhead, tell);
    await told(board, 'native', tell);
  } finally {
    await board.close();
  }
}

async function portable(directory: string, tell: Tell): Promise<void> {
  const engine = { name: 'rv32', measure: true, portable: true, heap: 262_144 } as const;
  const board = await startBoard({ directory, engine, faultLimit: 1, watchdog: 120_000 });
  try {
    const { instructions, verdict } = await commandCost(board);
    tell('device.command.portable', instructions, 'instructions', verdict, verdict === 'accepted');
    await told(board, 'portable', tell);
  } finally {
    await board.close();
  }
}

async function commandCost(board: Board, forged = false): Promise<Cost> {
  const { known, witness, delivery } = commandInput();
  const bytes = Uint8Array.from(witness);
  if (forged) bytes[bytes.length >> 1] ^= 1;
  await give(board, 'witness', bytes);
  await give(board, 'delivery', delivery);
  return (await board.request('command', known, { timeout: 120_000 })) as Cost;
}

async function recover(board: Board, overhead: number, tell: Tell): Promise<void> {
  const [digest, key] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
  await give(board, 'digest', digest);
  await give(board, 'signature', crypto.sign(digest, key));
  const { instructions, verdict } = (await board.request('recover')) as Cost;
  const right = verdict === toHex(crypto.addressOf(key)!);
  tell('device.recover.native', instructions - overhead, 'instructions', verdict, right);
}

async function hashes(board: Board, overhead: number, tell: Tell): Promise<void> {
  const node = new Uint8Array(randomBytes(532));
  await give(board, 'node', node);
  const keccak = (await board.request('keccak')) as Cost;
  const right = keccak.verdict === toHex(crypto.keccak256(node));
  tell('device.keccak.532', keccak.instructions - overhead, 'instructions', keccak.verdict, right);
  const seed = randomBytes(1)[0];
  const sha256 = (await board.request('sha256', { pieces: 256, seed }, { timeout: 120_000 })) as Cost;
  const expected = `0x${createHash('sha256')
    .update(Buffer.alloc(1024 * 1024, seed))
    .digest('hex')}`;
  tell(
    'device.sha256.1MiB',
    sha256.instructions - overhead,
    'instructions',
    sha256.verdict,
    sha256.verdict === expected,
  );
}

interface Use {
  heap: number;
  unclaimed: number;
  peakChunks: number;
  peakSlots: number;
  peakStack: number;
  cStack: number;
}

async function told(board: Board, variant: string, tell: Tell): Promise<void> {
  const use = (await board.request('use')) as Use;
  tell(`device.peak.${variant}`, use.heap - use.unclaimed, 'bytes');
  tell(`device.chunks.${variant}`, use.peakChunks, 'bytes');
  tell(`device.slots.${variant}`, use.peakSlots, 'slots');
  tell(`device.stack.${variant}`, use.peakStack, 'slots');
  tell(`device.cStack.${variant}`, use.cStack, 'bytes');
}

const pieceLength = 1500;

/** A request has little room: in pieces. */
async function give(board: Board, name: string, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const hex = toHex(bytes.subarray(at, at + pieceLength));
    await board.request('put', { name, size: bytes.length, at, hex });
  }
}

function line({ name, value, unit, budget, met, verdict }: DeviceResult): string {
  const shown = Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
  const goal = budget === undefined ? '' : `, budget ${budget.toLocaleString('en')}`;
  const said = verdict ? ` (${verdict.length > 20 ? `${verdict.slice(0, 18)}…` : verdict})` : '';
  return `${name}  ${shown} ${unit}${goal}${met ? '' : ' MISSED'}${said}\n`;
}

async function main(): Promise<number> {
  let json = false;
  try {
    const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    json = values.json ?? false;
  } catch (error) {
    process.stderr.write(`bench:device: ${(error as Error).message}. See npm run bench:device -- --help\n`);
    return 2;
  }
  try {
    const results = await benchDevice(result => {
      if (!json) process.stdout.write(line(result));
    });
    if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
    return results.every(result => result.met) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Rv32Missing)) throw error;
    process.stderr.write(`bench:device: ${error.message}\n`);
    return 3;
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.exitCode = await main();
