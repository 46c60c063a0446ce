/** Where the vectors of others lie. They are no part of this repository: HOLDFAST_VECTORS names their folder. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const folder = process.env.HOLDFAST_VECTORS;

/**
 * A test over a file of vectors. Without the folder it says so loudly and passes, unless HOLDFAST_REQUIRE_TOOLS
 * asks for everything.
 */
export function vectorTest(
  title: string,
  file: string,
  body: (t: ExecutionContext, text: string) => void,
): void {
  const path = folder === undefined ? undefined : join(folder, file);
  if (path !== undefined && existsSync(path)) {
    test(title, t => body(t, readFileSync(path, 'utf8')));
    return;
  }
  const reason = folder === undefined ? 'HOLDFAST_VECTORS is not set' : `${file} is not in HOLDFAST_VECTORS`;
  test(`NOT RUN, ${reason}: ${title}`, t => {
    t.log(`${reason}: this property was not checked`);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(reason);
    else t.pass();
  });
}
