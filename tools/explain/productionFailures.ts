/** The failures of a production line. */

import type { Table } from './explanation.js';

export const productionFailures = {
  board_made: {
    meaning:
      'The board at the port of a production line is a finished one, or another than the serial number belongs to.',
    likely: 'It was put into the line twice, or two boards were exchanged.',
    remedy:
      'Put the next board in its place; the same command tries those that failed again. The message names the Device.',
  },
  board_proven: {
    meaning:
      'The board signed a possession proof for another trust configuration, which it keeps for ever, and is not registered.',
    likely: 'An earlier command ended between the proof and the transaction, and this one has other flags.',
    remedy:
      'Give the flags of that time, with --csv beside its journal; or erase the flash of the board, which makes it another board.',
  },
  production_journal: {
    meaning: 'The journal of a production line cannot be used.',
    likely: 'Another line writes to it, it was changed by hand, or its folder may not be written.',
    remedy:
      'Wait for the other line, bring the journal back from a copy, or give --journal FILE. Never begin a list anew without its journal.',
  },
  production_list: {
    meaning: 'The list of a production line cannot be read as CSV, or names a board twice.',
    likely: 'A column serial is missing, or a spreadsheet changed the file.',
    remedy:
      'Mend the line that the message names. The first line has the names of the columns: serial, and if wanted port and owner.',
  },
} satisfies Table<string>;
