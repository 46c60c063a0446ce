/** The C compiler of this machine: finds it, runs it, and says in one sentence what to install when there is none. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { XsMissing } from './sources.js';

const run = promisify(execFile);

/** Bytes of a compiler's words that are kept. */
const OUTPUT_BYTES_MAX = 1024 * 1024;

export interface Compiler {
  command: string;
  version: string;
}

/** @throws XsMissing */
export async function findCompiler(): Promise<Compiler> {
  const command = process.env.CC || 'cc';
  try {
    const { stdout } = await run(command, ['--version']);
    return { command, version: stdout.split('\n')[0] };
  } catch {
    throw new XsMissing(
      `no C compiler: "${command}" does not run. XS boards are built from C. ` +
        'Debian and Ubuntu: sudo apt install gcc libc6-dev; Fedora: sudo dnf install gcc; ' +
        'macOS: xcode-select --install; another compiler: CC=/path/to/it',
    );
  }
}

/** The compiler refused: what it said first. */
export class CompileError extends Error {}

async function compile(command: string, flags: string[], output: string): Promise<void> {
  try {
    await run(command, flags, { maxBuffer: OUTPUT_BYTES_MAX });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const said = (stderr || `${error}`).split('\n').slice(0, 20).join('\n');
    throw new CompileError(`${command} ${output}: ${said}`);
  }
}

/** True when `output` is newer than all it was made of, by the same command, as make judges it. */
function isFresh(output: string, key: string): boolean {
  const [dependencies, keyFile] = [`${output}.d`, `${output}.key`];
  if (![output, dependencies, keyFile].every(existsSync)) return false;
  if (readFileSync(keyFile, 'utf8') !== key) return false;
  const made = statSync(output).mtimeMs;
  const files = readFileSync(dependencies, 'utf8')
    .replace(/^[^:]*:/, '')
    .replace(/\\\n/g, ' ')
    .split(/(?<!\\)\s+/)
    .map(name => name.replace(/\\ /g, ' '))
    .filter(name => name && !name.endsWith(':'));
  return files.every(file => existsSync(file) && statSync(file).mtimeMs <= made);
}

/** Compiles one file unless that was done; true if it had to. Safe beside another build of the same. */
export async function compileObject(
  { command, version }: Compiler,
  source: string,
  object: string,
  flags: string[],
  salt: string,
): Promise<boolean> {
  const key = createHash('sha256')
    .update(JSON.stringify([command, version, source, flags, salt]))
    .digest('hex');
  if (isFresh(object, key)) return false;
  mkdirSync(dirname(object), { recursive: true });
  const unfinished = `${object}.${process.pid}`;
  const target = ['-MMD', '-MF', `${unfinished}.d`, '-c', source, '-o', unfinished];
  try {
    await compile(command, [...flags, ...target], source);
    renameSync(`${unfinished}.d`, `${object}.d`);
    writeFileSync(`${object}.key`, key);
    renameSync(unfinished, object);
  } finally {
    rmSync(unfinished, { force: true });
    rmSync(`${unfinished}.d`, { force: true });
  }
  return true;
}

/** Makes a program of sources or objects; it appears whole or not at all. */
export async function linkProgram({ command }: Compiler, inputs: string[], program: string, flags: string[]) {
  mkdirSync(dirname(program), { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  try {
    await compile(command, [...flags, ...inputs, '-lm', '-lpthread', '-o', unfinished], program);
    renameSync(unfinished, program);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
