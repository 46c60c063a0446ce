/** The way of the setting's board to its Device: told at its console whom to trust, it proves that it holds its key. */
import type { Contracts } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { encodeConfiguration, type TrustConfiguration } from '../../firmware/trust/configuration.js';
import type { BoardInHand } from '../../host-sim/process/boardInHand.js';
import type { Connections } from '../console/provisioning.js';

/** Seconds for which the proof is valid. */
const HALF_AN_HOUR = 1800;

interface Provisioning {
  board: BoardInHand;
  /** Milliseconds that the board may take for an answer. */
  patience: number;
  configuration: TrustConfiguration;
  connections: Connections;
  contracts: Contracts;
  owner: `0x${string}`;
  fleet: `0x${string}`;
  channel: `0x${string}`;
  now(): Promise<number>;
  onEvent(name: string, detail: string): void;
}

/** At the board's console: tell it whom to trust, have it prove that it holds its key, register it. */
export async function provision(given: Provisioning): Promise<`0x${string}`> {
  const { board, patience, channel, configuration, connections, contracts, fleet, now, onEvent, owner } =
    given;
  const who = (await board.request('identify', null, { timeout: patience })) as {
    key: `0x${string}`;
    device: `0x${string}`;
  };
  onEvent('key', `made on the board: address ${who.key}; the board computes its Device: ${who.device}`);
  const trust = toHex(encodeConfiguration(configuration)) as `0x${string}`;
  const { trustConfiguration } = (await board.request(
    'configure',
    { trust, ...connections },
    { timeout: patience },
  )) as {
    trustConfiguration: `0x${string}`;
  };
  const deadline = (await now()) + HALF_AN_HOUR;
  const { signature } = (await board.request(
    'possess',
    { owner, fleet, channel, deadline },
    { timeout: patience },
  )) as {
    signature: `0x${string}`;
  };
  const possession = { board: who.key, owner, fleet, channel, trustConfiguration, deadline };
  const { device } = await contracts.factory.register(possession, signature);
  if (device.toLowerCase() !== who.device) {
    throw new Error(`the factory made ${device}, the board computed ${who.device}`);
  }
  onEvent('device', `registered by the board's possession proof at ${device}, where the board looks for it`);
  return device;
}
