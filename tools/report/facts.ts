/** The facts of a fleet report. Addresses and hashes are 0x and lower-case hex. */

import type { Crash } from '../../firmware/device/crashReceipt.js';
import type { Receipt } from '../../firmware/ledger/receipt.js';
import type { Hex } from '../cli/kinds.js';
import type { EvidenceRelease } from './evidence.js';
import type { ImageDocuments } from './imageDocuments.js';

/** Something in the evidence that leads to no fact. */
export interface Finding {
  rule: 'proof' | 'fleet' | 'signature' | 'record' | 'missing';
  /** For people. */
  what: string;
}

/**
 * `current`: the newest version of its channel. `behind`: an older one, and the roll-out includes the board. `waiting`: an
 * older one, and the roll-out does not. `below_floor`: older than the channel's floor. `withdrawn`: a version that was
 * taken back. `other`: an image that is none of the channel's known releases. `unproven`: no receipt shows an image.
 */
export type BoardState =
  | 'current'
  | 'behind'
  | 'waiting'
  | 'below_floor'
  | 'withdrawn'
  | 'other'
  | 'unproven';

/** An update that the board tried and left: its signed receipt says `failed`. */
export interface FailedUpdate {
  version: number;
  /** The board's word for the reason. */
  code: string;
  /** The image that it went on with. */
  image: Hex;
  /** The block that the decision rests on; 0 for none. */
  block: number;
}

/** The crashes of a board under one image, by its own signed count. */
export interface BoardCrashes {
  image: Hex;
  count: number;
  /** The number of the newest; a board numbers its crashes from 1. */
  number: number;
  /** Of the newest: the reason by name, and the message, which is the app's own text. */
  reason: string;
  message: string;
}

export interface BoardReport {
  device: Hex;
  /** By the Device. */
  status: string;
  channel: Hex;
  state: BoardState;
  /** The version that the owner approved, where it is a known one. */
  approved?: number;
  /** By the newest receipt that the board signed. */
  image?: Hex;
  version?: number;
  /** The block that the receipt rests on; 0 for none. */
  seenAt?: number;
  /** The block with the newest version's event, of a board that is behind: nothing proves it but the endpoint's word. */
  behindSince?: number;
  failed: readonly FailedUpdate[];
  /** By image; of a board that never crashed, as far as its receipts here tell, none. */
  crashes: readonly BoardCrashes[];
}

export interface ImageReport extends ImageDocuments {
  image: Hex;
  channel?: Hex;
  version?: number;
  withdrawn?: boolean;
  newest?: boolean;
  /** That run it, by their newest receipts. */
  boards: number;
  /** That tried it and left it, by their signed receipts. */
  failedOn: number;
  /** Boards that crashed under it, and how often all of them did. */
  crashes: { boards: number; count: number };
}

export interface FleetReport {
  chainId: number;
  fleet: Hex;
  /** `timestamp` in unix seconds, of the proven header; 0 where nothing is proven. */
  block: { number: number; hash: Hex; timestamp: number };
  boards: readonly BoardReport[];
  images: readonly ImageReport[];
  findings: readonly Finding[];
}

/** A channel as it is proven, with the releases whose records are. */
export interface ProvenChannel {
  channel: Hex;
  newest: number;
  floor: number;
  /** Boards of a thousand. */
  rollout: number;
  releases: readonly (EvidenceRelease & { withdrawn: boolean })[];
}

/** A board as it is proven, with the receipts that its key signed, the newest last. */
export interface ProvenBoard {
  device: Hex;
  status: string;
  fleet: Hex;
  channel: Hex;
  approval: Hex;
  receipts: readonly Receipt[];
  /** Signed by that key too. */
  crashes: readonly Crash[];
}
