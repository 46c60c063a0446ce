/**
 * The bootloader of an XS board: that of every simulated board, in a machine of its own, so that an image that uses
 * up its memory takes nothing from it.
 */

import { bootPort, chooseStart } from '../../node/board/bootloader.js';
import type { Hello } from '../../node/board/consoleLine.js';
import { HostFlash } from './flash.js';
import type { FlashHost } from './host.js';

/** The functions that the host calls. */
export interface Bootloader {
  /**
   * Its hello without the pid, and the image to run; or the reason why there is none.
   * @param failures resets in a row by fault or watchdog
   */
  start(
    failures: number,
  ): { hello: string; image: ArrayBuffer; slot: string; state: string; idle: string } | { reason: string };
  setPending(length: number): void;
  confirm(): void;
}

export function install(host: FlashHost): Bootloader {
  const flash = new HostFlash(host);
  let boot: ReturnType<typeof bootPort> | undefined;
  return {
    start(failures) {
      const choice = chooseStart(flash, failures);
      if ('reason' in choice) return choice;
      const { slot, state, idle, header, bytes, rolledBack } = choice;
      // The host keeps the bytes that run, and reads them to the image: another copy would stay in memory for nothing.
      const hollow = { ...choice, bytes: { length: bytes.length, slice: () => new Uint8Array(0) } };
      boot = bootPort(flash, hollow, () => {});
      const hello: Omit<Hello, 'pid'> = { slot, state, version: header.version, length: bytes.length };
      if (rolledBack !== undefined) hello.rolledBack = rolledBack;
      return { hello: JSON.stringify(hello), image: bytes.buffer as ArrayBuffer, slot, state, idle };
    },
    setPending: length => boot!.setPending(length),
    confirm: () => boot!.confirm(),
  };
}
