/**
 * A partition table as it lies in flash (gen_esp32part.py of ESP-IDF): rows of 32 bytes, a row with the MD5 of those
 * before it, ones up to 3,072 bytes; a signature may follow. Numbers are little-endian.
 *
 *     row   0xAA 0x50 | type 1 | subtype 1 | offset 4 | size 4 | name 16, zeros | flags 4
 *     MD5   0xEB 0xEB | ones 14 | MD5 16
 */
import { createHash } from 'node:crypto';
import { Failure } from '../cli/failure.js';
import type { ChipPartitionRow } from './partitions.js';

export const TABLE_BYTES = 0xc00;
const SECTOR_BYTES = 4096;
const ROW_BYTES = 32;
const NAME_BYTES = 16;
const ENCRYPTED = 1;

const types: Readonly<Record<string, number>> = { app: 0, data: 1 };
const subtypes: Readonly<Record<string, number>> = {
  ...{ ota_0: 0x10, ota_1: 0x11, ota: 0, phy: 1, nvs: 2, nvs_keys: 4, undefined: 6 },
};

export interface TableRow {
  type: number;
  subtype: number;
  /** Bytes. */
  offset: number;
  size: number;
  name: string;
  flags: number;
}

/** The numbers that stand for the words of a row. */
export const rowOf = ({ flags, name, offset, size, subtype, type }: ChipPartitionRow): TableRow => ({
  ...{ type: types[type] ?? Number(type), subtype: subtypes[subtype] ?? Number(subtype) },
  ...{ offset, size, name, flags: flags === 'encrypted' ? ENCRYPTED : 0 },
});

/** The table's bytes. */
export function encodeTable(rows: readonly TableRow[]): Uint8Array {
  const bytes = new Uint8Array(TABLE_BYTES).fill(0xff);
  const view = new DataView(bytes.buffer);
  rows.forEach(({ flags, name, offset, size, subtype, type }, i) => {
    const at = i * ROW_BYTES;
    bytes.set([0xaa, 0x50, type, subtype], at);
    view.setUint32(at + 4, offset, true);
    view.setUint32(at + 8, size, true);
    bytes.fill(0, at + 12, at + 12 + NAME_BYTES);
    bytes.set(Buffer.from(name, 'latin1'), at + 12);
    view.setUint32(at + 28, flags, true);
  });
  const end = rows.length * ROW_BYTES;
  bytes.set([0xeb, 0xeb], end);
  bytes.set(md5(bytes.subarray(0, end)), end + 16);
  return bytes;
}

/** The rows, in their order. @throws Failure `table_format` or `table_md5` */
export function parseTable(bytes: Uint8Array): TableRow[] {
  if (bytes.length < TABLE_BYTES || bytes.length > SECTOR_BYTES)
    throw new Failure(
      'table_format',
      `A partition table has ${TABLE_BYTES} bytes, this one ${bytes.length}.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: TableRow[] = [];
  let at = 0;
  for (; at < TABLE_BYTES && bytes[at] === 0xaa && bytes[at + 1] === 0x50; at += ROW_BYTES) {
    const name = Buffer.from(bytes.subarray(at + 12, at + 12 + NAME_BYTES)).toString('latin1');
    const end = name.indexOf('\0');
    if (end < 1 || /[^\w]/.test(name.slice(0, end)) || /[^\0]/.test(name.slice(end)))
      throw new Failure('table_format', `Row ${rows.length} of the partition table has no name.`);
    rows.push({
      ...{ type: bytes[at + 2], subtype: bytes[at + 3], name: name.slice(0, end) },
      ...{ offset: view.getUint32(at + 4, true), size: view.getUint32(at + 8, true) },
      flags: view.getUint32(at + 28, true),
    });
  }
  checkEnd(bytes, at);
  return rows;
}

function checkEnd(bytes: Uint8Array, at: number): void {
  const mark = bytes.subarray(at, at + 16);
  if (at === 0 || mark.length < 16 || mark.some((byte, i) => byte !== (i < 2 ? 0xeb : 0xff)))
    throw new Failure('table_format', `No partition and no MD5 is at ${at} of the partition table.`);
  if (!md5(bytes.subarray(0, at)).equals(bytes.subarray(at + 16, at + ROW_BYTES)))
    throw new Failure('table_md5', 'The MD5 of the partition table is not that of its rows.');
  if (bytes.subarray(at + ROW_BYTES, TABLE_BYTES).some(byte => byte !== 0xff))
    throw new Failure('table_format', 'Something follows the MD5 of the partition table.');
}

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();
