/** Faults that a world draws by its seed: each heals by itself, and none begins after the end of the plan. */
import type { Chance } from '../../host-sim/node/chance.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { BoardFault, FaultName } from './faultNames.js';

/** Milliseconds between two faults of a board, on average; how long each lasts at most. */
const PAUSE_MS = 600_000;
const OFF_MS_MAX = 120_000;
const PARTITION_MS_MAX = 300_000;
const SLOW_MS_MAX = 600_000;
/** One delivery in so many is followed by a power cut within this time: while the board acts on it. */
const CUT_ONE_IN = 12;
const CUT_MS_MAX = 1500;

export interface FaultWorld {
  time: VirtualTime;
  network: VirtualNetwork;
  chance: Chance;
  faults: readonly FaultName[];
  untilMs: number;
  tell(actor: string, what: string): void;
  /** Called while the power of a board is off. */
  onPowerCut(board: WorldBoard): void;
}

export class FaultPlan {
  readonly #world: FaultWorld;
  readonly counts: Record<FaultName, number> = { power: 0, cut: 0, partition: 0, slow: 0, pause: 0 };
  readonly #boardFaults: readonly BoardFault[];

  constructor(world: FaultWorld) {
    this.#world = world;
    this.#boardFaults = world.faults.filter((fault): fault is BoardFault => fault !== 'pause');
  }

  /** Draws faults for one board and its operator until the end of the plan. */
  begin(board: WorldBoard, operator: string): void {
    const { chance, time, untilMs } = this.#world;
    const faults = this.#boardFaults;
    if (faults.length === 0) return;
    time.after(PAUSE_MS / 2 + chance.below(PAUSE_MS), () => {
      if (time.nowMs >= untilMs) return;
      this.#strike(board, chance.of(faults), chance.of([board.name, operator]));
      this.begin(board, operator);
    });
  }

  /** A board is about to act: now and then its power fails meanwhile. */
  delivered(board: WorldBoard): void {
    const { chance, faults, time, untilMs } = this.#world;
    if (!faults.includes('power') || time.nowMs >= untilMs || chance.below(CUT_ONE_IN) > 0) return;
    time.after(chance.below(CUT_MS_MAX), () => this.#powerCut(board));
  }

  #strike(board: WorldBoard, fault: BoardFault, victim: string): void {
    const { chance, network, tell } = this.#world;
    if (fault === 'power') return void this.#powerCut(board);
    this.counts[fault]++;
    if (fault === 'cut') return void tell(victim, `loses ${network.cut(victim)} connections`);
    const milliseconds = 1000 + chance.below(fault === 'slow' ? SLOW_MS_MAX : PARTITION_MS_MAX);
    network[fault](victim, milliseconds);
    tell(victim, `${fault} for ${milliseconds} ms`);
  }

  #powerCut(board: WorldBoard): void {
    const { chance, onPowerCut, tell, time } = this.#world;
    if (!board.isOn) return;
    this.counts.power++;
    board.powerCut();
    tell(board.name, 'loses power');
    onPowerCut(board);
    time.after(1000 + chance.below(OFF_MS_MAX), () => board.powerOn());
  }
}
