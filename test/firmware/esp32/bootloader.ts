/**
 * ESP-IDF's bootloader and its otadata as they are in 6.0 (bootloader_utility.c, esp_ota_ops.c), as far as two slots
 * and no factory image need them. What an application would do to flash is done at once; the power may fail between.
 */
import type { ChipFunctions } from '../../../firmware/esp32/chip.js';

type State = 'new' | 'pending' | 'valid' | 'invalid' | 'aborted';
const codes: Record<State, number> = { new: 0, pending: 1, valid: 2, invalid: 3, aborted: 4 };

interface Entry {
  sequence: number;
  state: State;
}

export class Restarted extends Error {}

export class FakeBootloader {
  /** The two sectors of otadata; undefined is erased. */
  entries: (Entry | undefined)[] = [undefined, undefined];
  running: 0 | 1 = 0;
  /** Built with CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  readonly watches: boolean;
  /** True when the application in a slot passes the chip's own check. */
  whole: [boolean, boolean] = [true, true];

  constructor({ watches = true } = {}) {
    this.watches = watches;
  }

  /** Power-on, or any restart. */
  start(): void {
    if (this.watches) {
      for (const entry of this.entries) if (entry?.state === 'pending') entry.state = 'aborted';
    }
    const initial = this.entries.every(entry => entry === undefined);
    const active = this.#active();
    this.running = active === undefined ? 0 : (((active.sequence - 1) % 2) as 0 | 1);
    if (active?.state === 'new' && this.watches) active.state = 'pending';
    if (!this.whole[this.running]) this.running = this.running === 0 ? 1 : 0;
    // Whatever it was built with: on a blank chip it calls valid what it starts.
    if (initial) this.entries[0] = { sequence: this.running + 1, state: 'valid' };
  }

  /** The functions that the image calls; those that restart throw. */
  functions(): Pick<
    ChipFunctions,
    | 'chipRunningSlot'
    | 'chipSlotState'
    | 'chipStartNext'
    | 'chipConfirm'
    | 'chipForgetOther'
    | 'chipFault'
    | 'chipRestart'
  > {
    return {
      chipRunningSlot: () => this.running,
      chipSlotState: () => {
        const found = this.entries.find(entry => entry && (entry.sequence - 1) % 2 === this.running);
        return found ? codes[found.state] : -1;
      },
      chipStartNext: slot => {
        if (!this.whole[slot]) return 0x1503;
        const active = this.#active();
        if (!active) this.entries[0] = { sequence: slot + 1, state: 'new' };
        else if ((active.sequence - 1) % 2 === slot) active.state = 'new';
        else {
          this.entries[this.entries[0] === active ? 1 : 0] = { sequence: active.sequence + 1, state: 'new' };
        }
        return 0;
      },
      chipConfirm: () => {
        const active = this.#active();
        if (!active) return -1;
        active.state = 'valid';
        return 0;
      },
      chipForgetOther: () => {
        const active = this.#active();
        // That of the slot that runs is never erased.
        for (const [i, entry] of this.entries.entries())
          if (entry && entry !== active && (entry.sequence - 1) % 2 !== this.running)
            this.entries[i] = undefined;
        return 0;
      },
      chipFault: () => {
        this.start();
        throw new Restarted('a fault');
      },
      chipRestart: () => {
        this.start();
        throw new Restarted('restarted');
      },
    };
  }

  #active(): Entry | undefined {
    return this.entries
      .filter(entry => entry && entry.state !== 'invalid' && entry.state !== 'aborted')
      .sort((a, b) => b!.sequence - a!.sequence)[0];
  }
}
