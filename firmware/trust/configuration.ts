/**
 * The trust configuration, which a person gives a board once at its console. Its hash is in the possession proof and in
 * every signed status, so that an owner sees what the board believes.
 */

import type { BeaconChain } from '../beacon/chain.js';
import { CHAIN_BYTES_MAX, checkChain, encodeChain, parseChain } from '../beacon/chainWire.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { KEYS_MAX } from '../contract/layout.generated.js';
import type { Crypto } from '../port/crypto.js';
import { parseUrl } from '../rpc/url.js';
import { isKeySet, type KeySet, keySetFields, readKeySet } from './checkpointKeys.js';
import { type Level, type Purpose, purposes } from './level.js';

/** The demands of one purpose on header trust. */
export interface PurposePolicy {
  /** The least level that counts. */
  level: Level;
  /** The greatest age of a finalized head, in seconds. At least 30 minutes, because finality itself takes 13. */
  maximumAge: number;
  /** Only what is final counts, even for an action that says that it tolerates a reorganisation. */
  finalOnly?: boolean;
  /** L3 may stand in while the chain's finality stalls. Only for a least level of 4. */
  standIn?: boolean;
}

/** L4: the chain whose finality the board verifies itself, and the block to begin at. */
export interface LightConfiguration {
  chain: BeaconChain;
  /** Root of a finalized beacon block, 32 bytes: the beginning, believed like the rest of the configuration. */
  checkpointRoot: Uint8Array;
  /**
   * The weak-subjectivity period that the board keeps, in seconds: so long a committee that it knows may speak for its
   * successors. Members of older committees have left, and could sign another past at no cost. A board that slept
   * longer needs a checkpoint over its challenge.
   */
  maximumSleep: number;
}

/** L2: the signers of checkpoints for the fleet that the board begins in. */
export interface CheckpointConfiguration extends KeySet {
  /** Address, 20 bytes. */
  fleet: Uint8Array;
}

/** All that a board is told to trust; `checkConfiguration` holds the rules. */
export interface TrustConfiguration {
  /** `development` may go by L1 for everything, and every line that the board prints says so. */
  profile: 'development' | 'production';
  chainId: number;
  /** The count of endpoints that must agree, more than half of them; 0 where there are none. */
  quorum: number;
  /**
   * JSON-RPC URLs, at most 8. With none the board does everything through provers, over its one connection to the broker
   * if that is where they are, downloads too where it was told no image server: it has no L1 and no L3, and on an unknown fork or an equivocation it waits
   * for its console.
   */
  endpoints: readonly string[];
  policies: Readonly<Record<Purpose, PurposePolicy>>;
  /** Base URLs of provers, untrusted, at most 4; at least 1 where there are endpoints and a level above 1. */
  provers?: readonly string[];
  light?: LightConfiguration;
  checkpoints?: CheckpointConfiguration;
  /** Public key (33 bytes, compressed) to which results are sealed that no sender's reply key is at hand for. */
  telemetryKey?: Uint8Array;
}

/** Bytes of an encoded configuration: it is one value of the store. */
export const CONFIGURATION_BYTES_MAX = 1024;
/** Seconds of the shortest weak-subjectivity period that is accepted. */
const SLEEP_SECONDS_MIN = 3600;
/** Seconds of the longest: that of the chain itself is about seven days from EIP-8061 on. */
export const SLEEP_SECONDS_MAX = 7 * 86_400;
const ENDPOINTS_MAX = 8;
const PROVERS_MAX = 4;
const PUBLIC_KEY_BYTES = 33;
const PROFILES = ['development', 'production'] as const;
/** Bits of a policy. */
const FINAL_ONLY = 1;
const STAND_IN = 2;

