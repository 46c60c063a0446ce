/** A board on a desk as a port: its line, its supply and what makes it new, on this machine or at an exporter. */
import { resolve } from 'node:path';
import { Failure, oneLine } from '../../cli/failure.js';
import { CONSOLE_BAUD } from '../../console/serial.js';
import type { SerialLine } from '../../serial/line.js';
import { openSerial } from '../../serial/openSerial.js';
import { powerSupply } from '../power/backends.js';
import { runProgram } from '../power/shell.js';
import type { PowerSupply } from '../power/supply.js';
import type { OwnBoard } from './boards.js';

export interface BoardAccess {
  power?: PowerSupply;
  /** Makes the board new. @throws Failure `prepare` */
  prepare?(signal: AbortSignal): Promise<void>;
  /** @throws Failure of serial/openSerial.ts */
  open(): Promise<SerialLine>;
}

/** Milliseconds: to erase and write the flash of a chip. */
const PREPARE_MS = 10 * 60_000;

/** That of a board on this machine. @param image the file that `prepare` finds in its environment, as HOLDFAST_IMAGE */
export function ownAccess({ port, power, prepare }: OwnBoard, image?: string): BoardAccess {
  return {
    ...(power && { power: powerSupply(power) }),
    ...(prepare !== undefined && { prepare: signal => renew(prepare, image, signal) }),
    open: () => openSerial(port, CONSOLE_BAUD),
  };
}

async function renew(command: string, image: string | undefined, signal: AbortSignal): Promise<void> {
  const { said, status } = await runProgram(command, {
    ...{ code: 'prepare', milliseconds: PREPARE_MS, signal },
    ...(image !== undefined && { environment: { HOLDFAST_IMAGE: resolve(image) } }),
  });
  if (status !== 0)
    throw new Failure(
      'prepare',
      `The command that makes the board new ended with ${status}: ${oneLine(said.slice(-300))}.`,
    );
}
