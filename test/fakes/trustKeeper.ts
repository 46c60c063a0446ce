/** The trust and the owner of a board in memory, as its identity keeps them. */
import type { TrustKeeper } from '../../firmware/handover/candidate.js';
import type { Ownership } from '../../firmware/ledger/ownership.js';
import { encodeConfiguration, type TrustConfiguration } from '../../firmware/trust/configuration.js';
import { address } from './bytes.js';
import { rememberingCrypto } from './rememberingCrypto.js';

const crypto = rememberingCrypto();
const policy = { level: 1 as const, maximumAge: 7200 };

/** The owner whom a board of the tests knows. */
export const OWNER = address(0x0a);

/** By L1, from one endpoint. */
export const TRUST: TrustConfiguration = {
  profile: 'development',
  chainId: 31337,
  quorum: 1,
  endpoints: ['http://127.0.0.1:9'],
  policies: { command: policy, firmware: policy, lifecycle: policy },
};

export class MemoryTrustKeeper implements TrustKeeper {
  encodedConfiguration = encodeConfiguration(TRUST);
  ownership: Ownership;

  constructor(owner = OWNER) {
    this.ownership = { owner, epoch: 0, since: 0 };
  }

  get configurationHash(): Uint8Array {
    return crypto.keccak256(this.encodedConfiguration);
  }

  enterEpoch(epoch: number): void {
    this.ownership = { ...this.ownership, epoch };
  }

  adoptTrust(configuration: Uint8Array, ownership: Ownership): void {
    this.encodedConfiguration = configuration;
    this.ownership = ownership;
  }
}
