/** A board over the broker, together with what the chain says of it. */
import type { Contracts, DeviceFacts } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { BoardChannel } from '../operator/boardChannel.js';
import type { Settings } from '../settings.js';

export type BoardStatus = Awaited<ReturnType<BoardChannel['status']>>;

export interface OpenBoard {
  channel: BoardChannel;
  /** By the chain, not by the board. */
  facts: DeviceFacts;
  /** Last known; undefined until the broker said something. */
  presence(): 'online' | 'offline' | undefined;
  close(): void;
}

/** Connects and listens. Closed by Ctrl-C, else by the caller. @throws Failure when no such device is registered */
export async function openBoard(
  settings: Settings,
  contracts: Contracts,
  { signal }: Surroundings,
): Promise<OpenBoard> {
  const device = settings.need('device');
  const broker = settings.need('broker');
  const facts = await contracts.device.read(device);
  if (!facts.exists) {
    throw new Failure(
      'not_registered',
      `There is no Device at ${device} on chain ${contracts.chain.chainId}: check the address and the chain, or provision the board (holdfast provision).`,
    );
  }
  const channel = new BoardChannel({ broker, chainId: contracts.chain.chainId, device });
  const close = () => channel.close();
  signal.addEventListener('abort', close, { once: true });
  let presence: 'online' | 'offline' | undefined;
  channel.on('presence', said => {
    presence = said === 'online' ? 'online' : 'offline';
  });
  try {
    await channel.ready();
  } catch (error) {
    close();
    throw error;
  }
  return { channel, facts, presence: () => presence, close };
}

/** The board's status, if it is the board's: anybody can publish to the topic. */
export async function verifiedStatus(
  { channel, facts }: OpenBoard,
  milliseconds = 10_000,
): Promise<BoardStatus> {
  const status = await channel.status(milliseconds);
  if (status.signer !== facts.key) {
    throw new Failure(
      'status_forged',
      `The status on the broker is not signed by the board's key ${facts.key}: somebody else publishes there, or this is another board.`,
    );
  }
  return status;
}
