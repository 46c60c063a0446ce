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

/** `1 h 02 min 03.004 s`, of a world that began so many milliseconds ago. */
export function sinceBegin(milliseconds: number): string {
  const [hours, minutes] = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60];
  const seconds = ((milliseconds % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${hours} h ${`${minutes}`.padStart(2, '0')} min ${seconds} s`;
}

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command line of a person who types it. */
export const commandLine = (words: readonly string[]): string =>
  `npx holdfast ${words.map(quoted).join(' ')}`;

/** The time of day in this computer's zone. */
export const clock = (iso: string): string => new Date(iso).toLocaleTimeString();
