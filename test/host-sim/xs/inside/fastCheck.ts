/**
 * fast-check with fewer runs: XS interprets, and takes some fifty times as long as V8. What it finds it shrinks and
 * shows with its seed, as always.
 */
import fc from '../../../../node_modules/fast-check/lib/fast-check.js';

export * from '../../../../node_modules/fast-check/lib/fast-check.js';

/** Runs of a property at most; fast-check's own number. */
const most = 100;

const fewer = <Options extends { numRuns?: number }>(options?: Options): Options => {
  const numRuns = Math.min(most, options?.numRuns ?? most);
  return { ...(options as Options), numRuns };
};

const lighter = {
  ...fc,
  assert: (property: never, options?: never) => fc.assert(property, fewer(options)),
  check: (property: never, options?: never) => fc.check(property, fewer(options)),
};
export default lighter;
