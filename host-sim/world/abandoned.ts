/**
 * Promises that nobody handles while a world runs. A realm that was switched off within a call is left where it stands,
 * and its code goes on to an error that says so; whatever else nobody handled is a fault of the world.
 */

/** The words of bridge, prelude and flash to an image that has no board any more. */
const SWITCHED_OFF = /the board restarts|the power failed within a flash operation/;

/** Runs `work`. @param onFault told of an error that nobody handled meanwhile */
export async function withAbandoned<T>(
  onFault: (error: unknown) => void,
  work: () => Promise<T>,
): Promise<T> {
  const unhandled = (reason: unknown) => {
    if (!SWITCHED_OFF.test(`${(reason as Error | undefined)?.message}`)) onFault(reason);
  };
  process.on('unhandledRejection', unhandled);
  try {
    return await work();
  } finally {
    process.off('unhandledRejection', unhandled);
  }
}
