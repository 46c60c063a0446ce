/** The one wire between a board of a seeded world and everybody else. */
import type { VirtualNetwork } from '../../../host-sim/world/network.js';
import type { WireState } from '../bench/wires.js';

/** Milliseconds: longer than any scenario. */
const FOR_EVER_MS = 1e12;

export const seededWires = (network: VirtualNetwork, client: string) => ({
  async set({ is }: WireState): Promise<void> {
    network.partition(client, is === 'lost' ? FOR_EVER_MS : 0);
    // As many times slower as such a world knows, whatever was asked for.
    network.slow(client, is === 'slow' ? FOR_EVER_MS : 0);
    if (is === 'lost') network.cut(client);
  },
  close: async () => {},
});
