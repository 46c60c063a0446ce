/**
 * Source maps by lines: of each line of a source one place for as long as the code stays in it. Traces name lines; the
 * columns beside them were three quarters of what the maps weighed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The numbers of a segment (base 64, five bits a digit, the sign last): column there, source, line and column here. */
function decoded(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function encoded(numbers: readonly number[]): string {
  let text = '';
  for (const number of numbers) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      text += DIGITS[rest > 31 ? (rest & 31) | 32 : rest];
      rest >>= 5;
    } while (rest > 0);
  }
  return text;
}

/** The mappings with one place a line of the sources, and without names. */
export function byLines(mappings: string): string {
  // Source, line and column run through the file, as they are read and as they are written.
  const read = [0, 0, 0];
  const written = [0, 0, 0];
  return mappings
    .split(';')
    .map(line => {
      let column = 0;
      let columnWritten = 0;
      let last = '';
      const kept: string[] = [];
      for (const segment of line === '' ? [] : line.split(',')) {
        const [there, ...here] = decoded(segment);
        column += there;
        for (let i = 0; i < 3 && here.length > 0; i++) read[i] += here[i];
        const place = here.length === 0 ? 'none' : `${read[0]}:${read[1]}`;
        if (place === last) continue;
        last = place;
        const moved = here.length === 0 ? [] : read.map((value, i) => value - written[i]);
        kept.push(encoded([column - columnWritten, ...moved]));
        columnWritten = column;
        if (here.length > 0) for (let i = 0; i < 3; i++) written[i] = read[i];
      }
      return kept.join(',');
    })
    .join(';');
}

/** Brings every map below `folder` into that form. */
export function shortenSourceMaps(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.mjs.map')) continue;
    const file = join(folder, name);
    const map = JSON.parse(readFileSync(file, 'utf8'));
    // From the folder of the maps, wherever the package was built.
    const sources = map.sources.map((source: string) => source.replace(/^(?:\.\.\/)+/, '../'));
    writeFileSync(file, JSON.stringify({ ...map, sources, names: [], mappings: byLines(map.mappings) }));
  }
}
