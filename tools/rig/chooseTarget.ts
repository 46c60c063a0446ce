/** The target that the flags of `rig run` name: an engine, a board on a serial line, or boards of `boards.json`. */
import { type Engine, engineNames } from '../../host-sim/process/engines.js';
import { UsageError } from '../cli/failure.js';
import { type Kind, Misfit } from '../cli/kinds.js';
import { boardsNamed, type DeskBoard, EXPORTER } from './serial/boards.js';

const REAL = /^(serial|board):([^@]{1,200})(?:@(.{1,120}))?$/;

/** A seed is a number of 32 bits, decimal or hexadecimal, as `holdfast sim` prints it. */
const SEEDED = /^seeded(?::(0x[0-9a-fA-F]{1,8}|[0-9]{1,10}))?$/;
const SEED_MAX = 2 ** 32 - 1;

/** The name of an engine, or of a real board. */
export const targetKind: Kind<string> = {
  words: [...engineNames, 'seeded'],
  hint: [...engineNames, 'seeded:SEED', 'serial:PORT', 'board:NAMES[@HOST:PORT]'].join('|'),
  parse: value => {
    const [real, kind, , exporter] = REAL.exec(value) ?? [];
    const isThere = exporter === undefined || (kind === 'board' && EXPORTER.test(exporter));
    if ((real && isThere) || isEngine(value) || seedOf(value) !== undefined) return value;
    throw new Misfit(
      `takes ${engineNames.join(', ')}, seeded:SEED, serial:PORT, board:NAME, board:NAME,NAME or board:NAME@HOST:PORT`,
    );
  },
};

/** Undefined for what is no seeded world. */
function seedOf(value: string): number | undefined {
  const [found, given = '1'] = SEEDED.exec(value) ?? [];
  return found === undefined || Number(given) > SEED_MAX ? undefined : Number(given);
}

const isEngine = (value: string): value is Engine['name'] =>
  (engineNames as readonly string[]).includes(value);

/** A target by the words of the command line. */
export interface ChosenTarget {
  /** Those words. */
  name: string;
  engine: Engine['name'];
  /** Real boards, in place of one of `engine`. */
  desks?: readonly DeskBoard[];
  /** A seeded world, in place of one of processes. */
  seed?: number;
}

interface Given {
  target: string;
  boards: string;
  host?: string;
  prepare?: string;
  'token-file'?: string;
  app?: string;
  images?: readonly string[];
  jobs: number;
}

/** @throws UsageError of flags that do not go together; Failure `boards` */
export function chooseTarget({
  app,
  boards,
  host,
  images = [],
  jobs,
  prepare,
  target,
  'token-file': tokenFile,
}: Given): ChosenTarget {
  const real = REAL.exec(target);
  const exporter = real?.[3];
  const isDescribed = real?.[1] !== 'serial' && exporter === undefined;
  if ((isDescribed && host !== undefined) || (real?.[1] !== 'serial' && prepare !== undefined))
    throw new UsageError(
      '--host and --prepare are for --target serial:PORT (--host for board:NAME@HOST:PORT too); of a board they stand in boards.json.',
    );
  if (app !== undefined && images.length > 0)
    throw new UsageError('--app puts one image on the board, and --image another: give one of them.');
  const seed = seedOf(target);
  if (seed !== undefined) {
    if (app !== undefined || images.length > 0)
      throw new UsageError(
        '--app and --image are not for a seeded world: its board has the relay of the examples.',
      );
    return { name: target, engine: 'node', seed };
  }
  if (!real) return { name: target, engine: isEngine(target) ? target : 'node' };
  if (app !== undefined)
    throw new UsageError('--app is for simulated boards: a real one has the image that it was flashed.');
  const [, kind, name] = real;
  const names = [...new Set(name.split(','))];
  const desks = exporter
    ? names.map(each => ({ name: each, exporter, host, tokenFile }))
    : kind === 'board'
      ? boardsNamed(boards, names)
      : [{ name, port: name, host, prepare }];
  const unmade = desks.find(desk => 'exporter' in desk || desk.prepare === undefined);
  if (unmade && images.some(image => image !== 'current'))
    throw new UsageError(
      `Nothing puts an image of --image on ${unmade.name}: it needs prepare, on this machine, which finds the file's path in HOLDFAST_IMAGE.`,
    );
  if (jobs > desks.length)
    throw new UsageError(`--jobs ${jobs} needs as many boards: the target names ${desks.length}.`);
  return { name: target, engine: 'node', desks };
}
