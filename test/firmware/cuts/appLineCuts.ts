/** Every cut of the app line: the first app image, one over another, a download that is resumed, a roll-back. */
import { Chance } from '../../../host-sim/node/chance.js';
import { AppLineBoard } from './appLineBoard.js';
import { type Operation, recorded, State, statesOf, type Tried } from './flashStates.js';

const partitions = ['identity', 'journal', 'appA', 'appB', 'slotB'] as const;

interface Scenario {
  name: string;
  /** The version of the app that runs before; 0 is the built-in one. */
  before: 0 | 1;
  /** True when the new app says that it is well. */
  healthy: boolean;
  /** Operations of the first run after which the power fails before the recording begins. */
  after?: number;
}

const scenarios: readonly Scenario[] = [
  { name: 'app, the first', before: 0, healthy: true },
  { name: 'app', before: 1, healthy: true },
  { name: 'app, resumed', before: 1, healthy: true, after: 8 },
  { name: 'app, rolled back', before: 1, healthy: false },
];

async function settle(board: AppLineBoard): Promise<void> {
  for (let lives = 0; lives < 8; lives++) if ((await board.live()) === 'idle') return;
  throw new Error('it never comes to rest');
}

/** The flash of a board before the update. */
async function flashBefore(version: 0 | 1): Promise<State> {
  const board = new AppLineBoard(version || 1);
  if (version > 0) await settle(board);
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
    let from = await flashBefore(scenario.before);
    if (scenario.after !== undefined) {
      const operations: Operation[] = [];
      await boardOf(scenario, recorded(from.copy(), operations) as State).live();
      for (const operation of operations.slice(0, scenario.after)) from.apply(operation);
      from = from.copy();
    }
    const operations: Operation[] = [];
    await settle(boardOf(scenario, recorded(from.copy(), operations) as State));
    for (const { cut, state } of statesOf(from, operations, chance)) {
      if (!tried.isNew(scenario.name, state)) continue;
      try {
        const board = boardOf(scenario, state);
        await settle(board);
        checkEnd(scenario, board);
      } catch (error) {
        throw new Error(`${scenario.name} seed ${seed}, cut ${cut.kind} at ${cut.operation}: ${error}`);
      }
      yield;
    }
  }
}
