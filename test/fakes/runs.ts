/**
 * The number of runs of a property: as many as it asks for, or HOLDFAST_RUNS times if that is less. The suites inside
 * XS, which interprets, set it for all; who counts what a property saw counts in proportion.
 */
export const runs = (asked: number): number => Math.min(asked, Number(process.env.HOLDFAST_RUNS || asked));
