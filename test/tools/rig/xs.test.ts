/** The acceptance scenarios of the project on a board in XS. */
import { budgets } from '../../budgets.js';
import { xsTest } from '../../host-sim/engine/withXs.js';
import { allPass } from './acceptance.js';

/** A person may let them run for longer. */
const minutes = process.env[budgets.rig.variable];

xsTest('every scenario passes in XS', t =>
  // Nobody cuts the power of the engine's C inside a write.
  allPass(t, 'xs', minutes === undefined ? [] : ['--for', `${minutes}m`], { least: 44, unfit: 1 }),
);
