/** Acts and events of a page, over its API. */
import type { ActOutcome, PageEvent } from '../../../host-sim/page/protocol.js';

/** The API of a page, as a program uses it. */
export function apiOf(address: string) {
  const { hash, origin } = new URL(address);
  const headers = { authorization: `Bearer ${hash.slice(1)}`, 'content-type': 'application/json' };
  return {
    async act(act: object): Promise<ActOutcome> {
      const answer = await fetch(`${origin}/api/act`, { method: 'POST', headers, body: JSON.stringify(act) });
      return (await answer.json()) as ActOutcome;
    },
    /** The first event that satisfies `wanted`, among those known and those that come. */
    async event<T>(wanted: (event: PageEvent) => T | undefined): Promise<T> {
      const ending = new AbortController();
      const answer = await fetch(`${origin}/api/events`, { headers, signal: ending.signal });
      let rest = '';
      for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const found = wanted(JSON.parse(line) as PageEvent);
          if (found === undefined) continue;
          ending.abort();
          return found;
        }
      }
      throw new Error('the events ended');
    },
  };
}
