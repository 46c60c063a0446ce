/** Tests that need the XS host. Without a C compiler they say so loudly and pass, unless everything is asked for. */
import test, { type ExecutionContext } from 'ava';
import { buildXs, type Variant, type XsBuild } from '../../../host-sim/engine/deskProgram.js';
import { XsMissing } from '../../../host-sim/engine/sources.js';

/** Builds once a process; others wait on the disk's cache. */
const builds = new Map<Variant, Promise<XsBuild | XsMissing>>();

export function built(variant: Variant): Promise<XsBuild | XsMissing> {
  let build = builds.get(variant);
  if (!build) {
    build = buildXs({ variant }).catch(error => {
      if (error instanceof XsMissing) return error;
      throw error;
    });
    builds.set(variant, build);
  }
  return build;
}

type Body = (t: ExecutionContext, program: string) => Promise<void> | void;

/** The body of a test that says so loudly where there is no XS host. @param body gets the path of the program */
export const needsXs =
  (body: Body, variant: Variant = 'release') =>
  async (t: ExecutionContext): Promise<void> => {
    const build = await built(variant);
    if (build instanceof XsMissing) {
      t.log(`NOT RUN: ${build.message}`);
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(build.message);
      else t.pass();
      return;
    }
    await body(t, build.program);
  };

/** @param body gets the path of the program */
export function xsTest(title: string, body: Body, variant: Variant = 'release'): void {
  test.serial(title, needsXs(body, variant));
}
