/** The client's side of Factory. */
import { factoryAbi } from '../abi.generated.js';
import { type Hex, lower, ZERO_WORD } from '../addresses.js';
import type { Chain } from './chain.js';
import {
  type ChannelSetupFields,
  type FleetSetupFields,
  type PossessionFields,
  ROLES,
  type Sent,
} from './facts.js';
import { ascending } from './keySet.js';
import { domainOf, type TypedData, typedData } from './typedData.js';

/** A registration, as its event tells it. */
export interface Registration {
  device: Hex;
  /** The board's first key. */
  board: Hex;
  owner: Hex;
  fleet: Hex;
  channel: Hex;
  trustConfiguration: Hex;
  blockNumber: number;
}

/**
 * Creates and finds contracts. Every method throws ContractError with the Solidity error's name when the factory refuses,
 * or when the chain does not answer.
 */
export class FactoryClient {
  readonly address: Hex;
  readonly #chain: Chain;

  constructor(chain: Chain, address: Hex) {
    this.#chain = chain;
    this.address = address;
  }

  /** The statement that a board signs at its console. */
  possessionData(possession: PossessionFields): TypedData {
    const message = { ...possession, deadline: BigInt(possession.deadline) };
    return typedData(domainOf(this.#chain.chainId, this.address), 'Possession', message);
  }

  /** Creates a board's device, with the board's signature over `possessionData`. */
  async register(possession: PossessionFields, signature: Hex): Promise<{ sent: Sent; device: Hex }> {
    const argument = { ...possession, deadline: BigInt(possession.deadline) };
    const sent = await this.#chain.write(this.address, factoryAbi, 'register', [argument, signature]);
    return { sent, device: createdBy(sent, 'Registered', 'device') };
  }

  /** A tray of boards in one transaction. Those that are registered by now are passed over. */
  registerTray(tray: readonly { possession: PossessionFields; signature: Hex }[]): Promise<Sent> {
    const possessions = tray.map(({ possession }) => ({
      ...possession,
      deadline: BigInt(possession.deadline),
    }));
    const signatures = tray.map(({ signature }) => signature);
    return this.#chain.write(this.address, factoryAbi, 'registerTray', [possessions, signatures]);
  }

  /** Creates a fleet, or finds that just this one is there. */
  async createFleet(setup: FleetSetupFields, salt: Hex = ZERO_WORD): Promise<{ sent: Sent; fleet: Hex }> {
    const argument = fleetSetup(setup);
    const fleet = await this.#chain.read(this.address, factoryAbi, 'fleetAddress', [argument, salt]);
    const sent = await this.#chain.write(this.address, factoryAbi, 'createFleet', [argument, salt]);
    return { sent, fleet: lower(fleet) };
  }

  /** Creates a release channel, or finds that just this one is there. */
  async createChannel(
    setup: ChannelSetupFields,
    salt: Hex = ZERO_WORD,
  ): Promise<{ sent: Sent; channel: Hex }> {
    const argument = channelSetup(setup);
    const channel = await this.#chain.read(this.address, factoryAbi, 'channelAddress', [argument, salt]);
    const sent = await this.#chain.write(this.address, factoryAbi, 'createChannel', [argument, salt]);
    return { sent, channel: lower(channel) };
  }

  /** The device of the board whose first key has the address `board`, registered or not. */
  async deviceOf(board: Hex): Promise<Hex> {
    return lower(await this.#chain.read(this.address, factoryAbi, 'deviceOf', [board]));
  }

  /** Every registration, oldest first. */
  async registrations(): Promise<Registration[]> {
    const events = await this.#chain.events(this.address, ['Registered']);
    return events.map(({ values, blockNumber }) => {
      const { device, board, owner, fleet, channel, trustConfiguration } = values as Record<string, Hex>;
      return {
        device: lower(device!),
        board: lower(board!),
        owner: lower(owner!),
        fleet: lower(fleet!),
        channel: lower(channel!),
        trustConfiguration: trustConfiguration!,
        blockNumber,
      };
    });
  }

  /**
   * True when the factory made this fleet or channel. Its code alone does not tell: a contract with the very same code
   * can be created with first values that no event shows.
   */
  async made(address: Hex): Promise<boolean> {
    const events = await this.#chain.events(this.address, ['FleetCreated', 'ChannelCreated']);
    return events.some(({ values }) => lower(String(values.fleet ?? values.channel)) === lower(address));
  }
}

function fleetSetup(setup: FleetSetupFields) {
  return {
    signers: ascending(setup.signers),
    threshold: setup.threshold,
    checkpointKeys: ascending(setup.checkpointKeys ?? []),
    checkpointThreshold: setup.checkpointThreshold ?? 0,
    grants: setup.grants.map(({ role, account, expiry }) => ({
      role: ROLES.indexOf(role),
      account,
      expiry: BigInt(expiry),
    })),
  };
}

function channelSetup(setup: ChannelSetupFields) {
  return {
    hardware: setup.hardware,
    releaseKeys: ascending(setup.releaseKeys),
    threshold: setup.threshold,
    guardians: ascending(setup.guardians ?? []),
    manufactureRoot: setup.manufactureRoot ?? ZERO_WORD,
    haltThreshold: setup.haltThreshold ?? 3,
  };
}

function createdBy(sent: Sent, event: string, member: string): Hex {
  return lower(String(sent.events.find(one => one.name === event)!.values[member]));
}
