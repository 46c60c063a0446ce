/** A scenario of a board under every cut: each of its flash operations broken off in each way, and the board lives on. */
import type { Chance } from '../../../host-sim/node/chance.js';
import { type Operation, recorded, type State, statesOf, type Tried } from './flashStates.js';

/** A scenario, as every line of images has it. */
export interface CutScenario {
  name: string;
  /** Operations of the first run after which the power fails before the recording begins. */
  after?: number;
}

/** The board of a scenario. */
export interface CutBoard<Board> {
  boardOf(flash: State): Board;
  /** One run, from power-on until the board restarts or has nothing more to do. */
  live(board: Board): Promise<'restart' | 'idle'>;
  /** Throws unless the board is where it must end up. */
  checkEnd(board: Board): void;
}

/** Runs until the board has nothing more to do. @throws Error when it never comes to rest */
export async function settle<Board>(
  board: Board,
  live: (board: Board) => Promise<'restart' | 'idle'>,
): Promise<void> {
  for (let lives = 0; lives < 8; lives++) if ((await live(board)) === 'idle') return;
  throw new Error('it never comes to rest');
}

/** Every operation of the scenario, from that flash on, cut in each way; gives way after each state. */
export async function* everyCut<Board>(
  { after, name }: CutScenario,
  { boardOf, checkEnd, live }: CutBoard<Board>,
  before: State,
  { chance, seed, tried }: { chance: Chance; seed: number; tried: Tried },
): AsyncGenerator<void> {
  let from = before;
  if (after !== undefined) {
    const operations: Operation[] = [];
    await live(boardOf(recorded(from.copy(), operations) as State));
    for (const operation of operations.slice(0, after)) from.apply(operation);
    from = from.copy();
  }
  const operations: Operation[] = [];
  await settle(boardOf(recorded(from.copy(), operations) as State), live);
  for (const { cut, state } of statesOf(from, operations, chance)) {
    if (!tried.isNew(name, state)) continue;
    try {
      const board = boardOf(state);
      await settle(board, live);
      checkEnd(board);
    } catch (error) {
      throw new Error(`${name} seed ${seed}, cut ${cut.kind} at ${cut.operation}: ${error}`);
    }
    yield;
  }
}
