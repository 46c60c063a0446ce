/** Nodes asked one after the other; those that were wrong lately come last. */
import { isMissing } from './upstream.js';
import type { Watch } from './watch.js';

/**
 * The first answer that a node gives, or undefined when all nodes answer that they do not have it. Nodes that are wrong
 * or away are reported to `watch`.
 * @throws Error of a node that could not answer, when no other node could
 */
export async function firstAnswer<N extends { name: string }, T>(
  watch: Watch,
  nodes: readonly N[],
  ask: (node: N) => Promise<T | undefined>,
): Promise<T | undefined> {
  let failure: unknown;
  for (const node of watch.order(nodes)) {
    try {
      const answer = await ask(node);
      if (answer === undefined) continue;
      watch.well(node.name);
      return answer;
    } catch (error) {
      watch.failed(node.name, error);
      if (!isMissing(error)) failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}
