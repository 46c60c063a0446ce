/**
 * `npm run bench:device`: what the firmware costs on the emulated board, in instructions, which repeat, and in
 * memory. The budgets are in device/budget.json; one goes up only with a reason in the commit.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flashBoard } from '../../host-sim/board/flashing.js';
import { XsMissing } from '../../host-sim/engine/sources.js';
import { buildImage } from '../../host-sim/image/build.js';
import { bundleFirmware } from '../../host-sim/node/bundle/firmware.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { startBoard } from '../../host-sim/process/board.js';
import { buildRv32, programSize } from '../../host-sim/rv32/build.js';
import { bytecodeSize } from '../../host-sim/rv32/image.js';
import { Rv32Missing, requireEmulator } from '../../host-sim/rv32/tools.js';
import { commandBytes } from './device/bytes.js';
import { smallestHeap } from './device/demoHeap.js';
import { finalityCost } from './device/finality.js';
import { floodFigures } from './device/flood.js';
import { type Measured, Meter } from './device/meter.js';

const help = `Usage: npm run bench:device -- [--json] [--demo] [--flood] [--bytes]

Runs the firmware's work on the emulated board (QEMU, rv32imc, 400 KB of RAM) and counts instructions and memory.

  --demo   also find the smallest heap with which the whole demo passes, with native crypto and without any: a
           demo for each step of the search, minutes each, and many more without native crypto
  --flood  only what 10,000 junk messages do to a board in XS with a chip's memory (npm run build:xs): restarts, lost
           proof of now and bytes of growth, in sum, and the seconds that a genuine order among them takes. Two minutes;
           without the flag it is the last part
  --bytes  only the bytes that a routine command takes from the network at level 4, everything, counted at the sockets of
           a board that runs: over its broker alone, and with endpoints. Half a minute
  --json   print one JSON document: {"results": [{"name", "value", "unit", "goal", "budget", "met", "verdict"}]}
  --help   print this

The budgets are in test/bench/device/budget.json, beside the goals; what has neither is only told.
The exit status is 0 within all budgets, 1 above one or with a wrong verdict, 2 on wrong use, 3 without the tools.

Example: npm run bench:device -- --json > device.json
`;

export interface DeviceResult {
  name: string;
  value: number;
  unit: 'instructions' | 'bytes' | 'slots' | 'seconds' | 'sum';
  goal?: number;
  /** Above it the bench fails. */
  budget?: number;
  /** Within the goal, or where there is none within the budget; and the verdict is right. */
  met: boolean;
  /** Above the budget, or with a wrong verdict. */
  failed: boolean;
  /** The outcome of inputs that were chosen at run time, where there is one. */
  verdict?: string;
}

interface Limits {
  goal?: number;
  budget?: number;
}

const limits = JSON.parse(readFileSync(new URL('device/budget.json', import.meta.url), 'utf8')) as Record<
  string,
  Limits
>;

type Tell = (
  name: string,
  value: number,
  unit: DeviceResult['unit'],
  verdict?: string,
  right?: boolean,
) => void;

const hardware = new Uint8Array(32);

