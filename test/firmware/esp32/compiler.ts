/** The C compiler of this machine, with which the C of a chip is tried on a desk. */
import { execFileSync } from 'node:child_process';
import type { ExecutionContext } from 'ava';

/** Warnings are errors, as in an image; addresses and undefined behaviour are watched. */
export const STRICT = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];

/** False without one: the test is then over, and said to be not run, or failed where no tool may be missing. */
export function hasCompiler(t: ExecutionContext): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('a C compiler is required here and not installed');
    else t.pass('NOT RUN: there is no C compiler');
    return false;
  }
}
