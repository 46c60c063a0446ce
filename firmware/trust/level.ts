/** How a block hash became trusted, from weak to strong; and what is known of a block once it is. */

export const Level = { quorum: 1, checkpoint: 2, both: 3, syncCommittee: 4 } as const;
export type Level = 1 | 2 | 3 | 4;

/** What a decision is for; each purpose names the least level it accepts. */
export type Purpose = 'command' | 'firmware' | 'lifecycle';
export const purposes: readonly Purpose[] = ['command', 'firmware', 'lifecycle'];

/** Final as the chain says it, or merely newest. */
export type Tag = 'finalized' | 'latest';

/** A block whose hash is trusted, before anything was proven in it. */
export interface TrustedBlock {
  /** 32 bytes. */
  hash: Uint8Array;
  number: number;
  level: Level;
  finalized: boolean;
  /** For people: who vouches for it, `quorum 2 of 3`. */
  basis: string;
}

/** A trusted block with its time, which is read from the header that hashes to it. */
export interface TrustedHead extends TrustedBlock {
  /** Unix seconds. */
  timestamp: number;
}
