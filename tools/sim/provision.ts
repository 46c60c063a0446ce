/** A board of a simulated world from its console to an active Device, with the code of the tools. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import { SLEEP_SECONDS_MAX, type TrustConfiguration } from '../../firmware/trust/configuration.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { accessParameters } from '../board/accessFile.js';
import type { BoardConsole } from '../console/boardConsole.js';
import { configure, identify, possess } from '../console/provisioning.js';
import type { Finality } from './finalityGround.js';
import type { Party, Place } from './place.js';

/** The names of the parts of a world on its network. */
export const BROKER = 'broker:1883';
export const ENDPOINTS = ['endpoint-1:8545', 'endpoint-2:8545', 'endpoint-3:8545'] as const;
export const PROVERS = ['prover-1:9200', 'prover-2:9200', 'prover-3:9200'] as const;
export const IMAGE_SERVERS = ['images-1:8080', 'images-2:8080'] as const;

const PROOF_SECONDS = 1800;
/** Until a quorum of endpoints tells the board the time it signs nothing; it is asked again after so long (ms). */
const AGAIN_MS = 30_000;
const TIMES_MAX = 240;

/** The console of a board that is not always on. */
export const consoleOf = (board: WorldBoard): BoardConsole => ({
  request: (method, parameters) => board.request(method, parameters),
  close: async () => {},
});

/** @returns the addresses of Device and key @throws Error when the board is off, or refuses */
export async function provision(
  board: WorldBoard,
  access: BrokerAccess,
  time: VirtualTime,
  { chainId, channel, fleet, maximumAgeSeconds, operator, owner }: Place,
  finality: Finality | undefined,
): Promise<{ device: `0x${string}`; key: string }> {
  const console = consoleOf(board);
  const { device, key } = await identify(console);
  const trustConfiguration = await configure(
    console,
    trustOf(chainId, { fleet, maximumAgeSeconds }, finality),
    {
      broker: `mqtt://${BROKER}`,
      images: IMAGE_SERVERS.map(name => `http://${name}`),
      access: accessParameters(access),
    },
  );
  const initial = { owner: owner.chain.address, fleet, channel, trustConfiguration };
  const { possession, signature } = await patiently(time, async () => {
    const deadline = (await owner.chain.now()) + PROOF_SECONDS;
    return possess(console, operator, key, { ...initial, deadline });
  });
  await owner.factory.register(possession, signature);
  await owner.device.setStatus(device, 'Active');
  return { device, key };
}

/** A board's trust configuration: the endpoints, the checkpoint keys of its fleet, or the sync committee as it is now. */
export function trustOf(
  chainId: number,
  { fleet, maximumAgeSeconds }: Pick<Party, 'fleet' | 'maximumAgeSeconds'>,
  finality: Finality | undefined,
): TrustConfiguration {
  const level: 1 | 2 | 4 = finality?.light ? 4 : finality ? 2 : 1;
  const policy = { level, maximumAge: maximumAgeSeconds };
  return {
    ...{ profile: 'development', chainId, quorum: 2 },
    endpoints: ENDPOINTS.map(name => `http://${name}`),
    policies: { command: policy, firmware: policy, lifecycle: policy },
    ...(finality && { provers: PROVERS.map(name => `http://${name}`) }),
    ...(finality?.light && { light: lightOf(finality.light.beacon) }),
    ...(finality?.signers && { checkpoints: finality.signers.configuration(fleet) }),
  };
}

const lightOf = ({ chain, checkpointRoot }: VirtualBeacon) => {
  if (!checkpointRoot) throw new Error('a board is provisioned before anything is final');
  return { chain, checkpointRoot, maximumSleep: SLEEP_SECONDS_MAX };
};

/** Asks again until it is answered. @throws Error the last one, after two hours */
export async function patiently<T>(time: VirtualTime, ask: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times++) {
    try {
      return await ask();
    } catch (error) {
      if (times >= TIMES_MAX) throw error;
      await time.wait(AGAIN_MS);
    }
  }
}

/** The board's access to the broker, drawn for it. */
export function newAccess(entropy: Entropy): BrokerAccess {
  const bytes = (count: number) => {
    const drawn = new Uint8Array(count);
    entropy.fill(drawn);
    return drawn;
  };
  return {
    user: `b-${toHex(bytes(10)).slice(2)}`,
    password: toHex(bytes(24)).slice(2),
    topicSecret: bytes(32),
  };
}
