/** The C functions of host/ports.c; each throws an Error on misuse. */
import type { FlashHost } from '../engine/guest/host.js';

declare function native(name: string): (...values: never[]) => never;

export interface LinHost extends FlashHost {
  monotonic(): number;
  fillRandom(target: Uint8Array): void;
  send(line: string): void;
  backlog(): number;
  lost(): void;
  /** Takes the lines that come from the console. */
  onLine(take: (line: ArrayBuffer) => void): void;
  /** From now on modules are found in this archive too; a copy of it is changed and kept. */
  mapArchive(bytes: Uint8Array): void;
  /** Ends the process with the words that the holder waits for. */
  end(reason: 'update' | 'rollBack' | 'nothingToStart', text: string): void;
  fault(description: string): void;
  processId(): number;
  /** Resets in a row by fault or watchdog. */
  failures(): number;
  /** The machine was only to be made and measured: nothing may run. */
  resting(): boolean;
}

export const host: LinHost = {
  partitionSize: native('xs_holdfast_partitionSize'),
  flashRead: native('xs_holdfast_flashRead'),
  flashWrite: native('xs_holdfast_flashWrite'),
  flashErase: native('xs_holdfast_flashErase'),
  monotonic: native('xs_holdfast_monotonic'),
  fillRandom: native('xs_holdfast_fillRandom'),
  send: native('xs_holdfast_send'),
  backlog: native('xs_holdfast_backlog'),
  lost: native('xs_holdfast_lost'),
  onLine: native('xs_holdfast_onLine'),
  mapArchive: native('xs_holdfast_mapArchive'),
  end: native('xs_holdfast_end'),
  fault: native('xs_holdfast_fault'),
  processId: native('xs_holdfast_processId'),
  failures: native('xs_holdfast_failures'),
  resting: native('xs_holdfast_resting'),
};
