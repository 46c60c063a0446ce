/**
 * Runs a program for as long as this one's standard input is open. The pipe closes however the parent ends,
 * SIGKILL included, which no handler in the parent could promise. Plain JavaScript, so that it is up in 40 ms.
 * The program gets a home directory of its own, which goes with it: anvil leaves files there when it is killed.
 *
 *   node supervise.mjs PROGRAM [ARGUMENT …]
 *
 * The first line on standard output is the program's process id.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [program, ...parameters] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'holdfast-chain-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const child = spawn(program, parameters, {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, HOME: home },
});
const stop = () => child.kill('SIGKILL');

child.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', code => process.exit(code ?? 1));
process.stdin.on('close', stop).on('error', stop).resume();
process.stdout.on('error', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdout.write(`${child.pid}\n`);
