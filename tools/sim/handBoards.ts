/** The hand of a person on one board of a seeded world. */
import type { Chance } from '../../host-sim/node/chance.js';
import { askAfterLoss } from './rot.js';
import type { TouchedWorld } from './touchedWorld.js';

/** Places of a store, from which one is drawn. */
const PLACES = 1_000_000;

/** @param count seconds, or writes to flash; nothing begun here lasts beyond the time of faults */
export function touchBoard(
  world: TouchedWorld,
  name: string,
  fault: string,
  count: number,
  chance: Chance,
): void {
  const { board, customer } = world.board(name)!;
  const { counts, network, tell, time, untilMs } = world.stage;
  const milliseconds = Math.min(count * 1000, untilMs - time.nowMs);
  if (fault === 'lost') network.partition(name, milliseconds);
  else if (fault === 'slow') network.slow(name, milliseconds);
  else if (fault === 'cut') tell(name, `loses ${network.cut(name)} connections`);
  else if (fault === 'tear') board.tearAt(count, 'torn');
  else if (fault === 'rotJournal') {
    if (!customer.rot('journal', chance.below(PLACES) / PLACES)) return;
    world.stage.checkers.mayLose(name);
    tell(name, 'has a bit in its journal that flips');
    if (counts.rot++ === 0 && !world.stage.faults.includes('rot'))
      time.spawn(askAfterLoss(world.stage, world.customers));
  } else if (fault === 'rotSlot') {
    if (board.rot(chance.below(PLACES) / PLACES)) tell(name, 'has a bit in its idle slot that flips');
  } else if (board.isOn) {
    board.powerCut();
    tell(name, 'loses power');
    world.onPowerCut(board);
    time.after(milliseconds, () => board.powerOn());
  }
}
