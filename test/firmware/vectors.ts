/** The folder with the vectors of others. The vectors are not part of this repository: HOLDFAST_VECTORS names their folder. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const folder = process.env.HOLDFAST_VECTORS;

/** The text of a file of vectors, or undefined where it is not. */
export function vectorText(file: string): string | undefined {
  const path = folder === undefined ? undefined : join(folder, file);
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/**
 * A test over a file of vectors. Without the folder it says so loudly and passes, unless HOLDFAST_REQUIRE_TOOLS
 * asks for everything.
 */
export function vectorTest(
  title: string,
  file: string,
  body: (t: ExecutionContext, text: string) => void,
): void {
  const text = vectorText(file);
  if (text !== undefined) {
    test(title, t => body(t, text));
    return;
  }
  const reason = folder === undefined ? 'HOLDFAST_VECTORS is not set' : `${file} is not in HOLDFAST_VECTORS`;
  test(`NOT RUN, ${reason}: ${title}`, t => {
    t.log(`${reason}: this property was not checked`);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(reason);
    else t.pass();
  });
}
