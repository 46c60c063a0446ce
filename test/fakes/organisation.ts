/**
 * A real chain with the real contracts: an owner, a fleet with its role holders, a channel, and one board's Device,
 * active and final. The board itself is whatever a test makes of the endpoint and the key.
 */

import {
  type Contracts,
  connect,
  type Hex,
  type Signer,
  signerFromKey,
} from '../../contracts/client/index.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { deviceAddress } from '../../firmware/contract/create2.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Clock } from '../../firmware/port/clock.js';
import { JsonRpcEndpoint } from '../../firmware/rpc/client.js';
import { startChain } from '../../host-sim/chain/anvil.js';
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';
import { patient } from '../../host-sim/node/patience.js';
import { word } from './bytes.js';

const PARTS = ['owner', 'operator', 'guardian', 'signerA', 'signerB', 'releaseA', 'releaseB'] as const;
export type Part = (typeof PARTS)[number];

export const BOARD_KEY = word(0x42);
export const HARDWARE = word(0x33);

/** The host's own. */
export const clock: Clock = {
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

export class Organisation {
  readonly crypto = portableCrypto();
  readonly endpoints: JsonRpcEndpoint[] = [];
  readonly #clients = new Map<Part, Promise<Contracts>>();

  private constructor(
    readonly chain: Awaited<ReturnType<typeof startChain>>,
    readonly fleet: Hex,
    readonly channel: Hex,
    readonly device: Hex,
  ) {}

  /** 20 bytes: the address of the owner. */
  get ownerBytes(): Uint8Array {
    return fromHex(this.chain.accounts[PARTS.indexOf('owner')].address, 20)!;
  }

  static async found(): Promise<Organisation> {
    const chain = await startChain();
    try {
      return await Organisation.#build(chain);
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  static async #build(chain: Awaited<ReturnType<typeof startChain>>): Promise<Organisation> {
    const account = (part: Part) => chain.accounts[PARTS.indexOf(part)];
    const address = (part: Part) => account(part).address as Hex;
    const owner = await connect({
      rpc: chain.url,
      timeout: patient(10_000),
      privateKey: account('owner').privateKey as Hex,
      pollingInterval: 10,
    });
    await deploy(owner.chain);
    const expiry = (await owner.chain.now()) + 365 * 86_400;
    const { fleet } = await owner.factory.createFleet({
      signers: [address('owner'), address('signerA'), address('signerB')],
      threshold: 2,
      grants: [
        { role: 'Commander', account: address('operator'), expiry },
        { role: 'Guardian', account: address('guardian'), expiry },
      ],
    });
    const { channel } = await owner.factory.createChannel({
      hardware: toHex(HARDWARE) as Hex,
      releaseKeys: [address('releaseA'), address('releaseB')],
      threshold: 2,
      guardians: [address('guardian')],
    });
    const board = await signerFromKey(toHex(BOARD_KEY) as Hex);
    const possession = {
      board: board.address,
      owner: address('owner'),
      fleet,
      channel,
      trustConfiguration: toHex(word(1)) as Hex,
      deadline: (await owner.chain.now()) + 1800,
    };
    const signature = await board.signTypedData(owner.factory.possessionData(possession));
    const { device } = await owner.factory.register(possession, signature);
    const { blockNumber } = await owner.device.setStatus(device, 'Active');
    await mineUntilFinal(chain.url, blockNumber);
    return new Organisation(chain, fleet, channel, device);
  }

  get deviceBytes(): Uint8Array {
    return fromHex(this.device, 20)!;
  }

  /** The Device as a board computes it. */
  computedDevice(): Uint8Array {
    return deviceAddress(this.crypto, this.crypto.addressOf(BOARD_KEY)!);
  }

  address(part: Part): Hex {
    return this.chain.accounts[PARTS.indexOf(part)].address as Hex;
  }

  as(part: Part): Promise<Contracts> {
    const privateKey = this.chain.accounts[PARTS.indexOf(part)].privateKey as Hex;
    const client =
      this.#clients.get(part) ??
      connect({ rpc: this.chain.url, privateKey, pollingInterval: 10, timeout: patient(10_000) });
    this.#clients.set(part, client);
    return client;
  }

  signers(...parts: Part[]): Promise<Signer[]> {
    return Promise.all(
      parts.map(part => signerFromKey(this.chain.accounts[PARTS.indexOf(part)].privateKey as Hex)),
    );
  }

  /** A board's way to the chain; closed with the organisation. */
  endpoint(url = this.chain.url): JsonRpcEndpoint {
    const endpoint = new JsonRpcEndpoint({ network: nodeNetwork(), clock, url });
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** Everything up to now becomes final, as the chain itself says. */
  async finalise(): Promise<void> {
    const { chain } = await this.as('owner');
    await mineUntilFinal(this.chain.url, Number(await chain.client.getBlockNumber()));
  }

  async close(): Promise<void> {
    for (const endpoint of this.endpoints) endpoint.close();
    await this.chain.close();
  }
}
