/**
 * The partition tables of chips with 4, 8 and 16 MB of flash, for all that is to come: a board in the field keeps the
 * table that it was flashed with. The files in firmware/esp32/partitions are written from these rows
 * (npm run build:partitions), and a test compares.
 *
 * The parts that make a board the one that it is (`otadata`, `nvs`, the start of `ota_0`, `journal`) lie at one place in
 * all three, and where they lay before there were three: another table over an old one loses nothing.
 */
import { APP_BYTES, JOURNAL_BYTES } from '../../firmware/store/partitionSizes.js';

/** Sizes of flash that there is a table for. */
export const flashSizes = ['4MB', '8MB', '16MB'] as const;
export type FlashSize = (typeof flashSizes)[number];

/** Bytes of the flash. */
export const flashBytes: Readonly<Record<FlashSize, number>> = {
  '4MB': 0x40_0000,
  '8MB': 0x80_0000,
  '16MB': 0x100_0000,
};

/** Offset of the table itself (CONFIG_PARTITION_TABLE_OFFSET): a signed bootloader has room before it. */
export const TABLE_OFFSET = 0x1_0000;

export interface ChipPartitionRow {
  name: string;
  /** `app` or `data`, or a number of our own; ESP-IDF's words (components/partition_table). */
  type: string;
  subtype: string;
  /** Bytes from the start of the flash. */
  offset: number;
  /** Bytes. */
  size: number;
  flags: string;
  /** One line for people: the contents. */
  holds: string;
}

/** Bytes of what differs between the three; what follows another begins where that one ends. */
interface Room {
  slot: number;
  mod: number;
  telemetry: number;
  config: number;
  crash: number;
}

/** ESP-IDF's own pages, then the board's: the same in each table. */
const first: readonly ChipPartitionRow[] = [
  row('otadata', 'data', 'ota', 0x1_1000, 0x2000, 'which slot starts, and whether it has proven itself'),
  row('nvs_key', 'data', 'nvs_keys', 0x1_3000, 0x1000, 'the keys of nvs on a locked chip', 'encrypted'),
  row('phy_init', 'data', 'phy', 0x1_4000, 0x1000, 'the radio'),
  row(
    'nvs',
    'data',
    'nvs',
    0x1_5000,
    0xb000,
    'identity and its counter, Wi-Fi, the result of the bootloader’s test',
  ),
];

const SLOT_A = 0x2_0000;
const JOURNAL = 0x3a_0000;

const rooms: Readonly<Record<FlashSize, Room>> = {
  '4MB': { slot: 0x1c_0000, mod: 0x1_8000, telemetry: 0x8000, config: 0x4000, crash: 0x4000 },
  '8MB': { slot: 0x38_0000, mod: 0x4_0000, telemetry: 0x3_0000, config: 0x8000, crash: 0x8000 },
  '16MB': { slot: 0x38_0000, mod: 0x20_0000, telemetry: 0x4a_0000, config: 0x1_0000, crash: 0x1_0000 },
};

/** The rows of the table for a flash of that size, in the order of their offsets. */
export function chipPartitions(flash: FlashSize = '4MB'): ChipPartitionRow[] {
  const room = rooms[flash];
  const image = 'an image: the application at the start, the header in the last sector';
  const slotA = row('ota_0', 'app', 'ota_0', SLOT_A, room.slot, image);
  const journal = row(
    'journal',
    'data',
    'undefined',
    JOURNAL,
    JOURNAL_BYTES,
    'what was consumed and said; never encrypted',
  );
  // The journal stays where it is: both slots fit before it, or the second one lies behind it.
  const before = SLOT_A + 2 * room.slot <= JOURNAL;
  const slotB = row('ota_1', 'app', 'ota_1', before ? SLOT_A + room.slot : endOf(journal), room.slot, image);
  const rows = [...first, slotA, ...(before ? [slotB, journal] : [journal, slotB])];
  const follow = (name: string, type: string, subtype: string, size: number, holds: string, flags = '') =>
    void rows.push(row(name, type, subtype, endOf(rows[rows.length - 1]), size, holds, flags));
  // The SDK maps the first of this type and subtype by itself.
  follow('mod_0', '0x40', '0x01', room.mod, 'an app apart from the image');
  follow('mod_1', '0x40', '0x02', room.mod, 'the next one, while it is fetched');
  follow('telemetry', 'data', 'undefined', room.telemetry, 'a ring of what is to be sent, sealed before');
  follow('config', 'data', 'undefined', room.config, 'the app’s configuration, its secrets too', 'encrypted');
  follow('crash', 'data', 'undefined', room.crash, 'the last words before a restart', 'encrypted');
  // Not `app`: that is the name of a type.
  follow('app_store', 'data', 'undefined', APP_BYTES, 'what the app keeps: a journal like the board’s own');
  return rows;
}

/** @throws Error when the table has none of that name */
export function chipPartition(name: string, flash: FlashSize = '4MB'): ChipPartitionRow {
  const found = chipPartitions(flash).find(row => row.name === name);
  if (!found) throw new Error(`the partition table has no ${name}`);
  return found;
}

function row(
  name: string,
  type: string,
  subtype: string,
  offset: number,
  size: number,
  holds: string,
  flags = '',
): ChipPartitionRow {
  return { name, type, subtype, offset, size, flags, holds };
}

function endOf({ offset, size }: ChipPartitionRow): number {
  return offset + size;
}
