/** A board on a serial line as a target: it is made new, told of a world of its own, and cut off as far as its supply goes. */
import { Failure, oneLine } from '../../cli/failure.js';
import { CONSOLE_BAUD } from '../../console/serial.js';
import { openSerial } from '../../serial/openSerial.js';
import { type Ability, abilities } from '../bench/ability.js';
import { openBench } from '../bench/openBench.js';
import type { Target } from '../bench/target.js';
import { Wires } from '../bench/wires.js';
import { powerSupply } from '../power/backends.js';
import { runProgram } from '../power/shell.js';
import { type DeskBoard, ownAddress } from './boards.js';
import { type SerialBoard, startSerialBoard } from './serialBoard.js';

export interface SerialTargetOptions {
  board: DeskBoard;
  level: 1 | 4;
  oneSocket?: boolean;
}

/** Milliseconds: to erase and write the flash of a chip. */
const PREPARE_MS = 10 * 60_000;

/** Nobody sees its pins or its flash, and later images of it are made by ESP-IDF alone. */
const NOT_ON_A_LINE: readonly Ability[] = ['outputs', 'inputs', 'flash', 'updates', 'images'];

/** The target. Without `prepare` the board serves one world, and must be new. */
export function serialTarget({ board: desk, level, oneSocket }: SerialTargetOptions): Target {
  return {
    ...{ engine: 'node', level, oneSocket },
    name: `${desk.name}, level ${level}${oneSocket ? ', one socket' : ''}`,
    abilities: abilitiesOf(desk, { level, oneSocket }),
    isOnce: desk.prepare === undefined,
    async open(signal, onEvent) {
      const power = desk.power && powerSupply(desk.power);
      if (desk.prepare !== undefined) {
        await power?.switch(true);
        await prepare(desk.prepare, signal);
      }
      const inHand = async () => {
        const open = () => openSerial(desk.port, CONSOLE_BAUD);
        const board = await startSerialBoard({ open, power, signal });
        return { board: await mustBeNew(board, desk.name), name: `on ${desk.port}` };
      };
      return openBench({
        ...{ engine: 'node', inHand, level, oneSocket, signal, onEvent },
        wires: new Wires(desk.host ?? ownAddress()),
        seesFlash: false,
      });
    },
  };
}

function abilitiesOf(
  desk: DeskBoard,
  { level, oneSocket }: { level: 1 | 4; oneSocket?: boolean },
): ReadonlySet<Ability> {
  const all = new Set(Object.keys(abilities) as Ability[]);
  for (const each of NOT_ON_A_LINE) all.delete(each);
  if (!desk.power) all.delete('power');
  if (level !== 4) all.delete('prover');
  if (oneSocket) all.delete('endpoints');
  return all;
}

async function prepare(command: string, signal: AbortSignal): Promise<void> {
  const { said, status } = await runProgram(command, { code: 'prepare', milliseconds: PREPARE_MS, signal });
  if (status !== 0)
    throw new Failure(
      'prepare',
      `The command that makes the board new ended with ${status}: ${oneLine(said.slice(-300))}.`,
    );
}

/** A board of somebody's is not touched. @throws Failure `board_used` */
async function mustBeNew(board: SerialBoard, name: string): Promise<SerialBoard> {
  try {
    const { possession } = (await board.request('identify')) as { possession?: unknown };
    if (possession !== false)
      throw new Failure(
        'board_used',
        `The board ${name} has an owner: a run needs one that was erased. Name the command that does it as prepare.`,
      );
    return board;
  } catch (error) {
    await board.close();
    throw error;
  }
}
