/**
 * A finished bundle made small for XS in flash, where functions and variables of a module are slots of 16 bytes, and
 * each variable that a function uses from outside is another slot of that function: what is used once goes where it is
 * used, constants become literals, and declarations become arrow functions.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type MinifyOptions, minify } from 'terser';
import { repositoryRoot } from '../repository.js';
import { writeWhole } from '../wholeFile.js';
import { arrowsForFunctions } from './arrows.js';

/** More passes than these save half a kilobyte, and a second of a core each. */
const PASSES = 2;
/** Results are kept, since each costs seconds, in so many places at most: the first digits of their names. */
const kept = join(repositoryRoot, '.build', 'small');
const { version } = createRequire(import.meta.url)('terser/package.json') as { version: string };

/**
 * Makes it. The same text gives the same result.
 *
 * @param text JavaScript
 * @param isModule false for a script, whose outermost variables others see
 * @throws Error where the text is no JavaScript
 */
export async function shrink(text: string, { isModule }: { isModule: boolean }): Promise<string> {
  // A module is strict, and so is what it was made of; XS does not take the directive in every inner place.
  const strict = isModule ? text : `"use strict";${text}`;
  const options = {
    module: isModule,
    toplevel: isModule,
    ecma: 2020,
    compress: { passes: PASSES },
    format: { ascii_only: true },
  } as const satisfies MinifyOptions;
  const name = nameOf(`${version}\0${JSON.stringify(options)}\0${strict}`);
  return arrowsForFunctions(found(name) ?? keep(name, (await minify(strict, options)).code!));
}

const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const placeOf = (name: string): string => join(kept, name[0]);

function found(name: string): string | undefined {
  const file = placeOf(name);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.startsWith(name) ? text.slice(name.length) : undefined;
}

function keep(name: string, text: string): string {
  writeWhole(placeOf(name), name + text);
  return text;
}
