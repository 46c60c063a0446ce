/** The way of a board in hand onto the chain: its trust, its possession proof, its Device, its activation. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import {
  configurationHash,
  encodeConfiguration,
  parseConfiguration,
  type TrustConfiguration,
} from '../../firmware/trust/configuration.js';
import { accessFor, accessParameters } from '../board/accessFile.js';
import type { Surroundings } from '../cli/command.js';
import { Failure, UsageError } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import type { BoardConsole } from '../console/boardConsole.js';
import {
  type BoardIdentity,
  type Connections,
  configure,
  type Initial,
  possess,
} from '../console/provisioning.js';
import { type TrustFlags, trustFrom } from '../console/trust.js';
import { signingKey } from '../keys/signingKeys.js';
import { crypto } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import type { AskedProof } from './journal.js';

/** Life of a possession proof; the protocol allows an hour. */
const PROOF_SECONDS = 1800;

/** The contracts with the key that pays. */
export type Payer = Awaited<ReturnType<Settings['chainAs']>>;

/** As the deployer, or as the owner where there is no deployer's key: anybody may pay for a registration. */
export async function connectAsPayer(
  surroundings: Surroundings,
  settings: Settings,
  keystore: string | undefined,
): Promise<Payer> {
  try {
    return await settings.chainAs(surroundings, 'deployer', keystore);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'no_key') throw error;
    return settings.chainAs(surroundings, 'owner', keystore);
  }
}

/** @throws Failure `hardware` for a board that the channel is not for */
export function refuseOtherHardware(ofBoard: Hex, ofChannel: Hex): void {
  if (ofBoard === ofChannel) return;
  throw new Failure(
    'hardware',
    `The board is hardware ${ofBoard}, the channel is for ${ofChannel}: it could never be updated.`,
  );
}

export interface Registration {
  flags: Omit<
    TrustFlags,
    'endpoints' | 'provers' | 'maximumSleep' | 'maximumAge' | 'commandLevel' | 'standIn' | 'telemetryKey'
  > & {
    endpoint: readonly string[];
    prover: readonly string[];
    'max-sleep': number;
    'maximum-age': number;
    'command-level'?: number;
    'stand-in': boolean;
    'one-socket': boolean;
    'prover-key'?: Hex;
    'image-floor'?: number;
    'postpone-hours'?: number;
    revision?: number;
    'telemetry-key'?: Hex;
  };
  note(line: string): void;
  settings: Settings;
  contracts: Payer;
  console: BoardConsole;
  identity: BoardIdentity;
  initial: Initial;
  /** Runs what sends a transaction, where others send with the same key. */
  alone?: Alone;
  /** The proof that this board was asked for by a run that ended before the chain had it. */
  before?: AskedProof;
  /** Told before the board is asked for its proof. */
  onProof?(asked: AskedProof): void;
}

/** Runs one after another what may not run at once. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/** The chain endpoints of the board; none where one socket has to do. @throws UsageError where nobody would be left to ask */
function endpointsOf(flags: Registration['flags'], settings: Settings): readonly string[] {
  if (!flags['one-socket']) return flags.endpoint.length > 0 ? flags.endpoint : [settings.need('rpc')];
  if (flags.endpoint.length > 0)
    throw new UsageError('--one-socket is without endpoints: leave --endpoint out.');
  if (!flags.beacon)
    throw new UsageError('--one-socket needs --beacon URL: without endpoints only level 4 speaks.');
  if (flags.prover.length === 0 && !flags['prover-key'])
    throw new UsageError('--one-socket needs --prover-key, or --prover URL: whom should the board ask?');
  return [];
}

/**
 * Tells the board whom to trust, takes its possession proof, and registers its Device with that proof. A board that has
 * signed a proof already signs that one again, and another once a final block is past the deadline of the first.
 *
 * @throws Failure `board_proven` for a board that signed a proof beside other trust
 */
export async function register(registration: Registration): Promise<void> {
  const { alone = work => work(), console, contracts, identity, initial, note } = registration;
  // Of a proof that the board did not come to sign nothing is left.
  const before = identity.possession ? registration.before : undefined;
  const configuration = before ? trustOf(before) : await newTrust(registration);
  const hash = toHex(configurationHash(crypto, configuration)) as Hex;
  if (identity.possession && identity.trustConfiguration !== hash)
    throw new Failure(
      'board_proven',
      `The board signed a possession proof for the trust configuration ${identity.trustConfiguration} and keeps it for ever; this would be ${hash}. Give the flags of that time (with --csv also its journal), or erase the board's flash: it is another board then.`,
    );
  await configure(console, configuration, connectionsFor(registration), identity.possession);
  note(`It trusts ${configuration.endpoints.length} endpoints (${hash}).`);
  const now = await contracts.chain.now();
  const deadline = before && before.deadline > now ? before.deadline : now + PROOF_SECONDS;
  registration.onProof?.({ trust: toHex(encodeConfiguration(configuration)) as Hex, deadline });
  const asked = { ...initial, trustConfiguration: hash, deadline };
  const proof = await possess(console, contracts, identity.key, asked);
  const { sent } = await alone(() => contracts.factory.register(proof.possession, proof.signature));
  note(`Registered by its own proof in block ${sent.blockNumber}.`);
}

function newTrust({ contracts, flags, initial, note, settings }: Registration): Promise<TrustConfiguration> {
  const trust = {
    ...flags,
    endpoints: endpointsOf(flags, settings),
    provers: flags.prover,
    maximumSleep: flags['max-sleep'],
    maximumAge: flags['maximum-age'],
    commandLevel: flags['command-level'],
    standIn: flags['stand-in'],
    telemetryKey: flags['telemetry-key'],
  };
  return trustFrom(trust, contracts, initial.fleet, note);
}

function trustOf({ trust }: AskedProof): TrustConfiguration {
  const parsed = parseConfiguration(fromHex(trust)!);
  if (parsed.verdict === 'accepted') return parsed.value;
  throw new Failure(
    'production_journal',
    `The journal has a trust configuration that is none (${parsed.evidence}): it was changed. Bring back the journal.`,
  );
}

const connectionsFor = ({ flags, identity, settings }: Registration): Connections => ({
  broker: settings.need('broker'),
  images: [settings.need('images')],
  access: accessParameters(accessFor(settings.home, identity.device)),
  ...(flags['prover-key'] && { proverKey: flags['prover-key'] }),
  ...(flags['image-floor'] !== undefined && { imageFloor: flags['image-floor'] }),
  ...(flags['postpone-hours'] !== undefined && { postponeHours: flags['postpone-hours'] }),
  ...(flags.revision !== undefined && { revision: flags.revision }),
});

/** Makes a provisioned Device active, as its owner or else as a provisioner of its fleet; false when it is no longer. */
export async function activate(
  surroundings: Surroundings,
  settings: Settings,
  contracts: Payer,
  device: Hex,
): Promise<boolean> {
  const { fleet, owner, status } = await contracts.device.read(device);
  if (status !== 'Provisioned') return false;
  if (owner === contracts.key.address) {
    await contracts.device.setStatus(device, 'Active', 'Provisioned');
  } else {
    const key = await signingKey(surroundings, { role: 'provisioner', project: settings.project });
    await (await settings.chainWith(key)).fleet.activate(fleet, device);
  }
  return true;
}
