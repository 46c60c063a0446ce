/** Levels of header trust, from weak to strong, and the blocks that they vouch for. */

/** The four levels by name. */
export const Level = { quorum: 1, checkpoint: 2, both: 3, syncCommittee: 4 } as const;
/** A level of header trust, 1 (weakest) to 4. */
export type Level = 1 | 2 | 3 | 4;

/** The purpose of a decision; the policy of each purpose names the least level that it accepts. */
export type Purpose = 'command' | 'firmware' | 'lifecycle';
/** All purposes, in the order of the configuration's record. */
export const purposes: readonly Purpose[] = ['command', 'firmware', 'lifecycle'];

/** Final, in the chain's own sense, or merely newest. */
export type Tag = 'finalized' | 'latest';
/** A tag, or `signed`: the newest block that the sync committee signed, where it is read beside a quorum's newest. */
export type BlockTag = Tag | 'signed';

/** A block whose hash is trusted, before anything was proven in it. */
export interface TrustedBlock {
  /** 32 bytes. */
  hash: Uint8Array;
  number: number;
  /** Unix seconds and 32 bytes, where the way to the hash led through the header: witnesses then come without it. */
  timestamp?: number;
  stateRoot?: Uint8Array;
  level: Level;
  finalized: boolean;
  /** The party that vouches for the block, for people: `quorum 2 of 3`. */
  basis: string;
}

/** A trusted block with its time, which is read from the header that hashes to it. */
export interface TrustedHead extends TrustedBlock {
  /** Unix seconds. */
  timestamp: number;
}

/**
 * True where the newest block that the sync committee signed is to be read beside the newest block: the committee vouches
 * for the final block, and others for the newest one.
 */
export const asksSigned = (final: TrustedBlock, newest: TrustedBlock): boolean =>
  final.level === Level.syncCommittee && newest.level !== Level.syncCommittee;
