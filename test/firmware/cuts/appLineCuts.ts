/** Every cut of the app line: the first app image, one over another, a download that is resumed, a roll-back. */
import { Chance } from '../../../host-sim/node/chance.js';
import { AppLineBoard } from './appLineBoard.js';
import { type CutScenario, everyCut, settle } from './everyCut.js';
import { State, type Tried } from './flashStates.js';

const partitions = ['identity', 'journal', 'appA', 'appB', 'slotB'] as const;

interface Scenario extends CutScenario {
  /** The version of the app that runs before; 0 is the built-in one. */
  before: 0 | 1;
  /** True when the new app says that it is well. */
  healthy: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: 'app, the first', before: 0, healthy: true },
  { name: 'app', before: 1, healthy: true },
  { name: 'app, resumed', before: 1, healthy: true, after: 8 },
  { name: 'app, rolled back', before: 1, healthy: false },
];

const live = (board: AppLineBoard): Promise<'restart' | 'idle'> => board.live();

/** The flash of a board before the update. */
async function flashBefore(version: 0 | 1): Promise<State> {
  const board = new AppLineBoard(version || 1);
  if (version > 0) await settle(board, live);
  return State.of(board.flash, partitions);
}

function boardOf({ healthy }: Scenario, flash: State): AppLineBoard {
  const board = new AppLineBoard(2, flash);
  board.healthy = healthy;
  board.floor = 2;
  return board;
}

/** Throws unless the board is where it must end up. */
function checkEnd({ before, healthy }: Scenario, board: AppLineBoard): void {
  const { keptFloor, ledger, progress, state, version } = board;
  if (version !== (healthy ? 2 : before) || state !== 'confirmed') throw new Error(`ends on app ${version}`);
  if (progress !== undefined) throw new Error('the update is never done');
  if (ledger.receiptCounter !== before + 1) throw new Error(`${ledger.receiptCounter} receipts`);
  if (keptFloor !== (healthy ? 2 : 0)) throw new Error(`the floor is ${keptFloor}`);
}

/** Each scenario once, every operation of it cut in each way; gives way after each state. */
export async function* appLineCuts(seed: number, tried: Tried): AsyncGenerator<void> {
  const chance = new Chance(seed);
  for (const scenario of scenarios) {
    const board = {
      boardOf: (flash: State) => boardOf(scenario, flash),
      live,
      checkEnd: (ended: AppLineBoard) => checkEnd(scenario, ended),
    };
    yield* everyCut(scenario, board, await flashBefore(scenario.before), { chance, seed, tried });
  }
}
