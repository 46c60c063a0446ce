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

/** The command line of a person who types it. */
export function commandLine(words: readonly string[]): string {
  const quoted = words.map(word =>
    /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return `npx holdfast ${quoted.join(' ')}`;
}

/** The time of day in this computer's zone. */
export const clock = (iso: string): string => new Date(iso).toLocaleTimeString();
