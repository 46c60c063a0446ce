/** The page's address as it was: a page that stays open finds the simulator again after a restart. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export interface PageAddress {
  port: number;
  /** Hexadecimal, 32 digits. */
  token: string;
}

const schema = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});

const fileIn = (home: string, world: string | undefined) =>
  join(home, world === undefined ? 'page.json' : `page-${world}.json`);

/** The address that was kept in that `.holdfast`; undefined where none was. */
export function keptAddress(home: string, world?: string): PageAddress | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(fileIn(home, world), 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps it for this person alone: the token opens the page. */
export function keepAddress(home: string, world: string | undefined, url: string): void {
  const { hash, port } = new URL(url);
  const file = fileIn(home, world);
  writeFileSync(file, `${JSON.stringify({ port: Number(port), token: hash.slice(1) })}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}
