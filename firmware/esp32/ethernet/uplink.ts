/** Ethernet in place of Wi-Fi: nothing to set, nothing kept, and no radio. */
import type { ChipFunctions } from '../chip.js';
import type { Uplink, UplinkOptions } from '../uplink.js';
import { Ethernet, type EthernetFunctions } from './ethernet.js';

type Options = Pick<UplinkOptions, 'every' | 'log'> & { chip: ChipFunctions };

/** The console answers `ethernet` with the state and the address; `wifi` is no method of such a board. */
export function openUplink({ chip, every, log }: Options): Uplink {
  // The manifest of this room gives an image these functions beside the others.
  const ethernet = new Ethernet({ chip: chip as ChipFunctions & EthernetFunctions, every, log });
  return {
    start() {},
    ports: {},
    requests: method =>
      method === 'ethernet' ? { state: ethernet.state, address: ethernet.address ?? null } : undefined,
  };
}
