/**
 * Whether the bootloader that was flashed goes back from an image that does not confirm itself. Nobody can tell from
 * the running image's own configuration: so before the first update the running image is started once more as a new
 * one. A bootloader that watches over it reports it as pending; one that does not never will, and then this board
 * takes no update. What was seen is kept, since it is seen once.
 *
 * An image that is marked as valid proves nothing in slot A: there the bootloader itself writes that on a blank chip.
 * In slot B it does: only an image that was pending is ever confirmed there.
 */

/** esp_ota_img_states_t. */
export const slotState = { new: 0, pending: 1, valid: 2, invalid: 3, aborted: 4, none: -1 } as const;

export interface RollbackRecord {
  /** What was seen: nothing yet, a test that runs, or its result. */
  read(): { seen: 'nothing' | 'testing' | 'passed' | 'failed'; tries: number };
  write(seen: 'testing' | 'passed' | 'failed', tries: number): void;
}

export interface RollbackTestOptions {
  record: RollbackRecord;
  running: 'A' | 'B';
  /** slotState of the running slot. */
  state: number;
  /** Makes the running image the next to start, as a new one; false when the chip refuses. */
  startAgain(): boolean;
  confirm(): void;
  /** Does not come back. */
  restart(): void;
}

export interface RollbackTest {
  state: 'pending' | 'confirmed';
  /** Why this board takes no update. */
  refusal?: string;
}

/** A power cut may cost a try. */
const TRIES_MAX = 3;

const refusal =
  'the bootloader was not seen to go back from an image that fails: flash the one built with it';

/** At every start, before the image does anything else. */
export function testRollback(options: RollbackTestOptions): RollbackTest {
  const { record, running, state } = options;
  const { seen, tries } = record.read();
  if (state === slotState.pending && seen === 'testing') {
    record.write('passed', tries);
    options.confirm();
    return { state: 'confirmed' };
  }
  if (state === slotState.pending) {
    if (seen !== 'passed') record.write('passed', tries);
    return { state: 'pending' };
  }
  if (seen === 'passed') return { state: 'confirmed' };
  const provenBefore = running === 'B' && state === slotState.valid;
  // Pending once and then cut off: that too only a bootloader does that watches.
  const cutOff = seen === 'testing' && state === slotState.aborted;
  if (provenBefore || cutOff) {
    record.write('passed', tries);
    return { state: 'confirmed' };
  }
  if (seen === 'failed') return { state: 'confirmed', refusal };
  if (running === 'B') return { state: 'confirmed', refusal };
  // Started as new and still new: nobody watches.
  if (seen === 'testing' && (state === slotState.new || tries >= TRIES_MAX)) {
    record.write('failed', tries);
    return { state: 'confirmed', refusal };
  }
  record.write('testing', tries + 1);
  if (!options.startAgain()) return { state: 'confirmed', refusal };
  options.restart();
  return { state: 'confirmed', refusal };
}
