/** ES modules in the XS host: a program of several files, in source and as bytecode, with a chip's memory. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { xsTest } from '../engine/withXs.js';

const files: Record<string, string> = {
  'main.js': `
    import { count, double } from './lib/double.js';
    import * as own from './main.js';
    const awaited = await Promise.resolve(3);
    export function start(ports) {
      ports.console.log([double(awaited), typeof own.start, import.meta.uri].join());
      import('./lib/late.js').then(async late => {
        ports.console.log([late.default, await late.timer(ports), count()].join());
        for (const name of ['../outside.js', '/etc/passwd', 'bare', './nothing.js', './wrong.js']) {
          try { await import(name); ports.console.log(name); } catch (error) { ports.console.log(error.message); }
        }
        ports.boot.restart('update');
      });
    }`,
  'lib/double.js':
    'let counted = 0; export const double = x => (counted++, 2 * x); export const count = () => counted;',
  'lib/late.js': `
    import { double } from '../lib/./double.js';
    class Hidden { #x = 21; get value() { return double(this.#x); } }
    export default new Hidden().value;
    export const timer = ports => new Promise(resolve => ports.clock.after(5, () => resolve('timer')));`,
  'wrong.js': 'let x = ;',
};

const expected = [
  '6,function,main.js',
  '42,timer,2',
  'module "../outside.js" not found',
  'module "/etc/passwd" not found',
  'module "bare" not found',
  'module "./nothing.js" not found',
];

function place(t: ExecutionContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'holdfast-xs-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  writeFileSync(join(parent, 'outside.js'), 'export {};');
  return join(parent, 'program');
}

function put(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function run(program: string, main: string, options: string[] = []) {
  const { status, stdout } = spawnSync(program, ['--module', main, ...options], { encoding: 'utf8' });
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, string>);
  return {
    status,
    logs: lines.flatMap(({ log }) => log ?? []),
    fault: lines.find(({ fault }) => fault)?.fault,
  };
}

xsTest(
  'modules import each other once, late and from below their folder only; what is wrong with one is an error',
  (t, program) => {
    const folder = place(t);
    for (const [name, text] of Object.entries(files)) put(folder, name, text);
    for (const options of [[], ['--heap', '0']]) {
      const { fault, logs, status } = run(program, join(folder, 'main.js'), options);
      t.is(status, 75, fault);
      t.deepEqual(logs, [...expected, 'wrong.js: line 1: missing expression']);
    }
  },
);

xsTest('bytecode of modules runs as their source does, and mixes with it', (t, program) => {
  for (const compiled of [['main.js', 'lib/double.js', 'lib/late.js'], ['lib/double.js']]) {
    const folder = place(t);
    for (const [name, text] of Object.entries(files)) {
      const file = put(folder, name, text);
      if (compiled.includes(name)) execFileSync(program, ['--compile-module', file, file]);
    }
    const { fault, logs, status } = run(program, join(folder, 'main.js'));
    t.is(status, 75, fault);
    t.deepEqual(logs.slice(0, expected.length), expected);
  }
});

xsTest(
  'a program whose main module fails, or a module of it is missing, ends as a fault that says so',
  (t, program) => {
    for (const [text, reason] of [
      ["import './nothing.js'; export function start() {}", /nothing\.js/],
      ["throw new Error('at once'); export function start() {}", /at once/],
      ['export const other = 1;', /no function/],
    ] as const) {
      const { fault, status } = run(program, put(place(t), 'main.js', text));
      t.is(status, 70);
      t.regex(fault ?? '', reason);
    }
  },
);
