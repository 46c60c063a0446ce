import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';

/** An app is a function of its board. */
export default function blank(board: Board) {
  return defineApp({
    name: 'blank',
    healthy: () => true,
    actions: {
      hello: action({
        params: v.strictObject({ name: v.pipe(v.string(), v.maxLength(40)) }),
        idempotent: true,
        run: ({ name }) => {
          board.log(`${name} says hello`);
          return { hello: name };
        },
      }),
    },
  });
}
