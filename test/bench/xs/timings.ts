/** Runs the operations on Node and in XS, in turn, so that whatever else the machine does strikes both. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { toHex } from '../../../firmware/bytes/hex.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { startBoard } from '../../../host-sim/process/board.js';
import type { Engine } from '../../../host-sim/process/engines.js';
import { commandInput } from '../device/inputs.js';
import { makeCase } from '../witness.js';
import type { Given } from './operations.js';

export type Variant = 'node' | 'portable' | 'native';
/** Of each operation, in its own order: microseconds. */
export type Timings = Map<string, Partial<Record<Variant, number>>>;

const rounds = 3;

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

function inputs(): Given {
  const { request, witness } = makeCase();
  const [asked] = request.accounts;
  const [proven] = witness.accounts;
  const { bytes, known } = commandInput();
  return {
    witness: {
      ...{ blockHash: toHex(request.blockHash), number: request.number, header: toHex(witness.header) },
      ...{ address: toHex(asked.address), codeHash: toHex(asked.codeHash!), slot: toHex(asked.slots[0]) },
      account: proven.proof.map(toHex),
      storage: proven.slots[0].proof.map(toHex),
    },
    command: {
      known,
      bytes: Object.fromEntries(Object.entries(bytes).map(([name, each]) => [name, toHex(each)])),
    },
  };
}

interface Timing {
  variant: Variant;
  operation: string;
  microseconds: number;
}

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

/** With the heap and the stack of a board. */
function inXs(program: string, text: string): Timing[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const script = join(folder, 'operations.js');
  writeFileSync(script, text);
  try {
    const { stdout } = spawnSync(program, ['--script', script, '--watchdog', '600000'], {
      ...{ encoding: 'utf8', maxBuffer: 1024 * 1024 },
    });
    return stdout
      .split('\n')
      .filter(Boolean)
      .flatMap(line => {
        const { log, fault } = JSON.parse(line) as { log?: string; fault?: string };
        if (fault !== undefined) throw new Error(`in XS: ${fault}`);
        return log === undefined ? [] : [JSON.parse(log) as Timing];
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function timeOperations(program: string, tell: (line: string) => void): Promise<Timings> {
  const { text } = await bundleFirmware({
    entry: 'test/bench/xs/operations.ts',
    define: { given: JSON.stringify(inputs()) },
  });
  const all = new Map<string, Partial<Record<Variant, number[]>>>();
  for (let round = 1; round <= rounds; round++) {
    tell(`operations, round ${round} of ${rounds}`);
    for (const { microseconds, operation, variant } of [...onNode(text), ...inXs(program, text)]) {
      const ofOperation = all.get(operation) ?? {};
      all.set(operation, ofOperation);
      ofOperation[variant] = [...(ofOperation[variant] ?? []), microseconds];
    }
  }
  const medians = (of: Partial<Record<Variant, number[]>>) =>
    Object.fromEntries(Object.entries(of).map(([variant, times]) => [variant, median(times)]));
  return new Map([...all].map(([operation, of]) => [operation, medians(of)]));
}

const engines: Record<Variant, Engine> = {
  node: { name: 'node' },
  portable: { name: 'xs', portable: true },
  native: { name: 'xs' },
};

/** Microseconds from power to the example firmware's first answer at its console. */
export async function timeBoot(tell: (line: string) => void): Promise<Partial<Record<Variant, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const entry = join(repositoryRoot, 'firmware/apps/relay/main.ts');
  const { bytes } = await buildImage({ name: 'relay', version: 1, hardware: new Uint8Array(32), entry });
  flashBoard(folder, bytes);
  const times: Record<Variant, number[]> = { node: [], portable: [], native: [] };
  try {
    for (let round = 1; round <= 5; round++) {
      tell(`boot, round ${round} of 5`);
      for (const variant of Object.keys(engines) as Variant[]) {
        const begin = performance.now();
        const board = await startBoard({ directory: folder, engine: engines[variant] });
        await board.request('status').catch(() => {});
        times[variant].push((performance.now() - begin) * 1000);
        await board.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return Object.fromEntries(Object.entries(times).map(([variant, of]) => [variant, median(of)]));
}
