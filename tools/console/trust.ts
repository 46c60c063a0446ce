/** A board's trust configuration, from flags, its fleet, and a beacon node that the operator believes. */

import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type {
  CheckpointConfiguration,
  LightConfiguration,
  TrustConfiguration,
} from '../../firmware/trust/configuration.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { patient } from '../../host-sim/node/patience.js';
import { Failure, UsageError } from '../cli/failure.js';
import { BeaconNode } from '../prover/beaconNode.js';
import { networkOf } from '../prover/networks.js';

export interface TrustFlags {
  profile: 'development' | 'production';
  endpoints: readonly string[];
  quorum?: number;
  provers: readonly string[];
  /** Base URL of the Beacon API that says what chain it is. */
  beacon?: string;
  /** Root to begin at; that node's newest final block if left out. */
  checkpoint?: Hex;
  /** Seconds. */
  maximumSleep: number;
  maximumAge: number;
  /** Least level of updates and lifecycle, and of commands. */
  level?: number;
  commandLevel?: number;
  standIn: boolean;
  /** Compressed public key: what the board says to nobody in particular is sealed to it. */
  telemetryKey?: Hex;
}

/** Milliseconds for one answer of the beacon node. */
const BEACON_TIMEOUT_MS = 10_000;

type Level = 1 | 2 | 3 | 4;

const WITHOUT_ENDPOINTS =
  'It has no endpoints, so it has no level 1 and no level 3: on a fork that it does not know, or a committee that ' +
  'contradicts itself, it waits for a person at its console. Provers give it everything but images.';

/** `note` is told what was taken from where, since whoever provisions a board answers for it. */
export async function trustFrom(
  flags: TrustFlags,
  contracts: Contracts,
  fleet: Hex,
  note: (line: string) => void,
): Promise<TrustConfiguration> {
  const { endpoints, maximumAge, profile, provers, standIn, telemetryKey } = flags;
  const light = await lightFrom(flags, contracts.chain.chainId, note);
  const hasProver = provers.length > 0 || endpoints.length === 0;
  const checkpoints = hasProver ? await checkpointsFrom(contracts, fleet, note) : undefined;
  if (endpoints.length === 0) note(WITHOUT_ENDPOINTS);
  const strict = (flags.level ?? (light ? 4 : profile === 'production' ? 3 : 1)) as Level;
  const command = (flags.commandLevel ?? (light ? 4 : 1)) as Level;
  const policy = (level: Level) => ({
    level,
    maximumAge,
    ...(standIn && level === 4 && checkpoints ? { standIn } : {}),
  });
  return {
    profile,
    chainId: contracts.chain.chainId,
    quorum: flags.quorum ?? endpoints.length,
    endpoints,
    policies: { command: policy(command), firmware: policy(strict), lifecycle: policy(strict) },
    ...(provers.length > 0 ? { provers } : {}),
    ...(light ? { light } : {}),
    ...(checkpoints ? { checkpoints } : {}),
    ...(telemetryKey ? { telemetryKey: fromHex(telemetryKey, 33)! } : {}),
  };
}

async function lightFrom(
  { beacon, checkpoint, endpoints, maximumSleep, provers }: TrustFlags,
  chainId: number,
  note: (line: string) => void,
): Promise<LightConfiguration | undefined> {
  if (!beacon) {
    if (checkpoint)
      throw new UsageError('--checkpoint needs --beacon URL: a node that says what chain it is.');
    return undefined;
  }
  // Without endpoints the prover behind the broker may be the only one.
  if (provers.length === 0 && endpoints.length > 0)
    throw new UsageError('--beacon needs --prover URL: who brings the board its proofs.');
  const node = new BeaconNode({
    name: beacon,
    url: beacon,
    timeoutMs: patient(BEACON_TIMEOUT_MS),
    clock: nodeClock,
  });
  const chain = await node.chain();
  note(describeNetwork(chain, chainId, beacon));
  const checkpointRoot = checkpoint ? fromHex(checkpoint, 32)! : await node.finalizedRoot();
  if (!checkpoint) {
    const root = toHex(checkpointRoot);
    note(
      `It begins at ${root}, which ${beacon} calls final: compare it with another source, or give --checkpoint.`,
    );
  }
  return { chain, checkpointRoot, maximumSleep };
}

/**
 * The sentence that names the chain's network. Throws a Failure when the chain contradicts the known network whose
 * genesis it has: a board would take that schedule on the word of one node.
 */
function describeNetwork(chain: BeaconChain, chainId: number, beacon: string): string {
  const network = networkOf(chain);
  const another = 'Give --beacon the URL of another node.';
  if (network.verdict === 'undetermined')
    return `The beacon chain of ${beacon} is not mainnet, Sepolia or Hoodi: compare its schedule with another source.`;
  if (network.verdict === 'rejected')
    throw new Failure('wrong_chain', `${beacon} tells of a false chain: ${network.evidence}. ${another}`);
  const { chainId: own, furtherForks, name } = network.value;
  if (own !== chainId) {
    const differs = `The beacon chain of ${beacon} is ${name}, chain id ${own}, but the project's chain id is ${chainId}`;
    throw new Failure('wrong_chain', `${differs}. ${another}`);
  }
  if (furtherForks.length === 0) return `Its beacon chain is ${name}'s, with every fork that is known here.`;
  const epochs = furtherForks.map(({ epoch }) => epoch).join(', ');
  return `Its beacon chain is ${name}'s, with a fork in epoch ${epochs} that is not known here: compare it with another source.`;
}

async function checkpointsFrom(
  contracts: Contracts,
  fleet: Hex,
  note: (line: string) => void,
): Promise<CheckpointConfiguration | undefined> {
  const set = await contracts.fleet.checkpointKeys(fleet);
  if (!set) return undefined;
  note(`${set.threshold} of the fleet's ${set.keys.length} checkpoint keys may speak to it (L2).`);
  return {
    fleet: fromHex(fleet, 20)!,
    threshold: set.threshold,
    keys: set.keys.map(key => fromHex(key, 20)!),
  };
}