/** The record of a configuration. It may exceed CONFIGURATION_BYTES_MAX: the caller looks. */
export const encodeConfiguration = (configuration: TrustConfiguration): Uint8Array => {
  const { checkpoints, light, policies, telemetryKey } = configuration;
  return encodeRecord([
    PROFILES.indexOf(configuration.profile),
    configuration.chainId,
    configuration.quorum,
    configuration.endpoints,
    purposes.map(purpose => {
      const { finalOnly, level, maximumAge, standIn } = policies[purpose];
      return [level, maximumAge, (finalOnly ? FINAL_ONLY : 0) | (standIn ? STAND_IN : 0)];
    }),
    configuration.provers ?? [],
    light ? [encodeChain(light.chain), light.checkpointRoot, light.maximumSleep] : [],
    checkpoints ? [checkpoints.fleet, ...keySetFields(checkpoints)] : [],
    ...(telemetryKey ? [telemetryKey] : []),
  ]);
};

/** Reads and checks what `encodeConfiguration` gave. Untrusted bytes of any length. */
export function parseConfiguration(bytes: Uint8Array): Verdict<TrustConfiguration, 'malformed', never> {
  const reader = new RecordReader(bytes, CONFIGURATION_BYTES_MAX);
  const profile = PROFILES[reader.number(1)];
  const chainId = reader.number();
  const quorum = reader.number(ENDPOINTS_MAX);
  const endpoints = readTexts(reader.list());
  const list = reader.list();
  const policies = {} as Record<Purpose, PurposePolicy>;
  for (const purpose of purposes) {
    const policy = list.list();
    const [level, maximumAge, bits] = [policy.number(4) as Level, policy.number(), policy.number(3)];
    policies[purpose] = {
      level,
      maximumAge,
      ...((bits & FINAL_ONLY) !== 0 ? { finalOnly: true } : {}),
      ...((bits & STAND_IN) !== 0 ? { standIn: true } : {}),
    };
    if (!policy.end()) return rejected('malformed', 'a policy is a level, an age and what else it says');
  }
  const provers = readTexts(reader.list());
  const light = readLight(reader.list());
  const checkpoints = readCheckpoints(reader.list());
  const telemetryKey = reader.more ? reader.fixed(PUBLIC_KEY_BYTES) : undefined;
  if (!list.end() || !reader.end() || light === 'malformed' || checkpoints === 'malformed')
    return rejected('malformed', 'no trust configuration');
  return checkConfiguration({
    profile,
    chainId,
    quorum,
    endpoints,
    policies,
    ...(provers.length > 0 ? { provers } : {}),
    ...(light ? { light } : {}),
    ...(checkpoints ? { checkpoints } : {}),
    ...(telemetryKey ? { telemetryKey } : {}),
  });
}

function readTexts(list: RecordReader): string[] {
  const texts: string[] = [];
  while (list.more) texts.push(list.text(200));
  return texts;
}

function readLight(list: RecordReader): LightConfiguration | undefined | 'malformed' {
  if (!list.more) return undefined;
  const chain = parseChain(list.bytes(CHAIN_BYTES_MAX));
  const checkpointRoot = list.fixed(32);
  const maximumSleep = list.number();
  if (chain.verdict === 'rejected' || !list.end()) return 'malformed';
  return { chain: chain.value, checkpointRoot, maximumSleep };
}

function readCheckpoints(list: RecordReader): CheckpointConfiguration | undefined | 'malformed' {
  if (!list.more) return undefined;
  const fleet = list.fixed(20);
  const keys = readKeySet(list);
  return keys && list.end() ? { fleet, ...keys } : 'malformed';
}

/**
 * The rules that every configuration must keep, wherever it comes from; the evidence says in words which is broken.
 *
 * @example
 * const checked = checkConfiguration(configuration);
 * if (checked.verdict === 'rejected') throw new Error(`no such trust: ${checked.evidence}`);
 */
