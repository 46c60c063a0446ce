import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';

const BOLT = 4;
const DOOR = 5;

/** A door lock: open for as long as it was told, shut once the door was used, and shut without power. */
export default function lock(board: Board) {
  const { Digital } = board.io;
  const bolt = new Digital({ pin: BOLT, mode: Digital.Output });
  // The contact leads to ground while the door is closed.
  const door = new Digital({ pin: DOOR, mode: Digital.InputPullUp, edge: Digital.Falling, onReadable: shut });
  let cancel = () => {};
  function shut() {
    cancel();
    bolt.write(0);
  }

  return defineApp({
    name: 'lock',
    start: shut,
    lock: shut,
    healthy: () => bolt.read() === 0,
    busy: () => bolt.read() === 1,
    state: () => ({ bolt: bolt.read() ? 'open' : 'shut', door: door.read() ? 'open' : 'closed' }),
    actions: {
      open: action({
        params: v.strictObject({ seconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)) }),
        run: ({ seconds }) => {
          cancel();
          bolt.write(1);
          cancel = board.after(seconds * 1000, shut);
          return { door: door.read() ? 'open' : 'closed' };
        },
      }),
    },
  });
}
