/** Ethernet in place of Wi-Fi: nothing to set, nothing kept, and no radio. */
import type { ChipFunctions } from '../chip.js';
import type { Uplink, UplinkOptions } from '../uplink.js';
import { Ethernet, type EthernetFunctions } from './ethernet.js';
import { type MemoryFunctions, memoryOf } from './memory.js';

type Options = Pick<UplinkOptions, 'every' | 'log'> & { chip: ChipFunctions };

/**
 * The console answers `ethernet` with the state and the address, and `memory` with the heap; `wifi` is no method of such
 * a board.
 */
export function openUplink({ chip, every, log }: Options): Uplink {
  // The manifest of this room gives an image these functions beside the others.
  const own = chip as ChipFunctions & EthernetFunctions & MemoryFunctions;
  const ethernet = new Ethernet({ chip: own, every, log });
  return {
    start() {},
    ports: {},
    requests(method, parameters) {
      if (method === 'ethernet') return { state: ethernet.state, address: ethernet.address ?? null };
      return method === 'memory' ? memoryOf(own, parameters) : undefined;
    },
  };
}
