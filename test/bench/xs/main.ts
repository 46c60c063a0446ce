/** `npm run bench:xs`: the same operations on Node, in XS with portable crypto, and in XS with native crypto. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import vm from 'node:vm';
import { toHex } from '../../../firmware/bytes/hex.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { bundleFirmware, repositoryRoot } from '../../../host-sim/bundle/firmware.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { startBoard } from '../../../host-sim/rig/board.js';
import type { Engine } from '../../../host-sim/rig/engines.js';
import { buildXs } from '../../../host-sim/xs/build.js';
import { XsMissing } from '../../../host-sim/xs/sources.js';
import { makeCase } from '../witness.js';

interface Result {
  name: string;
  value: number;
  unit: string;
}

const round = (value: number): number => Number(value.toPrecision(3));

async function operationsText(): Promise<string> {
  const { request, witness } = makeCase();
  const [asked] = request.accounts;
  const [given] = witness.accounts;
  const witnessHex = {
    blockHash: toHex(request.blockHash),
    number: request.number,
    header: toHex(witness.header),
    address: toHex(asked.address),
    codeHash: toHex(asked.codeHash!),
    slot: toHex(asked.slots[0]),
    account: given.proof.map(toHex),
    storage: given.slots[0].proof.map(toHex),
  };
  const { text } = await bundleFirmware({ entry: 'test/bench/xs/operations.ts' });
  return `const witnessHex = ${JSON.stringify(witnessHex)};\n${text}`;
}

type Timing = { variant: string; operation: string; microseconds: number };

function onNode(text: string): Timing[] {
  const timings: Timing[] = [];
  const image = new vm.Script(`${text};image`).runInContext(vm.createContext({}));
  image.start({
    clock: { monotonic: () => performance.now() },
    console: { log: (line: string) => timings.push(JSON.parse(line)) },
    boot: { restart() {} },
  });
  return timings.map(timing => ({ ...timing, variant: 'node' }));
}

function inXs(program: string, text: string): Timing[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const script = join(folder, 'operations.js');
  writeFileSync(script, text);
  try {
    const { stdout } = spawnSync(
      program,
      ['--script', script, '--heap', '16000000', '--watchdog', '600000'],
      {
        encoding: 'utf8',
        maxBuffer: 1024 * 1024,
      },
    );
    const lines = stdout.split('\n').filter(Boolean);
    return lines.flatMap(line => {
      const { log, fault } = JSON.parse(line) as { log?: string; fault?: string };
      if (fault !== undefined) throw new Error(`in XS: ${fault}`);
      return log === undefined ? [] : [JSON.parse(log) as Timing];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from power to the example firmware's first answer at its console. */
async function boot(engine: Engine): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const entry = join(repositoryRoot, 'firmware/apps/relay/main.ts');
  const { bytes } = await buildImage({ name: 'relay', version: 1, hardware: new Uint8Array(32), entry });
  flashBoard(folder, bytes);
  const times: number[] = [];
  try {
    for (let i = 0; i < 5; i++) {
      const begin = performance.now();
      const board = await startBoard({ directory: folder, engine });
      await board.request('status').catch(() => {});
      times.push(performance.now() - begin);
      await board.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const { program } = await buildXs();
  const text = await operationsText();
  const timings = [...onNode(text), ...inXs(program, text)];
  const results: Result[] = timings.map(({ variant, operation, microseconds }) => ({
    name: `xs.${operation}.${variant}`,
    value: round(microseconds),
    unit: 'µs',
  }));
  for (const name of ['node', 'xs'] as const) {
    const variant = name === 'xs' ? 'native' : name;
    results.push({ name: `xs.boot.${variant}`, value: round(await boot({ name })), unit: 'ms' });
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else for (const { name, value, unit } of results) process.stdout.write(`${name}  ${value} ${unit}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:xs: ${error instanceof XsMissing ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
