/** Files as ESP-IDF builds them for a chip, made by hand after its formats: application, bootloader, table, first boot record. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chips, type Target } from '../../../tools/chip/chips.js';
import { chipPartitions, type FlashSize } from '../../../tools/chip/partitions.js';
import { encodeTable, rowOf } from '../../../tools/chip/tableBytes.js';

export interface Segment {
  address: number;
  bytes: Uint8Array;
}

export interface EspFile {
  target: Target;
  entry: number;
  segments: readonly Segment[];
  flash: FlashSize;
}

const flashCode: Readonly<Record<FlashSize, number>> = { '4MB': 2, '8MB': 3, '16MB': 4 };

/** The file, with its checksum and digest. */
export function espFile({ entry, flash, segments, target }: EspFile): Uint8Array {
  const header = Buffer.alloc(24);
  header.set([0xe9, segments.length, 2, (flashCode[flash] << 4) | 0xf]);
  header.writeUInt32LE(entry, 4);
  header[8] = 0xee;
  header.writeUInt16LE(chips[target].id, 12);
  header[23] = 1;
  const parts = segments.flatMap(({ address, bytes }) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(address, 0);
    head.writeUInt32LE(bytes.length, 4);
    return [head, bytes];
  });
  const body = Buffer.concat([header, ...parts]);
  const end = Buffer.alloc(16 - (body.length % 16));
  end[end.length - 1] = segments.reduce(
    (sum, { bytes }) => bytes.reduce((all, byte) => all ^ byte, sum),
    0xef,
  );
  const whole = Buffer.concat([body, end]);
  return new Uint8Array(Buffer.concat([whole, createHash('sha256').update(whole).digest()]));
}

/** Ranges that the chips here have: read-only data and code in flash, memory for code. */
const places: Readonly<Record<Target, { data: number; code: number; memory: number; variables: number }>> = {
  esp32: { data: 0x3f400000, code: 0x400d0000, memory: 0x40080000, variables: 0x3ffb0000 },
  esp32s3: { data: 0x3c000000, code: 0x42000000, memory: 0x40374000, variables: 0x3fc90000 },
  esp32c3: { data: 0x3c000000, code: 0x42000000, memory: 0x40380000, variables: 0x3fc80000 },
  esp32c6: { data: 0x42000000, code: 0x42000000, memory: 0x40800000, variables: 0x40820000 },
};

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

/** The parts of an application: data in flash, variables, code in memory, filling, code in flash. */
export function applicationParts(target: Target, flash: FlashSize = '4MB', codeBytes = 6000): EspFile {
  const { code, data, memory, variables } = places[target];
  const description = Buffer.alloc(2048);
  description.writeUInt32LE(0xabcd5432, 0);
  description.write('v7', 16);
  description.write('xs_esp32', 48);
  description.write('v6.0', 112);
  description[180] = 16;
  const before: Segment[] = [
    { address: data + 0x20, bytes: new Uint8Array(description) },
    { address: variables, bytes: filled(512, 3) },
    { address: memory, bytes: filled(1024, 5) },
  ];
  // Code begins on the next page of the file, a header's length in.
  const used = before.reduce((sum, { bytes }) => sum + 8 + bytes.length, 24);
  const filling = 0x10000 + 0x20 - used - 16;
  return {
    ...{ target, flash, entry: memory + 64 },
    segments: [
      ...before,
      { address: 0, bytes: filled(filling, 0) },
      { address: code + 0x10020, bytes: filled(codeBytes, 7) },
    ],
  };
}

export function bootloaderParts(target: Target, flash: FlashSize = '4MB'): EspFile {
  const { memory, variables } = places[target];
  return {
    ...{ target, flash, entry: memory + 0x80 },
    segments: [
      { address: variables, bytes: filled(80, 0x50) },
      { address: memory, bytes: filled(4096, 9) },
    ],
  };
}

export const tableFor = (flash: FlashSize): Uint8Array => encodeTable(chipPartitions(flash).map(rowOf));

/** A build's folder, whole. */
export function writeBuild(folder: string, target: Target, flash: FlashSize = '4MB'): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'xs_esp32.bin'), espFile(applicationParts(target, flash)));
  writeFileSync(join(folder, 'bootloader.bin'), espFile(bootloaderParts(target, flash)));
  writeFileSync(join(folder, 'partition-table.bin'), tableFor(flash));
  writeFileSync(join(folder, 'ota_data_initial.bin'), filled(0x2000, 0xff));
}
