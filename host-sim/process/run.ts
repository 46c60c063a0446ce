/** One run of a board: the operating-system process, and how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { BusSetting } from '../node/board/busLines.js';
import { exitCode } from '../node/board/exitCode.js';
import type { FailureRow, SilentEnd } from '../node/board/failureRow.js';
import { type Engine, engineCommand } from './engines.js';

/** The end of one run. */
export interface Ended {
  why: 'restart' | 'fault' | 'watchdog' | 'powerCut' | 'nothingToStart' | 'usage';
  /** The board's last words on it, or its exit status. */
  detail: string;
  /** An end that the run could not record. */
  silent?: SilentEnd;
}

export interface Run {
  engine: Engine;
  directory: string;
  /** Port of the console on loopback, and the token to show there. */
  port: number;
  token: string;
  /** Milliseconds. */
  watchdog: number;
  /** Resets in a row by fault or watchdog: what a chip keeps in memory that a restart leaves alone. */
  row: FailureRow;
  /** The devices on its buses from the start on, for boards of Node and XS. */
  buses?: readonly BusSetting[];
  /** The file in which it records what enters its ports, for boards of Node and XS. */
  record?: string;
}

const tailLength = 4096;

/** @param onEnded called once, when process and error output have ended */
export function spawnBoard(
  run: Run,
  onEnded: (code: number | null, signal: NodeJS.Signals | null, problem: string) => void,
): ChildProcess {
  const engine = engineCommand(run.engine);
  const { row } = run;
  const isOurs = run.engine.name === 'node' || run.engine.name === 'xs';
  const given = [
    '--directory',
    run.directory,
    '--console',
    `127.0.0.1:${run.port}`,
    '--watchdog',
    `${run.watchdog}`,
    ...(row.count > 0 ? ['--failures', `${row.count}`] : []),
    ...(row.silent && isOurs ? ['--ended', `${row.silent}:${row.slot}`] : []),
    ...(run.buses?.length && isOurs ? ['--buses', JSON.stringify(run.buses)] : []),
    ...(run.record === undefined ? [] : ['--record', run.record]),
  ];
  const child = spawn(
    engine.command,
    [...engine.arguments, ...given],
    // A group of its own: Ctrl-C is for this process to handle. The board ends by itself when its console is lost.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: environment(run.token) },
  );
  let problem = '';
  child.stderr?.on('data', (chunk: Buffer) => (problem = (problem + chunk.toString()).slice(-tailLength)));
  child.once('error', error => (problem = error.message));
  child.once('close', (code, signal) => onEnded(code, signal, problem.trim()));
  return child;
}

/** The variables that Node needs to start; secrets of this process are none of the board's business. */
function environment(token: string): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];
  const known = kept.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...Object.fromEntries(known), HOLDFAST_CONSOLE_TOKEN: token };
}

/**
 * @param problem what stood on its error output
 * @param said its last word on the console
 */
export function explainEnd(
  code: number | null,
  signal: NodeJS.Signals | null,
  problem: string,
  said: string,
): Ended {
  const detail = said || problem || `exit ${code ?? signal}`;
  if (code === exitCode.restart) return { why: 'restart', detail };
  if (code === exitCode.powerFailed)
    return { why: 'powerCut', detail: 'the power failed inside a write to flash, and is back' };
  if (code === exitCode.nothingToStart) return { why: 'nothingToStart', detail };
  if (code === exitCode.usage) return { why: 'usage', detail };
  if (/^watchdog:/m.test(problem)) {
    return { why: 'watchdog', detail: 'the image blocked the event loop', silent: 'watchdog' };
  }
  // A board that is killed has no word on that: its last one is about something else.
  const last = said ? `; its last words: ${said}` : '';
  if (signal) return { why: 'fault', detail: `ended by ${signal}${last}`, silent: 'processor' };
  return { why: 'fault', detail };
}
