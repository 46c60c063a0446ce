/** Programs in C that answer requests: parts of the emulated board, compiled for this machine with the sanitizers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Compiler, findCompiler, linkProgram } from '../../../host-sim/engine/compiler.js';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

export const exchange = join(repositoryRoot, 'test', 'host-sim', 'native');
const here = join(repositoryRoot, 'test', 'host-sim', 'rv32', 'native');
const board = join(repositoryRoot, 'host-sim', 'rv32', 'host');
const shared = join(repositoryRoot, 'host-sim', 'engine', 'host');

const flags = [
  ...['-std=gnu11', '-O1', '-g', '-Wall', '-Wextra', '-Werror'],
  ...['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
];

export class Program {
  readonly #child: ChildProcess;
  #arrived = Buffer.alloc(0);
  #problem = '';
  #ended = false;
  #stir: () => void = () => {};

  constructor(command: string, given: readonly string[] = []) {
    this.#child = spawn(command, given, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#arrived = Buffer.concat([this.#arrived, chunk]);
      this.#stir();
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#problem += chunk));
    this.#child.stdin!.on('error', () => {});
    this.#child.once('close', () => {
      this.#ended = true;
      this.#stir();
    });
  }

  /** One request at a time. @throws Error with what the sanitizer says when the program ends */
  async ask(request: Uint8Array): Promise<Buffer> {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(request.length);
    this.#child.stdin!.write(Buffer.concat([length, request]));
    const wanted = () => (this.#arrived.length < 4 ? 4 : 4 + this.#arrived.readUInt32LE());
    while (this.#arrived.length < wanted()) {
      if (this.#ended) throw new Error(`it ended: ${this.#problem}`);
      await new Promise<void>(resolve => {
        this.#stir = resolve;
      });
    }
    const answer = this.#arrived.subarray(4);
    this.#arrived = Buffer.alloc(0);
    return answer;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#child.stdin!.end();
    await once(this.#child, 'close');
  }
}

/**
 * A test with one of the programs in rv32/native. Without a C compiler it says so loudly and passes, unless
 * everything is asked for.
 * @param sources of the emulated board, beside those that the program includes
 */
export function testInC(
  title: string,
  name: string,
  sources: readonly string[],
  run: (t: ExecutionContext, program: Program) => Promise<void>,
): void {
  test.serial(title, async t => {
    let compiler: Compiler;
    try {
      compiler = await findCompiler();
    } catch (error) {
      if (!(error instanceof XsMissing)) throw error;
      t.log(`NOT RUN: ${error.message}`);
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(error.message);
      else t.pass();
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-native-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, name);
    const files = [
      join(here, `${name}.c`),
      join(exchange, 'exchange.c'),
      ...sources.map(file => join(board, file)),
    ];
    await linkProgram(compiler, files, path, [
      ...flags,
      ...[here, exchange, board, shared].map(place => `-I${place}`),
    ]);
    const program = new Program(path);
    try {
      await run(t, program);
    } finally {
      await program.close();
    }
  });
}
