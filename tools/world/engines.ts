/** The engines of a world's boards. The package that authors install has no XS to build. */
import { engineNames } from '../../host-sim/process/engines.js';

export const engines = engineNames.filter(name => name === 'node' || name === 'xs');
