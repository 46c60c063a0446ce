/** A world as the page sees it, whichever serves it. */
import type { Act, ActOutcome, PageEvent } from '../../host-sim/page/protocol.js';

export interface PageWorld {
  /** Events that make a page that has none whole. */
  known(): readonly PageEvent[];
  /** Tells of every later one, until the function that it returns is called. */
  follow(listener: (event: PageEvent) => void): () => void;
  /** Never rejects. */
  act(act: Act): Promise<ActOutcome>;
}
