/**
 * libFuzzer on the C of a board: bytecode, console, sockets, flash files, native crypto, the scanner of JSON, each under AddressSanitizer
 * and UndefinedBehaviorSanitizer. HOLDFAST_FUZZ_SECONDS is the budget of each, 3 if unset; needs clang.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { planOf } from '../../../firmware/json/plan.js';
import type { Shape } from '../../../firmware/json/shape.js';
import { answerShape } from '../../../firmware/rpc/answer.js';
import { blockNameCall, chainIdCall } from '../../../firmware/rpc/blocks.js';
import type { Compiler } from '../../../host-sim/engine/compiler.js';
import { findSources } from '../../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { validator } from '../../firmware/beacon/validators.js';
import { buildProgram, nativeTest, ToolMissing } from '../../firmware/crypto/native/programs.js';
import { built } from '../engine/withXs.js';

const seconds = Number(process.env.HOLDFAST_FUZZ_SECONDS ?? 3);
const sanitizers = ['-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=undefined'];
const flags = ['-O1', '-g', '-w', '-D_GNU_SOURCE', ...sanitizers];
const folder = join(repositoryRoot, 'test', 'host-sim', 'xs', 'fuzz');
const host = join(repositoryRoot, 'host-sim', 'engine', 'desk');
const engine = join(repositoryRoot, 'host-sim', 'engine', 'host');

/** A clang that has libFuzzer's runtime. */
async function findClang(): Promise<Compiler> {
  const newest = Array.from({ length: 8 }, (_, i) => `clang-${21 - i}`);
  for (const command of [process.env.CLANG ?? 'clang', ...newest]) {
    try {
      const { stdout } = await promisify(execFile)(command, ['-print-file-name=libclang_rt.fuzzer-x86_64.a']);
      const { stdout: version } = await promisify(execFile)(command, ['--version']);
      const empty = 'int LLVMFuzzerTestOneInput(void) { return 0; }';
      execFileSync(command, ['-x', 'c', '-', '-fsanitize=fuzzer', '-o', '/dev/null'], {
        input: empty,
        stdio: 'pipe',
      });
      return { command, version: `${version.split('\n')[0]} ${stdout}` };
    } catch {
      // The next one, then.
    }
  }
  throw new ToolMissing(
    'no clang with libFuzzer. Debian and Ubuntu: sudo apt install clang libclang-rt-dev; another one: CLANG=…',
  );
}

interface Target {
  /** C files beside the target's own. */
  more?: string[];
  flags?: string[];
  /** Inputs to begin with. */
  seeds: (program: string) => Promise<Uint8Array[]> | Uint8Array[];
  longest: number;
  /** The number of inputs that is certainly reached in a second. */
  least: number;
}

async function compiled(program: string): Promise<Uint8Array[]> {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-fuzz-'));
  try {
    return [
      'var image = 1;',
      "var image = (() => { class A { x = 1; #y = 'text'; m() { return /r/.test('z'); } } return new A(); })();",
    ].map(text => {
      writeFileSync(join(place, 'in.js'), text);
      execFileSync(program, ['--compile', join(place, 'in.js'), join(place, 'out.xsb')]);
      return readFileSync(join(place, 'out.xsb'));
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const targets: Readonly<Record<string, Target>> = {
  bytecode: {
    more: [join(engine, 'bytecode.c'), ...findSourcesOrNone().filter(file => file.endsWith('/xsCommon.c'))],
    flags: ['-DINCLUDE_XSPLATFORM', '-DXSPLATFORM="platform.h"', '-DmxParse=1', '-DmxRun=1', '-DmxSloppy=1'],
    seeds: compiled,
    longest: 4096,
    least: 1000,
  },
  console: {
    more: [join(engine, 'clock.c')],
    seeds: () => [Buffer.from('\x05{"id":1,"method":"status"}\n{"id":2}\n'), Buffer.alloc(6000, 'a')],
    longest: 8192,
    least: 100,
  },
  socket: {
    more: [join(host, 'socket.c'), join(engine, 'clock.c')],
    seeds: () => [Uint8Array.of(0, 0, 3, 9, 0, 0, 2, 0, 1, 50, 0, 0, 4, 40, 5, 1, 0, 0, 6, 1)],
    longest: 256,
    least: 20,
  },
  flash: {
    seeds: () => [Uint8Array.of(0, 2, 0, 16, 0, 1, 2, 3), Uint8Array.of(250, 0, 1, 1, 3, 9)],
    longest: 4096,
    least: 20,
  },
  crypto: {
    seeds: () => [
      Buffer.concat([Buffer.alloc(128, 3), validator(5n).publicKey, validator(6n).publicKey]),
      Buffer.concat([Buffer.alloc(128, 0x83), ...[7n, 8n, 9n, 9n].map(key => validator(key).publicKey)]),
    ],
    longest: 400,
    least: 5,
  },
  json: {
    seeds: () => [jsonSeed(blockNameCall(1).result), jsonSeed(chainIdCall.result)],
    longest: 1024,
    least: 1000,
  },
};

/** An input of the target: lengths of plan, pieces and first room, the plan, and an answer to it. */
function jsonSeed(result: Shape): Uint8Array {
  const plan = planOf(answerShape(result));
  const text =
    '{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x00ff","x":[{"y":1e5}]},"e":"\\u00e9"}';
  return Buffer.concat([Uint8Array.of(plan.length, 7, 3), plan, Buffer.from(text)]);
}

function findSourcesOrNone(): string[] {
  try {
    return findSources().engine;
  } catch {
    return [];
  }
}

/** Runs it for its budget; the process is gone when this returns. */
async function fuzz(t: ExecutionContext, name: string, program: string, xs: string): Promise<void> {
  const { seeds, longest, least } = targets[name];
  const place = mkdtempSync(join(tmpdir(), `holdfast-fuzz-${name}-`));
  t.teardown(() => rmSync(place, { recursive: true, force: true }));
  const corpus = join(place, 'corpus');
  mkdirSync(corpus);
  for (const [i, bytes] of (await seeds(xs)).entries()) writeFileSync(join(corpus, `seed${i}`), bytes);
  const child = spawn(
    program,
    [
      ...[`-max_total_time=${seconds}`, `-max_len=${longest}`, '-print_final_stats=1', '-timeout=20'],
      ...[`-artifact_prefix=${place}/`, corpus],
    ],
    { env: { ...process.env, HOLDFAST_FUZZ_FOLDER: place }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  t.teardown(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', bytes => {
    said = (said + bytes).slice(-20_000);
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  const bad = readdirSync(place).find(file => /^(crash|leak|timeout|oom)-/.test(file));
  const input = bad ? `${bad} ${readFileSync(join(place, bad)).toString('hex')}` : '';
  t.is(code, 0, `${input}\n${said}`);
  const runs = Number(said.match(/number_of_executed_units: (\d+)/)?.[1]);
  t.log(`${runs} inputs in ${seconds} s, ${said.match(/cov: \d+/g)?.at(-1) ?? ''}`);
  t.true(runs >= least * Math.min(seconds, 10), `only ${runs} inputs`);
}

for (const [name, { more, flags: own = [] }] of Object.entries(targets)) {
  nativeTest(`fuzzing finds nothing in ${seconds} s: ${name}`, async t => {
    const compiler = await findClang();
    const xs = await built('release');
    if (!('program' in xs)) throw xs;
    const program = await buildProgram(`fuzz-${name}`, {
      main: join(folder, `${name}Target.c`),
      include: [host],
      more,
      compiler,
      flags: [...flags, ...own],
    });
    await fuzz(t, name, program, xs.program);
  });
}
