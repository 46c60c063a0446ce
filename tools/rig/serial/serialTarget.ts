/** A board on a serial line as a target: it is made new, told of a world of its own, and cut off as far as its supply goes. */
import { Failure } from '../../cli/failure.js';
import { type Ability, abilities } from '../bench/ability.js';
import { openBench } from '../bench/openBench.js';
import type { Target } from '../bench/target.js';
import { Wires } from '../bench/wires.js';
import { asFound } from '../power/asFound.js';
import type { BoardAccess } from './access.js';
import { ownAddress } from './boards.js';
import { type SerialBoard, startSerialBoard } from './serialBoard.js';

/** A board as it is known before anybody holds it. */
export interface SerialFacts {
  name: string;
  level: 1 | 4;
  oneSocket?: boolean;
  hasPower: boolean;
  /** Something makes it new. */
  isRenewed: boolean;
}

export interface SerialTargetOptions extends SerialFacts {
  access: BoardAccess;
  /** The address of this machine by which the board reaches it; the first one that others reach if left out. */
  host?: string;
  /** For people: the line. */
  place: string;
  /** Of the image that it must run once it was made new; any if left out. */
  version?: number;
}

/** Nobody sees its pins or its flash, and later images of it are made by ESP-IDF alone. */
const NOT_ON_A_LINE: readonly Ability[] = [
  'writes',
  'outputs',
  'inputs',
  'flash',
  'updates',
  'code',
  'images',
];

/** The target of such a board, but for its opening. */
export function serialFacts({
  hasPower,
  isRenewed,
  level,
  name,
  oneSocket,
}: SerialFacts): Omit<Target, 'open'> {
  const all = new Set(Object.keys(abilities) as Ability[]);
  for (const each of NOT_ON_A_LINE) all.delete(each);
  if (!hasPower) all.delete('power');
  if (level !== 4) all.delete('prover');
  if (oneSocket) all.delete('endpoints');
  return {
    ...{ engine: 'node', level, oneSocket },
    name: `${name}, level ${level}${oneSocket ? ', one socket' : ''}`,
    abilities: all,
    isOnce: !isRenewed,
  };
}

/** The target. A board that nothing makes new serves one world, and must be new. */
export function serialTarget(options: SerialTargetOptions): Target {
  const { access, host, level, name, oneSocket, place, version } = options;
  return {
    ...serialFacts(options),
    async open(signal, onEvent) {
      const power = access.power && asFound(access.power);
      try {
        if (access.prepare) {
          await power?.switch(true);
          await access.prepare(signal);
        }
        const inHand = async () => {
          const board = await startSerialBoard({ open: () => access.open(), power, signal });
          return { board: await mustBeNew(board, name, version), name: place };
        };
        const bench = await openBench({
          ...{ engine: 'node', inHand, level, oneSocket, signal, onEvent },
          wires: new Wires(host ?? ownAddress()),
          seesFlash: false,
          seesOutputs: false,
        });
        bench.current = power?.current;
        return bench;
      } catch (error) {
        await power?.restore();
        throw error;
      }
    },
  };
}

/** A board of somebody's is not touched. @throws Failure `board_used`; `prepare` of one that runs another image */
async function mustBeNew(board: SerialBoard, name: string, version?: number): Promise<SerialBoard> {
  try {
    const runs = board.hello?.version;
    if (version !== undefined && runs !== version)
      throw new Failure('prepare', `The board ${name} runs version ${runs}, not ${version} of the image.`);
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
