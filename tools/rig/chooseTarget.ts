/** The target that the flags of `rig run` name: an engine, a board on a serial line, or one of `boards.json`. */
import type { Engine } from '../../host-sim/process/engines.js';
import { engineNames } from '../../host-sim/process/engines.js';
import { UsageError } from '../cli/failure.js';
import { type Kind, Misfit } from '../cli/kinds.js';
import { boardNamed, type DeskBoard } from './serial/boards.js';

const REAL = /^(serial|board):(.{1,200})$/;

/** The name of an engine, or of a real board. */
export const targetKind: Kind<string> = {
  hint: [...engineNames, 'serial:PORT', 'board:NAME'].join('|'),
  parse: value => {
    if (REAL.test(value) || isEngine(value)) return value;
    throw new Misfit(`takes ${engineNames.join(', ')}, serial:PORT or board:NAME`);
  },
};

const isEngine = (value: string): value is Engine['name'] =>
  (engineNames as readonly string[]).includes(value);

interface Given {
  target: string;
  boards: string;
  host?: string;
  prepare?: string;
  app?: string;
  jobs: number;
}

/** @throws UsageError of flags that do not go together; Failure `boards` */
export function chooseTarget({ app, boards, host, jobs, prepare, target }: Given): {
  engine: Engine['name'];
  desk?: DeskBoard;
} {
  const real = REAL.exec(target);
  if (real?.[1] !== 'serial' && (host ?? prepare) !== undefined)
    throw new UsageError(
      '--host and --prepare are for --target serial:PORT; of a board they stand in boards.json.',
    );
  if (!real) return { engine: isEngine(target) ? target : 'node' };
  if (app !== undefined)
    throw new UsageError('--app is for simulated boards: a real one has the image that it was flashed.');
  if (jobs > 1) throw new UsageError('--jobs is for simulated boards: this is one board.');
  const [, kind, name] = real;
  return {
    engine: 'node',
    desk: kind === 'board' ? boardNamed(boards, name) : { name, port: name, host, prepare },
  };
}
