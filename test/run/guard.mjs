/**
 * A guard around a run of tests, so that a run always ends: where nothing was heard for longer than any test may be
 * silent, the run is ended; and what a run left behind is named and ended. Plain JavaScript, since it runs before
 * anything is compiled.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** From the wish that a run end to its end by force. */
const FAREWELL_MS = 20_000;
const SWEEP_INTERVAL_MS = 500;
const COMMAND_CHARACTERS_MAX = 300;

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/**
 * Processes with this word in their environment, with their command lines; none where the system does not tell.
 * Everything that a test starts inherits the word, but for processes whose environment a test makes itself.
 */
function processesWith(mark) {
  const found = [];
  let names;
  try {
    names = readdirSync('/proc');
  } catch {
    return found;
  }
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(mark)) continue;
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'latin1'))) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(name), command: command.slice(0, COMMAND_CHARACTERS_MAX) });
    } catch {
      // It has ended since it was listed, or belongs to somebody else.
    }
  }
  return found;
}

/** Runs until nothing of the run is left, then ends what stays after `graceMs` and names it. */
async function sweep(mark, graceMs, say) {
  for (let waited = 0; waited < graceMs && processesWith(mark).length > 0; waited += SWEEP_INTERVAL_MS) {
    await sleep(SWEEP_INTERVAL_MS);
  }
  for (const { pid, command } of processesWith(mark)) {
    say(`left behind, and ended: process ${pid}: ${command}\n`);
    kill(pid, 'SIGKILL');
  }
}

/**
 * Runs a command whose words are passed on, and returns its exit code, or 1 where it was silent too long.
 *
 * @param {string[]} command program and arguments
 * @param {{ silenceMs: number, graceMs?: number, out?: (text: string | Uint8Array) => void, say?: (text: string) => void }} options
 *   `graceMs`: how long what the command started may take to end after it
 * @returns {Promise<number>}
 */
export async function guarded([program, ...words], options) {
  const { silenceMs, graceMs = 30_000 } = options;
  const { out = text => process.stdout.write(text), say = text => process.stderr.write(text) } = options;
  const value = `${process.pid}-${Date.now()}`;
  const mark = `HOLDFAST_TEST_RUN=${value}`;
  const child = spawn(program, words, {
    env: { ...process.env, HOLDFAST_TEST_RUN: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let silentTooLong = false;
  let farewell;
  const end = () => {
    kill(child.pid, 'SIGINT');
    farewell ??= setTimeout(() => kill(child.pid, 'SIGKILL'), FAREWELL_MS);
  };
  const silent = () => {
    silentTooLong = true;
    say(`\nNothing was heard for ${Math.round(silenceMs / 1000)} s: the run is ended.\n`);
    for (const { pid, command } of processesWith(mark)) say(`still there: process ${pid}: ${command}\n`);
    end();
  };
  let silence = setTimeout(silent, silenceMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      clearTimeout(silence);
      if (!silentTooLong) silence = setTimeout(silent, silenceMs);
      out(data);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
  // `exit`, not `close`: what was left behind may hold the pipes open.
  const status = await new Promise(resolve => child.on('exit', code => resolve(code ?? 1)));
  clearTimeout(silence);
  clearTimeout(farewell);
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, end);
  await sweep(mark, silentTooLong ? 0 : graceMs, say);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  return silentTooLong ? 1 : status;
}
