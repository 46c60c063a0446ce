/** Engines whose boards record what enters their ports. */
export const RECORDING: readonly string[] = ['node', 'xs'];
