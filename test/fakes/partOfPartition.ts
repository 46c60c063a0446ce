/** A piece of a partition as a partition of its own, so that one power supply and one image serve several. */
import type { Partition } from '../../firmware/port/flash.js';

/** @param offset bytes, as `size` whole sectors of `whole` */
export const partOf = (whole: Partition, offset: number, size: number): Partition => ({
  size,
  sectorSize: whole.sectorSize,
  read: (at, length) => whole.read(offset + at, length),
  write: (at, bytes) => whole.write(offset + at, bytes),
  erase: at => whole.erase(offset + at),
});
