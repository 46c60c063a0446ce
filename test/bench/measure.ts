/** Measuring two ways of doing the same side by side, so that whatever else the machine does strikes both. */

export interface Comparison {
  /** Microseconds for each operation: median of the rounds. */
  ours: number;
  peer: number;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * Both sides work on the same inputs, a batch each in turn. `inputs` is called before every round and must give
 * values that neither side has seen.
 */
export async function compare<Input>(
  inputs: () => Promise<Input[]> | Input[],
  ours: (input: Input) => unknown,
  peer: (input: Input) => unknown,
  rounds = 9,
  warmUp = 3,
): Promise<Comparison> {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = -warmUp; round < rounds; round++) {
    const batch = await inputs();
    const order = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const side of order) {
      const run = side === 'ours' ? ours : peer;
      const begin = process.hrtime.bigint();
      for (const input of batch) {
        const pending = run(input);
        if (pending instanceof Promise) await pending;
      }
      const microseconds = Number(process.hrtime.bigint() - begin) / 1000 / batch.length;
      if (round >= 0) times[side].push(microseconds);
    }
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}
