/** The time after which a host gives something up, stretched where the machine is busy. */

/**
 * Milliseconds that something may take before it is given up: those for a quiet machine, times `HOLDFAST_PATIENCE`
 * where that is set. The tests set it to 20, so that they hold on a machine with twenty times as much to do.
 *
 * @param quietMs milliseconds, enough on a quiet machine
 */
export function patient(quietMs: number): number {
  const factor = Number(process.env.HOLDFAST_PATIENCE);
  return factor > 1 ? quietMs * factor : quietMs;
}
