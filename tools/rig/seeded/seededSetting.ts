/** The setting of the demonstration in a seeded world: the same people and contracts, by that world's time and network. */
import { type Contracts, connect } from '../../../contracts/client/index.js';
import { nativeCrypto } from '../../../firmware/crypto/native/native.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { TrustConfiguration } from '../../../firmware/trust/configuration.js';
import type { RpcMutation } from '../../../host-sim/attack/rpc/proxy.js';
import { nodeCrypto } from '../../../host-sim/engine/nodeCrypto.js';
import type { BuiltImage } from '../../../host-sim/image/build.js';
import { VirtualBroker } from '../../../host-sim/world/broker.js';
import { VirtualChain } from '../../../host-sim/world/chain.js';
import { serveEndpoint } from '../../../host-sim/world/endpoint.js';
import { ImageFiles, serveImages } from '../../../host-sim/world/imageServer.js';
import { VirtualNetwork } from '../../../host-sim/world/network.js';
import { seededChance, seededEntropy } from '../../../host-sim/world/seed.js';
import type { VirtualTime } from '../../../host-sim/world/time.js';
import { accessParameters } from '../../board/accessFile.js';
import type { Part } from '../../demo/accounts.js';
import { firstImage } from '../../demo/images.js';
import { createOrganisation, type Organisation } from '../../demo/organisation.js';
import { provision } from '../../demo/provision.js';
import type { Setting } from '../../demo/setting.js';
import { BoardChannel } from '../../operator/boardChannel.js';
import { useCrypto } from '../../operator/boardMail.js';
import { BROKER, newAccess } from '../../sim/provision.js';
import { SeededBoard } from './seededBoard.js';
import type { SeededPace } from './seededPace.js';

/** As many as make a quorum: where one lies, there is none. */
const ENDPOINTS = ['endpoint-1:8545', 'endpoint-2:8545'];
const IMAGES = 'images-1:8080';
const BOARD = 'board';
const MAXIMUM_AGE_SECONDS = 3600;
/** Milliseconds of the world that an order or an update may take. */
const PATIENCE_MS = 600_000;
const LOOK_MS = 1000;
/** Milliseconds until a block with the contracts is final. */
const FIRST_FINAL_MS = 180_000;

export interface SeededSetting {
  world: Setting;
  board: SeededBoard;
  network: VirtualNetwork;
  /** The name of the board on it. */
  client: string;
}

interface Ground {
  seed: number;
  time: VirtualTime;
  pace: SeededPace;
  chain: VirtualChain;
  image: BuiltImage;
}

/** The world up to a registered and active board. Its chain is closed with it. @throws what keeps it from standing */
export async function seededSetting(
  seed: number,
  { pace, signal, time }: { pace: SeededPace; signal: AbortSignal; time: VirtualTime },
): Promise<SeededSetting> {
  // All of this machine's own work comes before the first event: it takes no time of the world's.
  const image = await firstImage('node');
  const chain = await VirtualChain.start(time, signal);
  try {
    const organisation = await peopleOf(time, chain);
    return await pace.during(() => settle({ seed, time, pace, chain, image }, organisation));
  } catch (error) {
    await chain.close();
    throw error;
  }
}

/** Contracts and people, whose clients go by the time of the world. */
async function peopleOf(time: VirtualTime, chain: VirtualChain): Promise<Organisation> {
  const organisation = await createOrganisation(chain.url, () => {});
  const { cast, fleet } = organisation;
  await chain.begin();
  const clients = new Map<Part, Contracts>();
  for (const part of Object.keys(cast) as Part[])
    clients.set(
      part,
      await connect({
        ...{ rpc: chain.url, privateKey: cast[part].privateKey, pollingInterval: 1000, timeout: 0 },
        host: { fetch: chain.fetch, wait: milliseconds => time.wait(milliseconds) },
      }),
    );
  // The library loads its code for refusals at the first one, from the disk and by the machine's time: here none passes.
  await clients
    .get('stranger')!
    .fleet.pause(fleet)
    .catch(() => {});
  await organisation.signers('owner', 'signerA');
  const as = async (part: Part) => clients.get(part)!;
  return { ...organisation, as, now: () => clients.get('owner')!.chain.now() };
}

