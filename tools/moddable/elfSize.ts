/** The bytes of an object file that go into flash: its sections that are loaded and have contents (ELF, 32 bits). */
import { Buffer } from 'node:buffer';

const SHT_NOBITS = 8;
const SHF_ALLOC = 2;

/** @throws RangeError when the bytes are not such a file */
export function loadedBytes(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 52 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 1 || file[5] !== 1)
    throw new RangeError('not an object file of 32 bits, little-endian');
  const at = file.readUInt32LE(32);
  const size = file.readUInt16LE(46);
  const count = file.readUInt16LE(48);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const head = at + i * size;
    const isLoaded = (file.readUInt32LE(head + 8) & SHF_ALLOC) !== 0;
    if (isLoaded && file.readUInt32LE(head + 4) !== SHT_NOBITS) sum += file.readUInt32LE(head + 20);
  }
  return sum;
}
