/** The board's side of its life: locked while it is stolen, wiped once it is retired. */

import type { App } from '../app/app.js';
import type { Life, LifeStage } from '../command/life.js';

/** The app, the identity that keeps the lock, and who is told. */
export interface BoardLifeOptions {
  app: Pick<App, 'lock'>;
  identity: { locked: boolean; rotateTo(address: Uint8Array): boolean };
  /** Told when the board has another key: what signs with the one of before must end. */
  onKeyChanged(): void;
  /** Told when the Device is retired for ever, each time that it is read. */
  onRetired(): void;
}

/** Locks and frees the board, the lock on flash before its effect. */
export class BoardLife implements Life {
  readonly #options: BoardLifeOptions;

  constructor(options: BoardLifeOptions) {
    this.#options = options;
  }

  get locked(): boolean {
    return this.#options.identity.locked;
  }

  rotateTo(key: Uint8Array): boolean {
    const { identity, onKeyChanged } = this.#options;
    const rotated = identity.rotateTo(key);
    if (rotated) onKeyChanged();
    return rotated;
  }

  enter(stage: LifeStage): void {
    const { app, identity, onRetired } = this.#options;
    if (stage === 'retired') {
      onRetired();
      return;
    }
    const locks = stage === 'stolen' && !identity.locked;
    identity.locked = stage === 'stolen';
    if (locks) app.lock?.();
  }
}
