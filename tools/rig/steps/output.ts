/** An output of the board, and what its app says of it. */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { decodeParams } from '../../../firmware/app/params.js';
import type { Status } from '../../../firmware/device/status.js';
import type { Bench } from '../bench/bench.js';
import { count } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

/** Milliseconds. */
const SOON = 5000;

export const output = defineStep({
  summary:
    'wait until an output of the board has that level; with `state`, until its signed status has that state of the app, which is enough where nobody sees the output',
  example: 'output: { pin: 4, is: true, state: { on: true } }',
  form: v.strictObject({ pin: count(0, 255), is: v.boolean(), state: v.optional(v.unknown()) }),
  needs: ({ state }) => (state === undefined ? ['outputs'] : []),
  async run(bench, { is, pin, state }) {
    const said = state === undefined ? undefined : await stateSaid(bench, state);
    if (!bench.seesOutputs) return { seen: said };
    const { watch } = bench;
    if (!(await watch.until(() => watch.output(pin) === is, SOON)))
      throw new StepFailure(`pin ${pin} is ${watch.output(pin) ?? 'not set'}, not ${is}`);
    const seen = `pin ${pin} is ${is ? 'on' : 'off'}`;
    return { seen: said ? `${seen}, ${said}` : seen };
  },
});

async function stateSaid({ world }: Bench, wanted: unknown): Promise<string> {
  const { boardChannel, patience } = world;
  const stateOf = ({ state }: Status) => (state.length === 0 ? undefined : decodeParams(state));
  try {
    await boardChannel.statusWhere(status => isDeepStrictEqual(stateOf(status), wanted), patience);
    return `the app is ${JSON.stringify(wanted)}`;
  } catch {
    const seen = stateOf(await boardChannel.status());
    throw new StepFailure(`the app of the board says ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`);
  }
}
