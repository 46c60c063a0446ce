import type { App } from '../../app/app.js';
import type { Board } from '../../app/board.js';
import { relay } from './relay.js';

/** The relay as the app of a board: what a chip runs that was built in this repository. */
export default function app({ io }: Board): App {
  const coil = new io.Digital({ pin: 4, mode: io.Digital.Output });
  return relay({ write: (_, on) => coil.write(on ? 1 : 0), sample: () => 0 });
}
