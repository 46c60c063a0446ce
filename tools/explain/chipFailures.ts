/** The failures of the files that a chip starts from: application, bootloader, partition table. */

import type { Table } from './explanation.js';

const again = 'Build again with npm run build:esp32, and name the folder or the application that it wrote.';
const damaged = 'The file was cut off, or damaged on its way here.';

export const chipFailures = {
  bootloader: {
    meaning:
      'The bootloader does not fit the place before the partition table, or is made for another flash.',
    likely: 'Files of two builds in one folder, or debug output that was switched on in the bootloader.',
    remedy: again,
  },
  image_address: {
    meaning: 'A part of the file would be loaded where the chip has no memory for it, or over another part.',
    likely: 'A file of another chip, or a linker script that was changed.',
    remedy: again,
  },
  image_checksum: {
    meaning:
      'The checksum of an application or bootloader is not that of its bytes: its chip would not start it.',
    likely: damaged,
    remedy: again,
  },
  image_chip: {
    meaning: 'The application or bootloader is for another chip.',
    likely: 'Files of two builds in one folder, or the wrong --target.',
    remedy:
      'Name the chip on the board with --target, and build for it: npm run build:esp32 -- --target NAME.',
  },
  image_cut: {
    meaning: 'The application or bootloader ends before all of it has come.',
    likely: 'A build or a copy that was interrupted.',
    remedy: again,
  },
  image_description: {
    meaning: 'The file is something that a chip starts, but it does not describe itself as an application.',
    likely: 'The bootloader was named in place of the application.',
    remedy: 'Name xs_esp32.bin of npm run build:esp32.',
  },
  image_digest: {
    meaning:
      'The SHA-256 at the end of an application or bootloader is missing, or is not that of its bytes.',
    likely: damaged,
    remedy: again,
  },
  image_end: {
    meaning: 'Behind the end of an application or bootloader something follows that is no signature.',
    likely: 'Two files that were joined, or a dump of a whole partition.',
    remedy: again,
  },
  image_entry: {
    meaning: 'The application or bootloader would begin at a place where none of its code is.',
    likely: damaged,
    remedy: again,
  },
  image_header: {
    meaning: 'The header of an application or bootloader is not one.',
    likely: 'Another kind of file was named, or the file is damaged.',
    remedy: again,
  },
  image_page: {
    meaning: 'A part that is mapped from flash does not lie in the file as it lies in memory.',
    likely: 'A tool that rewrote the file, or a build for other pages of flash.',
    remedy: again,
  },
  image_segments: {
    meaning: 'The application or bootloader has too many parts, or one of an impossible length.',
    likely: damaged,
    remedy: again,
  },
  otadata: {
    meaning: 'The first boot record is not an erased one.',
    likely: 'It was read off a board that had taken updates.',
    remedy: again,
  },
  settings: {
    meaning: 'ESP-IDF did not take a setting over on which updates or the layout of the flash depend.',
    likely: 'A release of ESP-IDF that names it otherwise, or a build with settings of its own.',
    remedy: again,
  },
  table_alignment: {
    meaning: 'A partition does not begin, or end, where flash is erased and mapped.',
    likely: 'A table that was made by hand.',
    remedy: again,
  },
  table_format: {
    meaning: 'The file is not a partition table.',
    likely: 'Another file has its name, or it was cut off.',
    remedy: again,
  },
  table_layout: {
    meaning: 'The partition table is not one of Holdfast for 4, 8 or 16 MB of flash.',
    likely: 'The build used a table of its own, or one of an older release.',
    remedy:
      'Build again with npm run build:esp32 -- --flash 4MB, 8MB or 16MB: a board keeps its table for ever.',
  },
  table_md5: {
    meaning: 'The MD5 in the partition table is not that of its rows: the chip would not start.',
    likely: damaged,
    remedy: again,
  },
  table_overlap: {
    meaning: 'Two partitions share flash, or one begins within the table.',
    likely: 'A table that was made by hand.',
    remedy: again,
  },
} satisfies Table<string>;
