/** Times and long numbers as people read them. */

const STEPS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `3 min`, for so many milliseconds. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  for (const [length, unit] of STEPS) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`;
  return 'less than 1 s';
}

/** `0x123456…abcd` for a hash or an address; other text as it is. */
export const short = (text: string): string =>
  text.replace(/0x([0-9a-f]{6})[0-9a-f]{12,}([0-9a-f]{4})/g, '0x$1…$2');

/** The command line of a person who types it. */
export function commandLine(words: readonly string[]): string {
  const quoted = words.map(word =>
    /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return `npx holdfast ${quoted.join(' ')}`;
}

/** The time of day in this computer's zone. */
export const clock = (iso: string): string => new Date(iso).toLocaleTimeString();
