/** Links as provers tell them, in their compact form. They are claims until a proven head vouches for them. */

import { type Prover, questions } from '../trust/prover.js';
import { encodeLinkRequest, linksBytesMax, parseLinks } from './linkWire.js';
import type { LinkSource } from './walk.js';

/**
 * The links that a prover tells of, appended in the blocks `from` to `to` to the Device of that address (20 bytes). One
 * that omits or invents links does not mislead the walk, which notices it and asks the next source.
 */
export const proverLinks =
  (prover: Prover, device: Uint8Array, from: number, to: number): LinkSource =>
  (sequence, count) => {
    // Not an async function: see rpc/client.ts.
    const request = encodeLinkRequest({ device, from, to, sequence, count });
    return prover.ask(questions.links(request), linksBytesMax(count)).then(answer => {
      if (answer.verdict !== 'accepted') return [];
      const links = parseLinks(answer.value, count);
      return links.verdict === 'accepted' ? links.value : [];
    });
  };
