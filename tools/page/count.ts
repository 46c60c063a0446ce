/** A number that a person chooses for an attack or a fault. */
import type { Count } from '../../host-sim/page/protocol.js';

/** True for a number within those bounds, and where nobody chose one. */
export const isWithin = (count: number | undefined, bounds: Count | undefined): boolean =>
  count === undefined || (bounds !== undefined && count >= bounds.least && count <= bounds.most);
