/** The outside of an operator: this machine's, or a world's own. */
import type { Clock } from '../../firmware/port/clock.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Network } from '../../firmware/port/socket.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';
import { entropy } from './boardMail.js';

/** Its time, its chance and its way to the broker. */
export interface OperatorPorts {
  clock: Clock;
  entropy: Entropy;
  network: Network;
}

export const machinePorts = (): OperatorPorts => ({ clock: nodeClock, entropy, network: nodeNetwork() });
