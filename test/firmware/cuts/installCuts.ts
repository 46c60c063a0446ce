/**
 * Every cut of a whole update: download, pending, confirm or roll-back, a download that is resumed, and the way back to an
 * older version that the owner approved in place of the one that runs.
 */
import type { Offer } from '../../../firmware/update/offer.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { offerOf, offerWithDelta, wanting } from '../update/release.js';
import { knownIn, Restart, UpdateBoard } from '../update/updateBoard.js';
import { type CutScenario, everyCut, settle } from './everyCut.js';
import { State, type Tried } from './flashStates.js';

const partitions = ['identity', 'journal', 'boot', 'slotA', 'slotB'] as const;

/** The least version that may start: that of the floor, once it is counted. */
const floorOf = (board: UpdateBoard): number => knownIn(board.flash).line?.floor ?? 0;

/** One run of the board, from power-on until it restarts or has nothing more to do. */
async function live(board: UpdateBoard): Promise<'restart' | 'idle'> {
  try {
    const floor = floorOf(board);
    await board.start();
    if (board.version < floor) throw new Error(`version ${board.version} below the floor ${floor}`);
    const said = board.updates.waiting ? await board.retry() : await board.deliver();
    return said.endsWith('restart update') ? 'restart' : 'idle';
  } catch (error) {
    if (error instanceof Restart) return 'restart';
    throw error;
  }
}

interface Scenario extends CutScenario {
  /** True when the new image says that it is well. */
  healthy: boolean;
  /** True when the manifest names a delta from the running image, which is then all that is asked for. */
  delta?: boolean;
  /** True when the board runs version 2, and version 1 is approved in the place of it. */
  back?: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: 'install', healthy: true },
  { name: 'resume', healthy: true, after: 12 },
  { name: 'rollback', healthy: false },
  { name: 'delta', healthy: true, delta: true },
  { name: 'going back', healthy: true, back: true },
];

/** Made once. */
let deltaOffer: Offer | undefined;

function boardOf({ back, delta, healthy }: Scenario, state?: State): UpdateBoard {
  const board = new UpdateBoard();
  const old = board.images.get(1)!;
  if (back) {
    board.offer = { ...offerOf(old, 1), from: 2 };
    board.served = old;
  }
  if (delta) board.offer = deltaOffer ??= offerWithDelta(old, board.images.get(2)!, 2);
  if (state) board.flash = state;
  board.facts = wanting(board.offer, { channel: { floor: back ? 1 : 2 } });
  board.app = { ...board.app, healthy: () => healthy };
  return board;
}

/** Throws unless the board is where it must end up. */
function checkEnd({ back, delta, healthy }: Scenario, board: UpdateBoard): void {
  const { boot, ledger, progress, version } = board;
  const wanted = healthy && !back ? 2 : 1;
  if (version !== wanted || boot.running.state !== 'confirmed') throw new Error(`ends on version ${version}`);
  if (progress !== undefined) throw new Error('the update is never done');
  if (ledger.receiptCounter !== (back ? 2 : 1)) throw new Error(`${ledger.receiptCounter} receipts`);
  if (delta && board.requests > 0) throw new Error('it asked for the whole image');
  const floor = floorOf(board);
  if (floor !== (healthy ? wanted : 0)) throw new Error(`the floor is ${floor}`);
}

/** Each scenario once, every operation of it cut in each way; gives way after each state. */
export async function* installCuts(seed: number, tried: Tried): AsyncGenerator<void> {
  const chance = new Chance(seed);
  for (const scenario of scenarios) {
    const first = scenario.back ? new UpdateBoard() : boardOf(scenario);
    if (scenario.back) await settle(first, live);
    const board = {
      boardOf: (flash: State) => boardOf(scenario, flash),
      live,
      checkEnd: (ended: UpdateBoard) => checkEnd(scenario, ended),
    };
    yield* everyCut(scenario, board, State.of(first.memory, partitions), { chance, seed, tried });
  }
}
