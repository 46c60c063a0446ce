/** Faults that a world draws by its seed: each heals by itself, and none begins after the end of the plan. */
import type { Chance } from '../../host-sim/node/chance.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { BOARD_FAULTS, type BoardFault } from './faultNames.js';
import type { Stage } from './stage.js';

/** Milliseconds between two faults of a board, on average; how long each lasts at most. */
const PAUSE_MS = 600_000;
const OFF_MS_MAX = 120_000;
const PARTITION_MS_MAX = 300_000;
const SLOW_MS_MAX = 600_000;
/** One delivery in so many is followed by a power cut within this time: while the board acts on it. */
const CUT_ONE_IN = 12;
const CUT_MS_MAX = 1500;
/**
 * One delivery in so many is followed by a power cut within a write or an erase, one of the next so many; a fault of its
 * own comes further on, in a download.
 */
const TEAR_ONE_IN = 4;
const OPERATIONS_NEAR_MAX = 12;
const OPERATIONS_FAR_MAX = 300;
const MOMENTS = ['before', 'torn', 'torn', 'after'] as const;
/** One fault of the flash in so many is a bit that rots. */
const ROT_ONE_IN = 4;
/** Places of a slot, from which one is drawn. */
const PLACES = 1_000_000;

export class FaultPlan {
  readonly #stage: Stage;
  readonly #chance: Chance;
  readonly #onPowerCut: (board: WorldBoard) => void;
  readonly #boardFaults: readonly BoardFault[];

  /** @param onPowerCut called while the power of a board is off */
  constructor(stage: Stage, onPowerCut: (board: WorldBoard) => void) {
    this.#stage = stage;
    this.#chance = seededChance(stage.seed, 'faults');
    this.#onPowerCut = onPowerCut;
    this.#boardFaults = BOARD_FAULTS.filter(fault => stage.faults.includes(fault));
  }

  /** Draws faults for one board and its operator until the end of the plan. */
  begin(board: WorldBoard, operator: string): void {
    const { time, untilMs } = this.#stage;
    const [chance, faults] = [this.#chance, this.#boardFaults];
    if (faults.length === 0) return;
    time.after(PAUSE_MS / 2 + chance.below(PAUSE_MS), () => {
      if (time.nowMs >= untilMs) return;
      this.#strike(board, chance.of(faults), chance.of([board.name, operator]));
      this.begin(board, operator);
    });
  }

  /** A board is about to act: now and then its power fails meanwhile. */
  delivered(board: WorldBoard): void {
    const { faults, time, untilMs } = this.#stage;
    const chance = this.#chance;
    if (time.nowMs >= untilMs) return;
    if (faults.includes('power') && chance.below(CUT_ONE_IN) === 0) {
      time.after(chance.below(CUT_MS_MAX), () => this.#powerCut(board));
    }
    if (faults.includes('flash') && chance.below(TEAR_ONE_IN) === 0) this.#tear(board, OPERATIONS_NEAR_MAX);
  }

  /** Its holder switches a board off, and on again so many milliseconds later. */
  restart(board: WorldBoard, offMs: number): void {
    const { tell, time } = this.#stage;
    if (board.isOn) {
      board.powerCut();
      tell(board.name, 'is switched off');
      this.#onPowerCut(board);
    }
    time.after(offMs, () => board.powerOn());
  }

  /** The power of a board has failed within a flash operation; after the plan is over, it comes back at once. */
  torn(board: WorldBoard): void {
    const { counts, time, untilMs } = this.#stage;
    counts.flash++;
    this.#onPowerCut(board);
    const offMs = time.nowMs < untilMs ? this.#chance.below(OFF_MS_MAX) : 0;
    time.after(1000 + offMs, () => board.powerOn());
  }

  #tear(board: WorldBoard, operationsMax: number): void {
    board.tearAt(1 + this.#chance.below(operationsMax), this.#chance.of(MOMENTS));
  }

  #rot(board: WorldBoard): void {
    const { counts, tell } = this.#stage;
    if (!board.rot(this.#chance.below(PLACES) / PLACES)) return;
    counts.flash++;
    tell(board.name, 'has a bit in its idle slot that flips');
  }

  #strike(board: WorldBoard, fault: BoardFault, victim: string): void {
    const { counts, network, tell } = this.#stage;
    const chance = this.#chance;
    if (fault === 'power') return void this.#powerCut(board);
    if (fault === 'flash') {
      if (chance.below(ROT_ONE_IN) === 0) this.#rot(board);
      else this.#tear(board, OPERATIONS_FAR_MAX);
      return;
    }
    counts[fault]++;
    if (fault === 'cut') return void tell(victim, `loses ${network.cut(victim)} connections`);
    const milliseconds = 1000 + chance.below(fault === 'slow' ? SLOW_MS_MAX : PARTITION_MS_MAX);
    network[fault](victim, milliseconds);
    tell(victim, `${fault} for ${milliseconds} ms`);
  }

  #powerCut(board: WorldBoard): void {
    const { counts, tell, time } = this.#stage;
    if (!board.isOn) return;
    counts.power++;
    board.powerCut();
    tell(board.name, 'loses power');
    this.#onPowerCut(board);
    time.after(1000 + this.#chance.below(OFF_MS_MAX), () => board.powerOn());
  }
}
