/**
 * Where each known fork keeps what a board needs (consensus-specs, light-client/sync-protocol.md of Altair, Deneb,
 * Electra and Gloas). Fulu moved nothing. Gloas made the state and the body progressive containers (EIP-7688).
 */

import type { ForkLayout } from './chain.js';

export const denebLayout: ForkLayout = {
  finalizedRoot: 105,
  currentCommittee: 54,
  nextCommittee: 55,
  executionHash: 812,
};

export const electraLayout: ForkLayout = {
  finalizedRoot: 169,
  currentCommittee: 86,
  nextCommittee: 87,
  executionHash: 812,
};

export const fuluLayout: ForkLayout = electraLayout;

export const gloasLayout: ForkLayout = {
  finalizedRoot: 735,
  currentCommittee: 2945,
  nextCommittee: 2946,
  /** signed_execution_payload_bid.message.parent_block_hash */
  executionHash: 2856,
};
