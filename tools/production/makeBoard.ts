/** One board of a production line: flashed if asked, identified, registered, activated, labelled; each step in the journal, none done twice. */
import { existsSync, rmSync } from 'node:fs';
import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';
import type { BoardConsole } from '../console/boardConsole.js';
import { type BoardIdentity, identify } from '../console/provisioning.js';
import type { AskedProof, Journal } from './journal.js';
import type { LabelFiles } from './labels.js';
import type { ListedBoard } from './list.js';
import { refuseOtherHardware } from './registration.js';

/** The means of a line, which are the same for all of its boards. */
export interface Workshop {
  journal: Journal;
  /** Writes a board's flash first; undefined where boards come flashed. */
  flash?(port: string, accept: (mac: string) => void): Promise<{ mac: string; image: Hex }>;
  /** The console of the board at a port. @throws Failure those of tools/console */
  open(port: string): Promise<BoardConsole>;
  /** The hardware id of the channel. */
  hardware: Hex;
  device: Pick<Contracts['device'], 'read'>;
  /** Tells the board whom to trust, and registers it with its proof. */
  register(
    console: BoardConsole,
    identity: BoardIdentity,
    board: ListedBoard,
    proofs: { before?: AskedProof; onProof(asked: AskedProof): void },
  ): Promise<void>;
  /** Makes it active; undefined where that is left to somebody else. */
  activate?(device: Hex): Promise<void>;
  /** Offers it to a claim code, with labels in those files; undefined where none are asked for. */
  offer?: Offer;
}

export interface Offer {
  filesOf(serialNumber: string): LabelFiles;
  offer(
    device: Hex,
    options: LabelFiles & { serialNumber: string; onWritten(claimKey: Hex): void },
  ): Promise<{ claimKey: Hex }>;
}

export interface MadeBoard {
  device: Hex;
  key: Hex;
  claimKey?: Hex;
}

/**
 * Makes the board at the port the one with that serial number.
 *
 * @param isNext told what marks the board (its chip's address, its key); false: it is the board of before, left alone
 * @returns undefined for the board of before
 * @throws Failure `board_made` for a board that has another serial number, and those of the steps
 */
export async function makeBoard(
  shop: Workshop,
  board: ListedBoard,
  port: string,
  isNext: (mark: string) => boolean,
): Promise<MadeBoard | undefined> {
  const { journal } = shop;
  const { serialNumber } = board;
  const before = journal.of(serialNumber);
  const isOnChain = before.device !== undefined && (await shop.device.read(before.device)).exists;
  const begin = () => journal.append({ step: 'begun', serial: serialNumber, port });
  if (shop.flash && !isOnChain) {
    const refuse = new SameBoard();
    try {
      const { image, mac } = await shop.flash(port, mac => {
        if (!isNext(mac)) throw refuse;
        refuseOther(journal.serialOfChip(mac), serialNumber);
        begin();
      });
      journal.append({ step: 'flashed', serial: serialNumber, mac, image });
    } catch (error) {
      if (error === refuse) return undefined;
      throw error;
    }
  }
  const console = await shop.open(port);
  try {
    const identity = await identify(console);
    if (!isNext(identity.key)) return undefined;
    if (!shop.flash || isOnChain) begin();
    return await registerAt(shop, board, console, identity, isOnChain);
  } finally {
    await console.close();
  }
}

class SameBoard extends Error {}

function refuseOther(known: string | undefined, serialNumber: string): void {
  if (known === undefined || known === serialNumber) return;
  throw new Failure(
    'board_made',
    `The board at hand is ${known} already, and cannot be ${serialNumber} too: put another in its place.`,
  );
}

async function registerAt(
  shop: Workshop,
  board: ListedBoard,
  console: BoardConsole,
  identity: BoardIdentity,
  isOnChain: boolean,
): Promise<MadeBoard> {
  const { journal } = shop;
  const { serialNumber } = board;
  const { device, key } = identity;
  const step = { serial: serialNumber, key, device };
  const known = journal.of(serialNumber);
  refuseOther(journal.serialOf(key), serialNumber);
  refuseOtherHardware(identity.hardware, shop.hardware);
  if (isOnChain && known.device !== device)
    throw new Failure(
      'board_made',
      `${serialNumber} is ${known.device}, registered already, and at hand is ${device}: put the right board in its place.`,
    );
  const facts = await shop.device.read(device);
  if (facts.exists && known.device !== device)
    throw new Failure(
      'board_made',
      `The board at hand is ${device}, registered already (${facts.status}), and not by this journal: put another in its place.`,
    );
  if (!facts.exists) {
    journal.append({ step: 'registering', ...step });
    await shop.register(console, identity, board, {
      before: journal.of(serialNumber).proof,
      onProof: asked => journal.append({ step: 'proving', ...step, ...asked }),
    });
  }
  journal.append({ step: 'registered', ...step });
  await shop.activate?.(device);
  const claimKey = shop.offer && (await offerOnce(shop.offer, journal, serialNumber, device, shop.device));
  journal.append({ step: 'done', ...step });
  return { device, key, ...(claimKey !== undefined && { claimKey }) };
}

/** A label counts that lies there and whose key the chain knows; any other is made anew, since nobody has its code. */
async function offerOnce(
  { filesOf, offer }: Offer,
  journal: Journal,
  serialNumber: string,
  device: Hex,
  reader: Workshop['device'],
): Promise<Hex> {
  const files = filesOf(serialNumber);
  const { claimKey } = journal.of(serialNumber);
  const paths = Object.values(files);
  if (claimKey !== undefined && isOffered(await reader.read(device), claimKey) && paths.every(existsSync))
    return claimKey;
  // Only what this journal has seen written is taken away.
  if (claimKey !== undefined) for (const path of paths) rmSync(path, { force: true });
  const offered = await offer(device, {
    ...files,
    serialNumber,
    onWritten: made => journal.append({ step: 'offering', serial: serialNumber, claimKey: made }),
  });
  return offered.claimKey;
}

const isOffered = ({ pendingByClaim, pendingOwner }: DeviceFacts, claimKey: Hex): boolean =>
  pendingByClaim && pendingOwner === claimKey;