export async function benchDevice(
  told: (result: DeviceResult) => void,
  { bytes = false, demo = false, flood = false }: { bytes?: boolean; demo?: boolean; flood?: boolean } = {},
): Promise<DeviceResult[]> {
  const results: DeviceResult[] = [];
  const tell: Tell = (name, value, unit, verdict, right = true) => {
    const { budget, goal } = limits[name] ?? {};
    const failed = !right || value > (budget ?? Number.POSITIVE_INFINITY);
    const met = !failed && value <= (goal ?? Number.POSITIVE_INFINITY);
    const result = { name, value, unit, goal, budget, met, failed, verdict };
    results.push(result);
    told(result);
  };
  if (bytes || flood) {
    if (bytes) await tellBytes(tell);
    if (flood) await tellFlood(tell);
    return results;
  }
  requireEmulator();
  await buildRv32();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    const entry = join(repositoryRoot, 'test/bench/device/guest.ts');
    const image = await buildImage({ name: 'bench', version: 1, hardware, target: 'rv32', entry });
    flashBoard(directory, image.bytes);
    await native(directory, tell);
    await portable(directory, tell);
    await finality(tell);
    await sizes(tell);
    await tellBytes(tell);
    await tellFlood(tell).catch(unlessXsIsMissing);
    if (demo) {
      for (const variant of ['native', 'portable'] as const) {
        const { heap, stack } = await smallestHeap(variant, line => process.stderr.write(`${line}\n`));
        tell(`device.heap.${variant}`, heap, 'bytes', 'the demo passes');
        if (variant === 'native') tell('device.stack', stack, 'slots', 'the demo passes');
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return results;
}

/** The rest is measured all the same, and what is left out is said. */
function unlessXsIsMissing(error: unknown): void {
  if (!(error instanceof XsMissing)) throw error;
  process.stderr.write(`bench:device: device.flood was not measured: ${error.message}\n`);
}

/** With endpoints beside the prover, and over the connection to the broker alone. */
async function tellBytes(tell: Tell): Promise<void> {
  for (const oneSocket of [false, true]) {
    const { received, socketsMax, verdict } = await commandBytes({ oneSocket });
    const name = `device.witness.bytes${oneSocket ? '' : '.endpoints'}`;
    tell(name, received, 'bytes', verdict, verdict === 'accepted' && (!oneSocket || socketsMax === 1));
  }
}

/** Each part is told too: the sum alone would not say what is wrong. */
async function tellFlood(tell: Tell): Promise<void> {
  const { claimed, growth, liveOnChip, lostNow, orderSeconds, restarts } = await floodFigures();
  const parts = `${restarts} + ${lostNow} + ${growth ?? 'not measured'}`;
  tell('device.flood', restarts + lostNow + (growth ?? 0), 'sum', parts, growth !== undefined);
  tell('device.flood.seconds', orderSeconds, 'seconds');
  if (claimed !== undefined) tell('device.flood.claimed', claimed, 'bytes');
  tell('device.live', liveOnChip, 'bytes');
}

async function native(directory: string, tell: Tell): Promise<void> {
  const began = Date.now();
  const board = await startBoard({ directory, engine: { name: 'rv32', measure: true }, faultLimit: 1 });
  try {
    const meter = new Meter(board);
    await meter.calibrate();
    const first = await meter.command();
    tell('device.boot', (Date.now() - began) / 1000, 'seconds', first.verdict, first.right);
    tellCost(tell, 'device.command.native', await meter.command());
    tellCost(tell, 'device.command.forged', await meter.command({ forged: true }));
    tellCost(tell, 'device.recover.native', await meter.recover());
    tellCost(tell, 'device.keccak.532', await meter.keccak());
    tellCost(tell, 'device.sha256.1MiB', await meter.sha256());
  } finally {
    await board.close();
  }
}

async function portable(directory: string, tell: Tell): Promise<void> {
  const engine = { name: 'rv32', measure: true, portable: true, heap: 262_144 } as const;
  const board = await startBoard({ directory, engine, faultLimit: 1, watchdog: 120_000 });
  try {
    const meter = new Meter(board);
    await meter.calibrate();
    tellCost(tell, 'device.command.portable', await meter.command());
    tellCost(tell, 'device.recover.portable', await meter.recover());
  } finally {
    await board.close();
  }
}

async function finality(tell: Tell): Promise<void> {
  const { heap, instructions, stack, text, verdicts } = await finalityCost();
  const right = verdicts.genuine === 'accepted' && verdicts.forged !== 'accepted';
  tell('lc.finality.instructions', instructions, 'instructions', verdicts.genuine, right);
  tell('lc.heap', heap, 'bytes');
  tell('lc.cStack', stack, 'bytes');
  tell('lc.text', text, 'bytes');
}

/** Instructions, and the peaks of memory: what was there before the operation is in them. */
function tellCost(tell: Tell, name: string, { instructions, right, use, verdict }: Measured): void {
  tell(name, instructions, 'instructions', verdict, right);
  tell(`${name}.chunks`, use.peakChunks, 'bytes');
  tell(`${name}.slots`, use.peakSlots, 'slots');
  tell(`${name}.stack`, use.peakStack, 'slots');
  tell(`${name}.cStack`, use.cStack, 'bytes');
}

async function sizes(tell: Tell): Promise<void> {
  for (const name of ['command', 'keccak', 'recover', 'sha256']) {
    for (const variant of ['native', 'portable'] as const) {
      const contents =
        variant === 'native'
          ? `export { ${name} } from './test/bench/device/operations/${name}.js';`
          : `import { ${name} } from './test/bench/device/operations/${name}.js';
             import { portableCrypto } from './firmware/crypto/portable.js';
             export const run = (...rest) => ${name}(portableCrypto(), ...rest);`;
      const { text } = await bundleFirmware({ stdin: { contents } });
      tell(`device.bytecode.${name}.${variant}`, await bytecodeSize(text), 'bytes');
    }
  }
  const entry = join(repositoryRoot, 'firmware/apps/relay/main.ts');
  const relay = await buildImage({ name: 'relay', version: 1, hardware, target: 'rv32', entry });
  tell('device.image', relay.size, 'bytes');
  tell('device.bytecode.relay', await bytecodeSize((await bundleFirmware({ entry })).text), 'bytes');
  tell('device.program', await programSize(), 'bytes');
}

function line({ name, value, unit, goal, budget, met, failed, verdict }: DeviceResult): string {
  const shown = Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
  const aim = goal === undefined ? '' : `, goal ${goal.toLocaleString('en')}`;
  const most = budget === undefined ? '' : `, budget ${budget.toLocaleString('en')}`;
  const said = verdict ? ` (${verdict.length > 20 ? `${verdict.slice(0, 18)}…` : verdict})` : '';
  return `${name}  ${shown} ${unit}${aim}${most}${failed ? ' FAILED' : met ? '' : ' missed'}${said}\n`;
}

async function main(): Promise<number> {
  let json = false;
  let bytes = false;
  let demo = false;
  let flood = false;
  try {
    const { values } = parseArgs({
      options: {
        bytes: { type: 'boolean' },
        demo: { type: 'boolean' },
        flood: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    json = values.json ?? false;
    bytes = values.bytes ?? false;
    demo = values.demo ?? false;
    flood = values.flood ?? false;
  } catch (error) {
    process.stderr.write(`bench:device: ${(error as Error).message}. See npm run bench:device -- --help\n`);
    return 2;
  }
  try {
    const results = await benchDevice(
      result => {
        if (!json) process.stdout.write(line(result));
      },
      { bytes, demo, flood },
    );
    if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
    return results.some(result => result.failed) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Rv32Missing)) throw error;
    process.stderr.write(`bench:device: ${error.message}\n`);
    return 3;
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.exitCode = await main();
