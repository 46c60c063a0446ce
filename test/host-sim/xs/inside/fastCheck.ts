/** fast-check with as many runs as the suites inside XS get; what it finds it shrinks and shows, as always. */
import fc from '../../../../node_modules/fast-check/lib/fast-check.js';
import { runs } from '../../../fakes/runs.js';

export * from '../../../../node_modules/fast-check/lib/fast-check.js';

const fewer = <Options extends { numRuns?: number }>(options?: Options): Options => ({
  ...(options as Options),
  numRuns: runs(options?.numRuns ?? 100),
});

const lighter = {
  ...fc,
  assert: (property: never, options?: never) => fc.assert(property, fewer(options)),
  check: (property: never, options?: never) => fc.check(property, fewer(options)),
};
export default lighter;
