/**
 * fast-check with fewer runs: XS interprets, and takes some fifty times as long as V8. What it finds it shrinks and
 * shows with its seed, as always.
 */
import fc from '../../../../node_modules/fast-check/lib/fast-check.js';

export * from '../../../../node_modules/fast-check/lib/fast-check.js';

/** Those who ask for thousands count what they saw, and need some hundreds to have seen it. */
const fewer = <Options extends { numRuns?: number }>(options?: Options): Options => {
  const asked = options?.numRuns ?? 100;
  return { ...(options as Options), numRuns: Math.min(asked > 1000 ? 600 : 100, asked) };
};

const lighter = {
  ...fc,
  assert: (property: never, options?: never) => fc.assert(property, fewer(options)),
  check: (property: never, options?: never) => fc.check(property, fewer(options)),
};
export default lighter;
