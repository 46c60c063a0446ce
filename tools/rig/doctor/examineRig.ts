/** The part of `holdfast doctor` that knows rigs: lines, power, clock, tools for chips, logs. */
import { existsSync } from 'node:fs';
import type { Check } from '../../doctor/check.js';
import { problem } from '../../doctor/check.js';
import { listPorts } from '../../serial/ports.js';
import { runProgram } from '../power/shell.js';
import {
  type DeskBoard,
  type ExportedBoard,
  type OwnBoard,
  readBoards,
  reservationsOf,
} from '../serial/boards.js';
import { brownOutChecks } from './brownOut.js';
import { clockCheck, watchClock } from './clock.js';
import { exporterCheck } from './exporter.js';
import { portChecks, thisMachine } from './ports.js';
import { powerChecks } from './power.js';
import { toolchainChecks } from './toolchain.js';

export interface RigExamination {
  /** The file of boards; none are looked at where it is not there. */
  boards: string;
  /** Kept logs of consoles. */
  logs: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Unix seconds of the newest block of a chain that keeps real time. */
  block?: number;
}

const ANSWER_MS = 5000;

/** Looks, and changes nothing: no line is opened and no power switched. A check that fails is a problem in the list. */
export async function examineRig({
  block,
  boards: file,
  environment,
  logs,
}: RigExamination): Promise<Check[]> {
  let all: DeskBoard[] = [];
  const found: Check[] = [];
  try {
    if (existsSync(file)) all = readBoards(file);
  } catch (error) {
    found.push(problem('boards', (error as Error).message, `mend ${file}`));
  }
  const machine = thisMachine(await listPorts());
  const boards = all.filter((board): board is OwnBoard => 'port' in board);
  const elsewhere = all.filter((board): board is ExportedBoard => 'exporter' in board);
  const [clock, power, exporters] = await Promise.all([
    watchClock(isClockKept),
    powerChecks(boards),
    Promise.all(elsewhere.map(exporterCheck)),
  ]);
  return [
    ...found,
    ...portChecks(boards, reservationsOf(file), machine),
    ...exporters,
    ...power,
    clockCheck({ ...clock, ...(block !== undefined && { block: 1000 * block }) }),
    ...toolchainChecks(environment),
    ...brownOutChecks(logs),
  ];
}

/** The word of systemd, where it is the system's. */
async function isClockKept(): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const { said, status } = await runProgram(
      ['timedatectl', 'show', '--property=NTPSynchronized', '--value'],
      {
        code: 'power',
        milliseconds: ANSWER_MS,
      },
    );
    return status === 0 ? said.trim() === 'yes' : undefined;
  } catch {
    return undefined;
  }
}
