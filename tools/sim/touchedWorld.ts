/** A seeded world as the hand of a person reaches it. */
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { Customer } from './customer.js';
import type { Finality } from './finalityGround.js';
import type { Stage } from './stage.js';

export interface TouchedWorld {
  stage: Stage;
  finality: Finality | undefined;
  /** Boards of the world. */
  boards: number;
  /** All boards are active. */
  isReady(): boolean;
  customers(): readonly Customer[];
  board(name: string): { board: WorldBoard; customer: Customer } | undefined;
  /** Told while the power of a board is off. */
  onPowerCut(board: WorldBoard): void;
  /** As in `MoodWorld`. */
  approvalFor(device: string): string | undefined;
}
