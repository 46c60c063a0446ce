/** The real command as its own process, and the same command line run in this one. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { runCommandLine } from '../../tools/main.js';

/** Nobody's project: what lies in the folder that the tests are run from must not change them. */
const elsewhere = mkdtempSync(join(tmpdir(), 'holdfast-elsewhere-'));
process.on('exit', () => rmSync(elsewhere, { recursive: true, force: true }));
process.chdir(elsewhere);

export const bin = join(dirname(fileURLToPath(import.meta.url)), '../../tools/holdfast.mjs');

/** The environment of this process without anything that would change what the command does. */
export const cleanEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (entry[0] === 'HOLDFAST_PATIENCE' || !entry[0].startsWith('HOLDFAST_')),
    ),
  );

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  environment?: Record<string, string>;
  input?: string;
}

export function holdfast(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd = elsewhere, environment = {}, input } = options;
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {}).end(input ?? '');
  return new Promise(resolve => child.on('close', status => resolve({ status, stdout, stderr })));
}

/** The same without a process: for many command lines at little cost. */
export async function inProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const status = await runCommandLine(args, {
    signal: new AbortController().signal,
    environment,
    streams: {
      out: text => {
        stdout += text;
      },
      err: text => {
        stderr += text;
      },
    },
  });
  return { status, stdout, stderr };
}

/** A directory that is gone after the test. */
export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-tools-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The same, and this process works in it until the test ends. */
export function enterTemporaryDirectory(t: ExecutionContext): string {
  const before = process.cwd();
  const directory = temporaryDirectory(t);
  process.chdir(directory);
  t.teardown(() => process.chdir(before));
  return directory;
}

/** Asserts that all of standard output is one JSON document, and gives it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the command says; the test looks at it
export function document(t: ExecutionContext, { stdout }: Ran): Record<string, any> {
  const value = JSON.parse(stdout);
  t.is(typeof value.ok, 'boolean');
  return value;
}

/** Asserts that it failed with one clear line, and gives that line. */
export function oneLineFailure(t: ExecutionContext, ran: Ran, status: number): string {
  t.is(ran.status, status, ran.stderr);
  const lines = ran.stderr.split('\n').filter(line => line.startsWith('holdfast: '));
  t.is(lines.length, 1, ran.stderr);
  t.notRegex(ran.stderr, /\n\s+at /, 'no stack');
  return lines[0];
}