export function checkConfiguration(
  configuration: TrustConfiguration,
): Verdict<TrustConfiguration, 'malformed', never> {
  const { endpoints, policies, profile, quorum } = configuration;
  if (!PROFILES.includes(profile)) return rejected('malformed', 'the profile is development or production');
  if (!Number.isSafeInteger(configuration.chainId) || configuration.chainId < 1) {
    return rejected('malformed', 'the chain id is a positive number');
  }
  if (endpoints.length > ENDPOINTS_MAX) return rejected('malformed', `at most ${ENDPOINTS_MAX} endpoints`);
  const provers = configuration.provers ?? [];
  if (provers.length > PROVERS_MAX) return rejected('malformed', `at most ${PROVERS_MAX} provers`);
  for (const [what, urls] of [
    ['an endpoint', endpoints],
    ['a prover', provers],
  ] as const) {
    if (!urls.every(url => parseUrl(url)?.scheme.startsWith('http')))
      return rejected('malformed', `${what} is not an http or https URL`);
    if (new Set(urls).size !== urls.length) return rejected('malformed', `${what} is named twice`);
  }
  const isMajority = quorum * 2 > endpoints.length && quorum <= endpoints.length;
  if (!Number.isSafeInteger(quorum) || (endpoints.length > 0 ? !isMajority : quorum !== 0)) {
    return rejected('malformed', `a quorum of ${quorum} is not a majority of ${endpoints.length} endpoints`);
  }
  const { telemetryKey } = configuration;
  if (telemetryKey && (telemetryKey.length !== PUBLIC_KEY_BYTES || (telemetryKey[0] | 1) !== 3)) {
    return rejected('malformed', 'the telemetry key is no compressed public key');
  }
  const sources = checkSources(configuration);
  if (sources) return rejected('malformed', sources);
  for (const purpose of purposes) {
    const wrong = checkPolicy(configuration, purpose, policies[purpose]);
    if (wrong) return rejected('malformed', `${purpose}: ${wrong}`);
  }
  return accepted(configuration);
}

/** The fault of the sources of the levels above 1, in words; undefined when there is none. */
function checkSources({
  checkpoints,
  endpoints,
  light,
  provers = [],
}: TrustConfiguration): string | undefined {
  if (endpoints.length === 0 && !light) return 'without endpoints the sync committee has to speak: level 4';
  if (checkpoints && (checkpoints.fleet.length !== 20 || !isKeySet(checkpoints))) {
    return `checkpoint keys are 1 to ${KEYS_MAX} addresses, ascending, with a threshold among them`;
  }
  if (light) {
    const chain = checkChain(light.chain);
    if (chain.verdict === 'rejected') return chain.evidence;
    if (light.checkpointRoot.length !== 32) return 'the checkpoint root has 32 bytes';
    if (
      !Number.isSafeInteger(light.maximumSleep) ||
      light.maximumSleep < SLEEP_SECONDS_MIN ||
      light.maximumSleep > SLEEP_SECONDS_MAX
    )
      return 'maximumSleep, the weak-subjectivity period, is an hour at least and seven days at most';
  }
  // Without endpoints the prover behind the broker may be the only one.
  if ((checkpoints || light) && provers.length === 0 && endpoints.length > 0)
    return 'levels above 1 need a prover';
  return undefined;
}

/** The fault of the policy of a purpose, in words; undefined when there is none. */
function checkPolicy(
  { checkpoints, endpoints, light, profile }: TrustConfiguration,
  purpose: Purpose,
  { level, maximumAge, standIn }: PurposePolicy,
): string | undefined {
  if (![1, 2, 3, 4].includes(level)) return 'the level is 1 to 4';
  if (!Number.isSafeInteger(maximumAge) || maximumAge < 1800)
    return 'a maximum age under 30 minutes would refuse what is only final';
  if (endpoints.length === 0 && (level === 1 || level === 3 || standIn))
    return 'without endpoints there is no level 1 and no level 3, and nothing stands in';
  if (profile === 'production' && purpose !== 'command' && level < 3)
    return 'production asks for level 3 or 4';
  if (level === 4 && !light) return 'level 4 needs a beacon chain and a checkpoint root';
  if (profile === 'production' && level === 4 && !checkpoints)
    return 'level 4 needs checkpoint keys as well, or a board that slept for a week stays behind for ever';
  // Level 4 may speak for levels 2 and 3 as well.
  if ((level === 2 || level === 3) && !checkpoints && !light) return `level ${level} needs checkpoint keys`;
  if (standIn && (level !== 4 || !checkpoints))
    return 'only L3 may stand in, for level 4, with checkpoint keys';
  return undefined;
}

/** The hash of a configuration, 32 bytes, as possession proof and status carry it. */
export const configurationHash = (crypto: Crypto, configuration: TrustConfiguration): Uint8Array =>
  crypto.keccak256(encodeConfiguration(configuration));
