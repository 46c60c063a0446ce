/**
 * `npm test` and `npm run test:all`: ava, and a guard around it, so that a run always ends. Where nothing was heard for
 * longer than any test may be silent, ava is asked which tests are pending, and then all that is left is ended and
 * named. Plain JavaScript, since it runs before anything is compiled.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Longer than ava's own limit (ava.config.js), which names the tests that it waited for. */
const SILENCE_MS_MAX = minutes('HOLDFAST_TEST_SILENCE_MINUTES', 70);
/** From the wish that ava end to the end of everything. */
const FAREWELL_MS = 20_000;

function minutes(variable, otherwise) {
  return (Number(process.env[variable]) || otherwise) * 60_000;
}

/** Every process that a test starts inherits it, but for those whose environment a test makes itself. */
const mark = `HOLDFAST_TEST_RUN=${process.pid}-${Date.now()}`;

/** Processes of this run that still live, with their command lines; where the system does not tell, none. */
function processesLeft() {
  const left = [];
  let names;
  try {
    names = readdirSync('/proc');
  } catch {
    return left;
  }
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const ours = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(mark);
      const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${name}/status`, 'latin1'))?.[1];
      if (!ours || state === 'Z') continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      left.push({ pid: Number(name), command });
    } catch {
      // It has ended since it was listed, or belongs to somebody else.
    }
  }
  return left;
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Ends what a run left, and says what it was. */
async function sweep(graceMs) {
  for (let waited = 0; waited < graceMs && processesLeft().length > 0; waited += 500) await sleep(500);
  const left = processesLeft();
  for (const { pid, command } of left) {
    process.stderr.write(`left behind, and ended: process ${pid}: ${command.slice(0, 300)}\n`);
    kill(pid, 'SIGKILL');
  }
}

const given = process.argv.slice(2);
const begun = Date.now();
const lastRun = join(root, '.build', 'test', given.includes('ava.all.config.js') ? 'lastRunAll.json' : 'lastRun.json');
rmSync(lastRun, { force: true });

const [name, value] = mark.split('=');
const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
const ava = spawn(process.execPath, [join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs'), ...given], {
  cwd: root,
  env: { ...colour, ...process.env, [name]: value },
  stdio: ['ignore', 'pipe', 'pipe'],
});

let hung = false;
let farewell;
const end = () => {
  kill(ava.pid, 'SIGINT');
  farewell ??= setTimeout(() => kill(ava.pid, 'SIGKILL'), FAREWELL_MS);
};
const silent = () => {
  hung = true;
  process.stderr.write(`\nNothing was heard for ${SILENCE_MS_MAX / 60_000} minutes: the run is ended.\n`);
  for (const { pid, command } of processesLeft()) {
    process.stderr.write(`still there: process ${pid}: ${command.slice(0, 300)}\n`);
  }
  end();
};
let silence = setTimeout(silent, SILENCE_MS_MAX);
for (const stream of ['stdout', 'stderr']) {
  ava[stream].on('data', data => {
    clearTimeout(silence);
    silence = setTimeout(silent, SILENCE_MS_MAX);
    process[stream].write(data);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);

// `exit`, not `close`: what a test left behind may hold the pipes open.
const status = await new Promise(resolve => ava.on('exit', code => resolve(code ?? 1)));
clearTimeout(silence);
clearTimeout(farewell);
await sweep(hung ? 0 : 30_000);
const spent = Math.round((Date.now() - begun) / 600) / 100;
// Without names of files it was a whole run.
if (given.every(word => word.startsWith('-') || word.endsWith('.config.js'))) {
  mkdirSync(dirname(lastRun), { recursive: true });
  writeFileSync(lastRun, `${JSON.stringify({ minutes: spent, status })}\n`);
}
process.stdout.write(`\n${spent} minutes\n`);
process.exit(hung ? 1 : status);
