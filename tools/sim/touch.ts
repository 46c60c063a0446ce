/** A touch: something that a person did to a seeded world by hand. Seed and touches together make the same run again. */

/** A fault that begins, or with `well` ends, at a place. */
export interface Touch {
  /** Milliseconds of virtual time since the world began. */
  atMs: number;
  place: string;
  fault: string;
  /** Of a fault that takes a number. */
  count?: number;
}

/** In place of a fault: what was wrong there is no more. */
export const WELL = 'well';
/** So many can be made in one world. */
export const TOUCHES_MAX = 200;

const TEXT = /^(\d{1,10}):([a-z][a-z0-9-]{0,39}):([a-zA-Z][a-zA-Z0-9-]{0,39})(?::(\d{1,7}))?$/;

/** `612000:endpoint-1:header`, or with a number `700000:board-2:tear:3`, as `--touch` takes it. */
export const touchText = ({ atMs, count, fault, place }: Touch): string =>
  [atMs, place, fault, ...(count === undefined ? [] : [count])].join(':');

/** The touch in such a text; undefined where there is none in it. */
export function parseTouch(text: string): Touch | undefined {
  const [, at, place, fault, count] = TEXT.exec(text) ?? [];
  if (at === undefined || place === undefined || fault === undefined) return undefined;
  return { atMs: Number(at), place, fault, ...(count !== undefined && { count: Number(count) }) };
}
