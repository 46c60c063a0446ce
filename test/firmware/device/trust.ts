/** Trust configurations that a person might give a board in a test. */
import type { TrustConfiguration } from '../../../firmware/trust/configuration.js';

const weak = { level: 1 as const, maximumAge: 3600 };

export const DEVELOPMENT: TrustConfiguration = {
  profile: 'development',
  chainId: 31337,
  quorum: 1,
  endpoints: ['http://127.0.0.1:9'],
  policies: { command: weak, firmware: weak, lifecycle: weak },
};
