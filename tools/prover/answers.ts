/** The questions to a prover, and the options that it is started with. */

import type { PieceQuestion } from '../../firmware/beacon/absentPieces.js';
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import type { LinkRequest } from '../../firmware/command/linkWire.js';
import type { Bls } from '../../firmware/port/bls.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { WitnessQuestion } from '../../firmware/proof/witnessRequest.js';
import type { FileQuestion } from './releaseFiles.js';
import type { Fetch } from './upstream.js';
import type { ProverEvent, Watch } from './watch.js';

export interface ProverOptions {
  /** Beacon nodes, 1 or more; several are compared with each other. */
  beacons: readonly string[];
  /** Execution nodes with `eth_getProof`, 1 or more. */
  rpcs: readonly string[];
  /** The chain's data; asked of the beacon nodes if left out. */
  chain?: BeaconChain;
  /** Root of a finalized beacon block to begin at, 32 bytes; most nodes' newest if left out. */
  checkpoint?: Uint8Array;
  /** A directory of signed checkpoints to serve (tools/checkpoint/file.ts). */
  checkpoints?: string;
  /** Base URLs of image servers, whose files boards without another way get in pieces; none if left out. */
  images?: readonly string[];
  /** By which all milliseconds here are counted; the process's own if left out. */
  clock?: Clock;
  /** Milliseconds for one answer of a node; 10 s. */
  timeoutMs?: number;
  /** Milliseconds from the beginning of a look for the newest finality to the last question that it answers; a quarter of a slot. */
  freshnessMs?: number;
  onEvent?(event: ProverEvent): void;
  bls?: Bls;
  /** That of TypeScript if left out. */
  crypto?: Crypto;
  /** The way to the nodes; that of the process if left out. */
  fetch?: Fetch;
  signal?: AbortSignal;
}

/** Answers are the bytes that boards parse (firmware/beacon, firmware/proof), or undefined. */
export interface Prover {
  bootstrap(root: Uint8Array): Promise<Uint8Array | undefined>;
  /** The update that is signed in the period and names the committee of the next. */
  committee(period: number): Promise<Uint8Array | undefined>;
  finality(): Promise<Uint8Array | undefined>;
  /** A piece of the proof of the keys that are absent in `bits`. */
  absent(question: PieceQuestion): Promise<Uint8Array | undefined>;
  /** The newest block that the committee signed, final or not. */
  newest(): Promise<Uint8Array | undefined>;
  links(request: LinkRequest): Promise<Uint8Array | undefined>;
  witness(request: WitnessQuestion): Promise<Uint8Array | undefined>;
  /** One that operators signed over the challenge, else the newest. */
  checkpoint(challenge?: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined>;
  /** The rotation that the set of checkpoint keys of that hash signed. */
  rotation(outgoing: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined>;
  /** The set of checkpoint keys of that hash. */
  keySet(hash: Uint8Array): Promise<Uint8Array | undefined>;
  /** A piece of a release's file with the file's length before it, as boards read it (firmware/update/brokerSource.ts). */
  file(question: FileQuestion): Promise<Uint8Array | undefined>;
  /** Of the execution chain, which names MQTT topics. @throws Error when no node tells */
  chainId(): Promise<number>;
  /** Milliseconds of a slot. */
  slotTime(): Promise<number>;
  readonly watch: Watch;
}
