/** The look whether a partition table is one that a chip can start with, and one of ours. */
import { Failure } from '../cli/failure.js';
import { chipPartitions, type FlashSize, flashBytes, flashSizes, TABLE_OFFSET } from './partitions.js';
import { parseTable, rowOf, type TableRow } from './tableBytes.js';

const SECTOR_BYTES = 0x1000;
/** A page of mapped flash. */
const PAGE_BYTES = 0x1_0000;
const APPLICATION = 0;

/**
 * The size of flash that the table is for.
 *
 * @throws Failure `table_format`, `table_md5`, `table_alignment`, `table_overlap`, `table_layout`
 */
export function checkTable(bytes: Uint8Array): FlashSize {
  const rows = parseTable(bytes);
  checkPlaces(rows);
  const fits = flashSizes.find(flash => differenceFrom(rows, flash) === undefined);
  if (fits) return fits;
  // The one that it was meant to be ends where it ends.
  const end = Math.max(...rows.map(({ offset, size }) => offset + size));
  const meant = flashSizes.find(flash => end <= flashBytes[flash]) ?? flashSizes[flashSizes.length - 1];
  throw new Failure(
    'table_layout',
    `The partition table is not that for ${meant}: ${differenceFrom(rows, meant)}.`,
  );
}

function checkPlaces(rows: readonly TableRow[]): void {
  for (const { name, offset, size, type } of rows) {
    const unit = type === APPLICATION ? PAGE_BYTES : SECTOR_BYTES;
    if (size === 0 || offset % unit !== 0 || size % SECTOR_BYTES !== 0)
      throw new Failure(
        'table_alignment',
        `Partition ${name} at ${hex(offset)} is not made of whole sectors.`,
      );
  }
  let end = TABLE_OFFSET + SECTOR_BYTES;
  let before = 'the table itself';
  for (const { name, offset, size } of [...rows].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) throw new Failure('table_overlap', `Partition ${name} begins in ${before}.`);
    end = offset + size;
    before = name;
  }
}

/** The first row that is another than in our table; undefined when there is none. */
function differenceFrom(rows: readonly TableRow[], flash: FlashSize): string | undefined {
  const ours = chipPartitions(flash).map(rowOf);
  for (let i = 0; i < Math.max(rows.length, ours.length); i++) {
    const [found, wanted] = [rows[i], ours[i]];
    if (!found) return `${wanted.name} is missing`;
    if (!wanted) return `${found.name} is one too many`;
    for (const key of ['name', 'offset', 'size', 'type', 'subtype', 'flags'] as const) {
      if (found[key] !== wanted[key]) return `${key} of ${wanted.name} is ${found[key]}, not ${wanted[key]}`;
    }
  }
  return undefined;
}

const hex = (value: number): string => `0x${value.toString(16)}`;
