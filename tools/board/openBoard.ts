/** A board over the broker, together with what the chain says of it. */

import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import { patient } from '../../host-sim/node/patience.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { BoardChannel } from '../operator/boardChannel.js';
import type { SignedKind } from '../operator/channelEvents.js';
import { replyKeyOf, telemetryKeyOf } from '../operator/keyFiles.js';
import type { Settings } from '../settings/settings.js';
import { readAccess } from './accessFile.js';

export type BoardStatus = Awaited<ReturnType<BoardChannel['status']>>;

export interface OpenBoard {
  channel: BoardChannel;
  /** By the chain, not by the board. */
  facts: DeviceFacts;
  /** Last known; undefined until the broker said something. */
  presence(): 'online' | 'offline' | undefined;
  /** Messages that somebody else signed. */
  forged(): number;
  close(): void;
}

export interface OpenBoardOptions {
  /** Comes before the first message. */
  onOpen?(channel: BoardChannel): void;
  /** Also tells of what others signed; whoever listens then checks it. */
  unchecked?: boolean;
  /** A key that the board signed with until a moment ago; believed as well. */
  formerKey?: Hex;
  /** Envelopes will be sent: their answers need a key that later commands have too. */
  sends?: boolean;
}

/** Connects and listens. Closed by Ctrl-C, else by the caller. @throws Failure when no such device is registered */
export async function openBoard(
  settings: Settings,
  contracts: Contracts,
  { note, progress, signal }: Surroundings,
  { formerKey, onOpen, sends = false, unchecked = false }: OpenBoardOptions = {},
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
  const finalKey = await contracts.device.finalKey(device);
  const keys = [facts.key, finalKey, formerKey];
  let forged = 0;
  const believes = (kind: SignedKind, signer: string | undefined): boolean => {
    if (unchecked || (signer !== undefined && keys.includes(signer as Hex))) return true;
    if (forged++ === 0)
      note(
        `Somebody else publishes for this board at the broker: a ${kind} signed by ${signer ?? 'nobody'} is ignored.`,
      );
    return false;
  };
  const { chainId } = contracts.chain;
  const replyKey = replyKeyOf(settings.home, sends);
  const telemetryKey = telemetryKeyOf(settings.home);
  const access = readAccess(settings.home, device);
  const channel = new BoardChannel({ access, broker, chainId, device, believes, replyKey, telemetryKey });
  const close = () => channel.close();
  signal.addEventListener('abort', close, { once: true });
  let presence: 'online' | 'offline' | undefined;
  channel.on('presence', said => {
    presence = said === 'online' ? 'online' : 'offline';
  });
  onOpen?.(channel);
  try {
    progress?.(`connects to the broker ${broker}`);
    await channel.ready();
    progress?.('asks the board for its status');
  } catch (error) {
    close();
    throw error;
  }
  return { channel, facts, presence: () => presence, forged: () => forged, close };
}

/**
 * The board's newest status, signed by the key that the chain names, or, until a rotation is final, by the one before it.
 * It is retained, so a board that is off has one.
 *
 * @throws Failure `status_forged` when only others published one, Error when nobody did
 */
export async function verifiedStatus(
  { channel, facts, forged }: OpenBoard,
  milliseconds = patient(10_000),
): Promise<BoardStatus> {
  try {
    return await channel.status(milliseconds);
  } catch (cause) {
    if (forged() === 0) throw cause;
    throw new Failure(
      'status_forged',
      `The status at the broker is not signed by the board's key ${facts.key}: somebody else publishes there, or --device names another board. A board that was off when its key was rotated has published nothing under the new one. Check --device, and try again when the board has published its status.`,
      { cause },
    );
  }
}
