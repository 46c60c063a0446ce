import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';

const PIN = 4;

/** One relay, off at every start. */
export default function relay({ io }: Board) {
  const coil = new io.Digital({ pin: PIN, mode: io.Digital.Output });

  return defineApp({
    name: 'relay',
    start: () => coil.write(0),
    healthy: () => coil.read() === 0,
    lock: () => coil.write(0),
    state: () => ({ on: coil.read() === 1 }),
    actions: {
      set: action({
        params: v.strictObject({ on: v.boolean() }),
        idempotent: true,
        run: ({ on }) => {
          coil.write(on ? 1 : 0);
          return { on };
        },
      }),
    },
  });
}
