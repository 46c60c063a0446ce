/** A run of the whole demo with a board of so much memory: true when it passes without a fault. A failure inside it is an answer, not an error. */
import { type DemoOptions, runDemo } from '../../../tools/demo/demo.js';

export async function demoPasses(options: Pick<DemoOptions, 'engine' | 'board' | 'level'>): Promise<boolean> {
  const stopping = new AbortController();
  try {
    const { ok } = await runDemo({
      ...options,
      ports: { chain: 0, broker: 0, images: 0 },
      json: true,
      verbose: false,
      signal: stopping.signal,
    });
    return ok;
  } catch {
    return false;
  } finally {
    stopping.abort();
  }
}
