/** The kind of a list of revisions of hardware, as makers of images give it: 2-4,7. */
import { REVISION_MAX, REVISION_RANGES_MAX } from '../../firmware/update/manifestFields.js';
import type { RevisionRange } from '../../host-sim/node/manifest.js';
import { oneLine } from './failure.js';
import { type Kind, Misfit } from './kinds.js';

/** Ranges of revisions, in ascending order, none of them in two. */
export const revisions: Kind<readonly RevisionRange[]> = {
  hint: 'N-M,…',
  parse: value => {
    const ranges = value.split(',').map(rangeOf);
    const isAscending = ranges.every(([least], i) => i === 0 || least > ranges[i - 1][1]);
    if (!isAscending || ranges.length > REVISION_RANGES_MAX)
      throw new Misfit(`takes at most ${REVISION_RANGES_MAX} ranges, the lowest first: 2-4,7`);
    return ranges;
  },
};

function rangeOf(text: string): RevisionRange {
  const [, least, most = least] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = [Number(least), Number(most)] as const;
  if (least === undefined || range[0] > range[1] || range[1] > REVISION_MAX)
    throw new Misfit(`takes revisions from 0 to ${REVISION_MAX} such as 2-4,7, not "${oneLine(text, 40)}"`);
  return range;
}
