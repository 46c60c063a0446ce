/** The power of a bench: whether its supplies answer, and hubs can be switched. Nothing is switched for it. */

import { oneLine } from '../../cli/failure.js';
import { type Check, ok, problem, skipped } from '../../doctor/check.js';
import { powerSupply } from '../power/backends.js';
import { type RunProgram, runProgram } from '../power/shell.js';
import type { OwnBoard } from '../serial/boards.js';

/** Milliseconds for one answer. */
const ANSWER_MS = 10_000;

const run: RunProgram = words => runProgram(words, { code: 'power', milliseconds: ANSWER_MS });

/** @param program in tests, in place of programs */
export async function powerChecks(boards: readonly OwnBoard[], program: RunProgram = run): Promise<Check[]> {
  const usesHub = boards.some(({ power }) => power && 'uhubctl' in power);
  const supplies = boards.filter(board => board.power !== undefined);
  return [
    ...(usesHub ? [await hubCheck(program)] : []),
    ...(await Promise.all(supplies.map(board => supplyCheck(board, program)))),
  ];
}

async function hubCheck(program: RunProgram): Promise<Check> {
  const title = 'hub control';
  try {
    const { said, status } = await program(['uhubctl']);
    if (/permission problem/i.test(said))
      return problem(
        title,
        'uhubctl may not open the hubs of this machine',
        'give your user the hub by a udev rule (SUBSYSTEM=="usb", ATTR{idVendor}=="…", MODE="0664", GROUP="dialout"), then plug it in again',
      );
    if (status !== 0)
      return problem(
        title,
        `uhubctl ended with ${status}: ${oneLine(said, 160)}`,
        'use a hub that switches each port’s power (uhubctl’s README lists them), or another supply',
      );
    return ok(title, `uhubctl, ${(said.match(/^Current status for hub/gm) ?? []).length} hubs that switch`);
  } catch (error) {
    return problem(title, (error as Error).message, 'install uhubctl (Debian: apt install uhubctl)');
  }
}

async function supplyCheck({ name, power }: OwnBoard, program: RunProgram): Promise<Check> {
  const title = `power ${name}`;
  const supply = powerSupply(power!, program);
  try {
    const isOn = await supply.state();
    return isOn === undefined
      ? skipped(
          title,
          `${supply.name}: it has no way to say its state`,
          'name a command as state: a cut is then seen',
        )
      : ok(title, `${supply.name}: ${isOn ? 'on' : 'off'}`);
  } catch (error) {
    return problem(
      title,
      (error as Error).message,
      `check power of ${name} in boards.json, and the supply itself`,
    );
  }
}
