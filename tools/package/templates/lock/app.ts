import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';

const [BOLT, DOOR, WINDOW_MS] = [4, 5, 60_000]; // The door leads its pin to ground while it is closed.

/** A door lock that two operators open within a minute; shut in time, once the door was used, and without power. */
export default function lock(board: Board) {
  const { Digital } = board.io;
  const bolt = new Digital({ pin: BOLT, mode: Digital.Output });
  const door = new Digital({ pin: DOOR, mode: Digital.InputPullUp, edge: Digital.Falling, onReadable: shut });
  let asked: string | undefined;
  let cancel = () => {};
  function shut() {
    cancel();
    asked = undefined;
    bolt.write(0);
  }

  return defineApp({
    name: 'lock',
    start: shut,
    lock: shut,
    healthy: () => bolt.read() === 0,
    busy: () => bolt.read() === 1,
    state: () => ({ bolt: bolt.read() ? 'open' : 'shut', door: door.read() ? 'open' : 'closed', asked }),
    actions: {
      open: action({
        params: v.strictObject({ seconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)) }),
        run({ seconds }, { operator }) {
          if (bolt.read()) return { open: true };
          const open = asked !== undefined && operator !== asked;
          shut();
          if (open) bolt.write(1);
          else asked = operator;
          cancel = board.after(open ? seconds * 1000 : WINDOW_MS, shut);
          return { open };
        },
      }),
    },
  });
}
