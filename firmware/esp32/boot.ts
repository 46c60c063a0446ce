/** The Boot port over ESP-IDF's bootloader with its rollback (otadata), through native/chip.c. */

import type { Boot } from '../port/board.js';
import type { Partition } from '../port/flash.js';
import { parseHeader } from '../store/imageHeader.js';
import type { ChipFunctions } from './chip.js';
import type { RollbackTest } from './rollbackTest.js';

export interface ChipBootOptions {
  chip: Pick<ChipFunctions, 'chipStartNext' | 'chipConfirm' | 'chipFault' | 'chipRestart'>;
  running: 'A' | 'B';
  /** True for an image that failed again and again and has nothing to go back to. */
  recovers?: boolean;
  /** The running image's slot, and the other. */
  runningSlot: Partition;
  idleSlot: Partition;
  test: RollbackTest;
  /** The last call before a restart. */
  onRestart(reason: Parameters<Boot['restart']>[0]): void;
}

/** The Boot port of a chip. Throws an Error when the running image was flashed without its header. */
export function chipBoot(options: ChipBootOptions): Boot & { running: { readonly version: number } } {
  const { chip, idleSlot, running, runningSlot, test } = options;
  const header = parseHeader(runningSlot.read(0, 64));
  if (header.verdict === 'rejected') {
    throw new Error(
      `the running image has no header (${header.evidence}): flash it with holdfast chip flash, not with idf.py alone`,
    );
  }
  return {
    running: {
      slot: running,
      version: header.value.version,
      length: header.value.length,
      state: options.recovers ? 'recovery' : test.state,
      read: (offset, length) => runningSlot.read(offset, length),
    },
    ...(test.refusal !== undefined && { refusesUpdates: test.refusal }),
    setPending(length) {
      if (this.running.state === 'pending') throw new Error('the idle slot holds what a roll-back needs');
      if (test.refusal !== undefined) throw new Error(test.refusal);
      const image = parseHeader(idleSlot.read(0, 64));
      if (image.verdict === 'rejected') throw new Error(`not to be started: ${image.evidence}`);
      if (image.value.length !== length) throw new Error(`not to be started: ${image.value.length} bytes`);
      // The chip checks the application's own checksum and digest, natively.
      const error = chip.chipStartNext(running === 'A' ? 1 : 0);
      if (error !== 0) throw new Error(`not to be started: error 0x${error.toString(16)} of the chip`);
    },
    confirm() {
      if (this.running.state !== 'pending') return;
      const error = chip.chipConfirm();
      if (error !== 0) throw new Error(`not confirmed: error 0x${error.toString(16)} of the chip`);
      this.running.state = 'confirmed';
    },
    restart(reason) {
      options.onRestart(reason);
      // For a roll-back too: the bootloader starts no pending image twice, and an invalid one was confirmed once.
      if (reason === 'fault') chip.chipFault('the image asked for it');
      chip.chipRestart();
      throw new Error('the board restarts');
    },
  };
}
