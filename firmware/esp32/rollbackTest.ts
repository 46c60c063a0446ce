/**
 * The test of the bootloader that was flashed: does it go back from an image that does not confirm itself? The running
 * image's own configuration cannot tell. So before the first update the running image is started once more as a new
 * one. A bootloader that watches reports the image as pending. One that does not watch never will, and then this board
 * takes no update. The result is kept, since it is seen only once.
 *
 * An image that is marked as valid proves nothing in slot A: on a blank chip the bootloader itself marks it so. In slot
 * B it does prove: only an image that was pending is ever confirmed there.
 */

/** esp_ota_img_states_t. */
export const slotState = { new: 0, pending: 1, valid: 2, invalid: 3, aborted: 4, none: -1 } as const;

export interface RollbackRecord {
  /** The state of the test: nothing seen yet, a test that runs, or its result; and how often it was begun. */
  read(): { seen: 'nothing' | 'testing' | 'passed' | 'failed'; tries: number };
  write(seen: 'testing' | 'passed' | 'failed', tries: number): void;
}

export interface RollbackTestOptions {
  record: RollbackRecord;
  running: 'A' | 'B';
  /** The `slotState` of the running slot. */
  state: number;
  /** Makes the running image the next to start, as a new one. 0, or the esp_err_t with which the chip refuses. */
  startAgain(): number;
  confirm(): void;
  /** Does not return. */
  restart(): void;
}

export interface RollbackTest {
  /**
   * Recovery: the image never confirmed. Where none is whole that did, the bootloader starts whatever is whole; such an
   * image waits for another one.
   */
  state: 'pending' | 'confirmed' | 'recovery';
  /** The reason for taking no update, in words; missing when the test passed. */
  refusal?: string;
}

/** Times that the test is begun: a power cut may cost one. */
const TRIES_MAX = 3;

const refusal =
  'the bootloader was not seen to go back from an image that fails: flash the one built with it';

/** Tests the bootloader, or recalls the result. Called at every start, before the image does anything else. */
export function testRollback(options: RollbackTestOptions): RollbackTest {
  const { record, running, state } = options;
  const { seen, tries } = record.read();
  if (state === slotState.pending && seen === 'testing') {
    // In this order: from then on an image that is not valid never confirmed.
    options.confirm();
    record.write('passed', tries);
    return { state: 'confirmed' };
  }
  if (state === slotState.pending) {
    if (seen !== 'passed') record.write('passed', tries);
    return { state: 'pending' };
  }
  // Invalid is one that was confirmed, and then failed again and again.
  if (seen === 'passed')
    return { state: state === slotState.valid || state === slotState.invalid ? 'confirmed' : 'recovery' };
  const provenBefore = running === 'B' && state === slotState.valid;
  // Pending once, and then cut off: only a bootloader that watches does that.
  const cutOff = seen === 'testing' && state === slotState.aborted;
  if (provenBefore || cutOff) {
    if (cutOff && options.startAgain() === 0) options.confirm();
    record.write('passed', tries);
    return { state: 'confirmed' };
  }
  if (seen === 'failed') return { state: 'confirmed', refusal };
  if (running === 'B') return { state: 'confirmed', refusal };
  // The image was started as new and is still new: nobody watches.
  if (seen === 'testing' && (state === slotState.new || tries >= TRIES_MAX)) {
    record.write('failed', tries);
    return { state: 'confirmed', refusal };
  }
  record.write('testing', tries + 1);
  const error = options.startAgain();
  if (error !== 0) {
    // It says nothing of the bootloader, and costs no try.
    record.write('testing', tries);
    return { state: 'confirmed', refusal: `the chip refuses its image again: error 0x${error.toString(16)}` };
  }
  options.restart();
  return { state: 'confirmed', refusal };
}
