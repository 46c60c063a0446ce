/** fast-check's assert for ava, which would show the assertion that failed and not the seed that replays it. */
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';

function tell(t: ExecutionContext, error: unknown): never {
  t.log((error as Error).message);
  throw error;
}

/** Logs seed, path and the shrunk counterexample of a property that does not hold. */
export function holds<Values>(
  t: ExecutionContext,
  property: fc.IProperty<Values>,
  parameters?: fc.Parameters<Values>,
): void {
  try {
    fc.assert(property, parameters);
  } catch (error) {
    tell(t, error);
  }
}

export async function holdsAsync<Values>(
  t: ExecutionContext,
  property: fc.IAsyncProperty<Values>,
  parameters?: fc.Parameters<Values>,
): Promise<void> {
  try {
    await fc.assert(property, parameters);
  } catch (error) {
    tell(t, error);
  }
}
