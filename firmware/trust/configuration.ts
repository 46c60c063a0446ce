/**
 * What a board is told to trust, once, by a person at its console. Its hash is in the possession proof and in
 * every signed status, so that an owner sees what the board believes.
 */

import type { Crypto } from '../port/crypto.js';
import { accepted, rejected, type Verdict } from '../proof/verdict.js';
import { parseUrl } from '../rpc/url.js';
import { encodeRecord, RecordReader } from '../wire/record.js';
import { type Level, type Purpose, purposes } from './level.js';

export interface PurposePolicy {
  /** Least level of header trust. */
  level: Level;
  /** Seconds; of a finalized head. At least 30 minutes, because finality itself takes 13. */
  maximumAge: number;
}

export interface TrustConfiguration {
  /** `development` may go by L1 for everything, and every line that the board prints says so. */
  profile: 'development' | 'production';
  chainId: number;
  /** Endpoints that must agree, more than half of them. */
  quorum: number;
  /** JSON-RPC URLs, 1 to 8. */
  endpoints: readonly string[];
  policies: Readonly<Record<Purpose, PurposePolicy>>;
}

/** With key, address and possession proof it must fit into one record of the store. */
export const MAXIMUM_CONFIGURATION = 800;
const MAXIMUM_ENDPOINTS = 8;
const PROFILES = ['development', 'production'] as const;

export const encodeConfiguration = (configuration: TrustConfiguration): Uint8Array =>
  encodeRecord([
    PROFILES.indexOf(configuration.profile),
    configuration.chainId,
    configuration.quorum,
    configuration.endpoints,
    purposes.map(purpose => [
      configuration.policies[purpose].level,
      configuration.policies[purpose].maximumAge,
    ]),
  ]);

export function parseConfiguration(bytes: Uint8Array): Verdict<TrustConfiguration, 'malformed', never> {
  const reader = new RecordReader(bytes, MAXIMUM_CONFIGURATION);
  const profile = PROFILES[reader.number(1)];
  const chainId = reader.number();
  const quorum = reader.number(MAXIMUM_ENDPOINTS);
  const endpoints: string[] = [];
  for (const list = reader.list(); list.more; ) endpoints.push(list.text(200));
  const list = reader.list();
  const policies = {} as Record<Purpose, PurposePolicy>;
  for (const purpose of purposes) {
    const policy = list.list();
    policies[purpose] = { level: policy.number(4) as Level, maximumAge: policy.number() };
    if (!policy.end()) return rejected('malformed', 'a policy is a level and an age');
  }
  if (!list.end() || !reader.end()) return rejected('malformed', 'no trust configuration');
  return checkConfiguration({ profile, chainId, quorum, endpoints, policies });
}

/** The rules that hold for every configuration, wherever it comes from. */
export function checkConfiguration(
  configuration: TrustConfiguration,
): Verdict<TrustConfiguration, 'malformed', never> {
  const { endpoints, policies, profile, quorum } = configuration;
  if (!PROFILES.includes(profile)) return rejected('malformed', 'the profile is development or production');
  if (!Number.isSafeInteger(configuration.chainId) || configuration.chainId < 1) {
    return rejected('malformed', 'the chain id is a positive number');
  }
  if (endpoints.length < 1 || endpoints.length > MAXIMUM_ENDPOINTS) {
    return rejected('malformed', `1 to ${MAXIMUM_ENDPOINTS} endpoints`);
  }
  if (!endpoints.every(endpoint => parseUrl(endpoint)?.scheme.startsWith('http')))
    return rejected('malformed', 'an endpoint is no http or https URL');
  if (new Set(endpoints).size !== endpoints.length)
    return rejected('malformed', 'an endpoint is named twice');
  if (!Number.isSafeInteger(quorum) || quorum * 2 <= endpoints.length || quorum > endpoints.length) {
    return rejected('malformed', `a quorum of ${quorum} is no majority of ${endpoints.length} endpoints`);
  }
  for (const purpose of purposes) {
    const { level, maximumAge } = policies[purpose];
    if (![1, 2, 3, 4].includes(level)) return rejected('malformed', `${purpose}: the level is 1 to 4`);
    if (!Number.isSafeInteger(maximumAge) || maximumAge < 1800) {
      return rejected(
        'malformed',
        `${purpose}: a maximum age under 30 minutes would refuse what is only final`,
      );
    }
    if (profile === 'production' && purpose !== 'command' && level < 3) {
      return rejected('malformed', `${purpose}: production asks for level 3 or 4`);
    }
  }
  return accepted(configuration);
}

/** 32 bytes. */
export const configurationHash = (crypto: Crypto, configuration: TrustConfiguration): Uint8Array =>
  crypto.keccak256(encodeConfiguration(configuration));
