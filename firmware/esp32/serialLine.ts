/** The serial line through native/console.c: a driver with queues, which loses nothing while the board computes. */
import type { ChipFunctions } from './chip.js';
import type { SerialLine } from './console.js';

/** The line of a chip whose console is open. */
export function chipSerialLine(chip: Pick<ChipFunctions, 'consoleRead' | 'consoleWrite'>): SerialLine {
  const buffer = new ArrayBuffer(512);
  return {
    read(most) {
      const count = chip.consoleRead(buffer, Math.min(most, buffer.byteLength));
      return count > 0 ? new Uint8Array(buffer.slice(0, count)) : undefined;
    },
    write: bytes => chip.consoleWrite(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length),
  };
}
