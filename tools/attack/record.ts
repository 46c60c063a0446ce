/**
 * The record of a campaign: what operators anchored, what the pins showed, what the board signed. Milliseconds are of
 * one clock. Nothing in it is taken from an answer that the board did not sign.
 */

/** A genuine order, kept by its operator. */
export interface GenuineOrder {
  /** Of the envelope, 0x and 64 digits. */
  hash: string;
  mark: number;
  /** When it was first delivered, final. */
  fromMs: number;
}

/** A release that vendor and owner both want, and that was offered. */
export interface GenuineRelease {
  /** Approval hash. */
  hash: string;
  version: number;
  fromMs: number;
  /** Bytes that the board has to fetch. */
  sizeBytes: number;
}

export interface SeenEffect {
  mark: number;
  atMs: number;
}

/** A receipt with the signature of the board's key. */
export interface SignedReceipt {
  /** Of the envelope or the approval. */
  hash: string;
  outcome: string;
  code: string;
  /** `storeBirth/counter`: two deliveries of one receipt have the same. */
  place: string;
  atMs: number;
}

export interface SeenRestart {
  atMs: number;
  /** The end of the run before. */
  why: string;
  /** Somebody of ours cut the power, or an update restarts. */
  isPlanned: boolean;
}

/** A time in which nothing may run and nothing is late: the fleet is paused, or the board is off. */
export interface Hold {
  why: 'paused' | 'off';
  fromMs: number;
  /** Undefined while it lasts. */
  toMs?: number;
}

export interface CampaignRecord {
  /** The command hashes of all links on the chain, in their order. */
  links: readonly string[];
  orders: readonly GenuineOrder[];
  releases: readonly GenuineRelease[];
  effects: readonly SeenEffect[];
  /** Writes to pins that belong to no mark, in words. */
  strays: readonly { what: string; atMs: number }[];
  receipts: readonly SignedReceipt[];
  restarts: readonly SeenRestart[];
  holds: readonly Hold[];
}
