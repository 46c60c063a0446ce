/** A supply that goes back to the state in which it was found, whoever switched it and however far that came. */
import { oneAfterAnother } from '../../../host-sim/node/oneAfterAnother.js';
import { Failure } from '../../cli/failure.js';
import type { PowerSupply } from './supply.js';

export interface HeldSupply extends PowerSupply {
  /**
   * Switches it as it was before the first switch; on, where the supply has no word for that. It is not switched again
   * afterwards. Never fails.
   */
  restore(): Promise<void>;
}

/** The same supply, switched once at a time; it asks for its state before it is switched first. */
export function asFound(supply: PowerSupply): HeldSupply {
  let found: Promise<boolean | undefined> | undefined;
  let isOver = false;
  // A step that was given up may still switch: what restores comes after it.
  const inTurn = oneAfterAnother();
  return {
    name: supply.name,
    state: () => supply.state(),
    ...(supply.current && { current: () => supply.current!() }),
    switch: on =>
      inTurn(async () => {
        if (isOver) throw new Failure('power', `The supply (${supply.name}) was let go.`);
        found ??= supply.state();
        await found;
        await supply.switch(on);
      }),
    restore: () =>
      inTurn(async () => {
        if (isOver) return;
        isOver = true;
        if (!found) return;
        const was = await found.catch(() => undefined);
        await supply.switch(was ?? true).catch(() => {});
      }),
  };
}