async function settle(ground: Ground, organisation: Organisation): Promise<SeededSetting> {
  const { chain, image, pace, seed, time } = ground;
  const { as, cast, chainId, channel, fleet, now } = organisation;
  const network = new VirtualNetwork(time, seededChance(seed, 'network'));
  new VirtualBroker(time, network, BROKER);
  const rpcProxies = ENDPOINTS.map(name => endpointAt(network, chain, name));
  const files = new ImageFiles();
  serveImages({ time, network, files, name: IMAGES });
  files.put(image.bytes, image.manifest.head, image.bytes);

  const native = await time.hold(nodeCrypto());
  const crypto = native && nativeCrypto(native);
  useCrypto(crypto ?? portableCrypto());
  const board = new SeededBoard(
    {
      ...{ name: BOARD, time, network, crypto, entropy: seededEntropy(seed, BOARD) },
      seed: seededChance(seed, `flash of ${BOARD}`).below(2 ** 31),
    },
    image.bytes,
  );
  pace.own(board);
  await board.powerOn();
  await time.wait(FIRST_FINAL_MS);

  const owner = await as('owner');
  const finalize = async (block: number) => {
    while (chain.finalNumber < block) await time.wait(LOOK_MS);
  };
  const trust: Setting['trust'] = async ({ maximumAge }) => trustOf(chainId, maximumAge);
  const access = newAccess(seededEntropy(seed, 'access'));
  const device = await provision({
    ...{ board, patience: PATIENCE_MS, contracts: owner, owner: cast.owner.address, fleet, channel, now },
    configuration: await trust({ maximumAge: MAXIMUM_AGE_SECONDS }),
    connections: {
      ...{ broker: `mqtt://${BROKER}`, images: [`http://${IMAGES}`], access: accessParameters(access) },
    },
    onEvent: () => {},
  });
  const { blockNumber } = await owner.device.setStatus(device, 'Active');
  await finalize(Number(blockNumber));
  const { key } = await owner.device.read(device);
  const portsOf = (name: string) => ({
    ...{ clock: time.clock(), entropy: seededEntropy(seed, name), network: network.portOf(name) },
  });
  const boardChannel = new BoardChannel({
    ...{ broker: `mqtt://${BROKER}`, access, chainId, device, ports: portsOf('operator') },
    believes: (kind, signer) => kind === 'receipt' || signer === key,
  });
  await boardChannel.ready();
  const world: Setting = {
    ...organisation,
    ...{ rpc: chain.url, node: chain.url, broker: `mqtt://${BROKER}`, rpcProxies },
    strangersWay: { ports: portsOf('stranger'), clientId: 'stranger' },
    // The parts of an image server that steps use; its lies are not those of a proxy.
    images: { put: (bytes: Uint8Array, head: Uint8Array) => files.put(bytes, head, bytes) } as never,
    imageProxy: { url: `http://${IMAGES}`, setMutation: () => {} } as never,
    ...{ device, board, access, boardChannel, directory: '', firstImage: image, engine: 'node' },
    ...{ patience: PATIENCE_MS, finality: undefined, oneSocket: false, trust, finalize },
    behind: url => url,
    async close() {
      boardChannel.close();
      await board.close();
      pace.close();
      await chain.close();
    },
  };
  return { world, board, network, client: BOARD };
}

/** An endpoint that lies once told to. */
function endpointAt(
  network: VirtualNetwork,
  chain: VirtualChain,
  name: string,
): Setting['rpcProxies'][number] {
  let mutation: RpcMutation | undefined;
  serveEndpoint(network, name, chain, () => mutation);
  return {
    ...{ url: `http://${name}`, calls: [], mutated: () => 0, close: async () => {} },
    setMutation: given => (mutation = given),
  };
}

function trustOf(chainId: number, maximumAge: number): TrustConfiguration {
  const policy = { level: 1 as const, maximumAge };
  return {
    ...{ profile: 'development', chainId, quorum: 2 },
    endpoints: ENDPOINTS.map(name => `http://${name}`),
    policies: { command: policy, firmware: policy, lifecycle: policy },
  };
}
