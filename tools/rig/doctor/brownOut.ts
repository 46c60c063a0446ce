/** Logs of boards, searched for what a weak supply leaves in them. */
import { FileProblem, readBoundedFile } from '../../cli/boundedFile.js';
import { printable } from '../../cli/failure.js';
import { type Check, ok, problem } from '../../doctor/check.js';

export const LOG_BYTES_MAX = 50_000_000;

/** The words of ESP-IDF's detector as it bites, and of the ROM that starts the chip after it (reset reasons 0x0f and 0x10). */
const BROWN_OUT =
  /Brownout detector was triggered|rst:0x(?:0?f|10) \((?:RTCWDT_)?BROWN_?OUT_(?:RST|RESET)\)|BROWN_OUT_RST/i;

/** One check of each log. A report of the rig is a log too: it holds the lines of what failed. */
export const brownOutChecks = (files: readonly string[]): Check[] => files.map(brownOutCheck);

function brownOutCheck(file: string): Check {
  const title = 'brown-out';
  let text: string;
  try {
    text = Buffer.from(readBoundedFile(file, LOG_BYTES_MAX)).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return problem(
      title,
      `${file} ${error.message}`,
      'name the log that the console of the board was kept in',
    );
  }
  const lines = text.split('\n');
  const found = lines.flatMap((line, index) => (BROWN_OUT.test(line) ? [index] : []));
  if (found.length === 0) return ok(title, `none in ${lines.length} lines of ${file}`);
  const last = found[found.length - 1];
  return problem(
    title,
    `the board’s supply gave way ${found.length} times, last in line ${last + 1} of ${file}: ${printable(lines[last].trim(), 120)}`,
    'give it a supply of 500 mA and more and a short cable, or a hub with power of its own; then run again',
  );
}
