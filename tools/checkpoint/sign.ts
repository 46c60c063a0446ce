/**
 * Checkpoints made and signed: a final block as the operator's own node tells of it, signed with the operator's keys.
 * Before a signature is added to another's checkpoint, that node must have told the same.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { domainOf, typedData } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { readFleet } from '../../firmware/contract/facts.js';
import { fleetLayout } from '../../firmware/contract/layout.generated.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { checkpointHash } from '../../firmware/trust/checkpoint.js';
import { call } from '../../host-sim/node/chain/call.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import type { SigningKey } from '../keys/signingKeys.js';
import { typedSignature } from '../keys/typedSignature.js';
import { type CheckpointFile, checkpointOf, parseCheckpointFile, toText } from './file.js';
import { type NodeBlock, readBlock } from './nodeBlock.js';

/** Seconds: the greatest age of a block, by the signer's own clock, at which it is signed (protocol.md, *Now*). */
export const CHECKPOINT_AGE_SECONDS_MAX = 3600;

/** Seconds since the block of a checkpoint, by a clock of unix milliseconds; negative when the block is ahead of it. */
export const ageOf = ({ timestamp }: Pick<CheckpointFile, 'timestamp'>, nowMs: number): number =>
  Math.floor(nowMs / 1000) - timestamp;

/** An age of so many seconds for people; negative ones lie ahead. */
export function ageText(seconds: number): string {
  const size = Math.abs(seconds);
  const [amount, unit] =
    size < 120 ? [size, 'seconds'] : size < 7200 ? [size / 60, 'minutes'] : [size / 3600, 'hours'];
  return `${Math.floor(amount)} ${unit}`;
}

/**
 * Refuses a block that is older than boards may take for new: with m - 1 liars, the one honest signature would make it
 * so. `nowMs` is the signer's clock.
 *
 * @throws Failure `too_old`
 */
export function refuseOld(file: Pick<CheckpointFile, 'number' | 'timestamp'>, nowMs: number): void {
  const age = ageOf(file, nowMs);
  if (age <= CHECKPOINT_AGE_SECONDS_MAX) return;
  throw new Failure(
    'too_old',
    `Block ${file.number} is ${ageText(age)} old by the clock of this machine, 60 minutes at most: boards would take an old state for new. Sign a newer block (holdfast checkpoint without --add), or give --any-age if you mean it.`,
  );
}

/** The fleet's epoch as its policy says in that block. */
async function epochIn(rpc: string, fleet: Hex, block: NodeBlock): Promise<number> {
  const slot = `0x${fleetLayout.paused.slot.toString(16).padStart(64, '0')}`;
  const answer = await call(rpc, 'eth_getStorageAt', [fleet, slot, `0x${block.number.toString(16)}`]);
  const word = fromHex(answer, 32);
  if (!word)
    throw new Failure(
      'rpc',
      `The node does not tell the policy of the fleet ${fleet}: take a node that has the state of final blocks.`,
    );
  return readFleet(fromHex(fleet, 20)!, [word]).epoch;
}

/** A checkpoint of the newest final block that `rpc` knows, without signatures. @throws Failure `rpc` */
export async function newCheckpoint(
  rpc: string,
  fleet: Hex,
  challenges: readonly Hex[],
): Promise<CheckpointFile> {
  const chainId = Number(await call(rpc, 'eth_chainId'));
  const block = await readBlock(rpc, 'finalized');
  return {
    chainId,
    fleet,
    fleetEpoch: await epochIn(rpc, fleet, block),
    number: block.number,
    blockHash: block.hash,
    timestamp: block.timestamp,
    challenges: [...challenges],
    signatures: [],
  };
}

/**
 * Compares another's checkpoint with the signer's own node.
 * @throws Failure `wrong_chain`, `not_final`, or `mismatch` when the node has another block there, or another epoch in it
 */
export async function checkAgainstNode(rpc: string, file: CheckpointFile): Promise<void> {
  const chainId = Number(await call(rpc, 'eth_chainId'));
  const finalized = await readBlock(rpc, 'finalized');
  if (chainId !== file.chainId)
    throw new Failure(
      'wrong_chain',
      `The checkpoint is of chain ${file.chainId}, this node is of chain ${chainId}: name a node of that chain with --rpc.`,
    );
  if (finalized.number < file.number)
    throw new Failure(
      'not_final',
      `Block ${file.number} is not final for this node, whose newest final block is ${finalized.number}: do not sign; try again when it is final.`,
    );
  const block = await readBlock(rpc, `0x${file.number.toString(16)}`);
  if (block.hash !== file.blockHash.toLowerCase() || block.timestamp !== file.timestamp)
    throw new Failure(
      'mismatch',
      `This node has another block ${file.number} than the checkpoint: do not sign.`,
    );
  const epoch = await epochIn(rpc, file.fleet.toLowerCase() as Hex, block);
  if (epoch !== file.fleetEpoch)
    throw new Failure(
      'mismatch',
      `The fleet's epoch in block ${file.number} is ${epoch}, the checkpoint says ${file.fleetEpoch}: do not sign.`,
    );
}

/**
 * With one signature more for each key that has not signed yet. Signers elsewhere are asked one after the other.
 * @throws ContractError when one refuses
 */
export async function withSignatures(
  file: CheckpointFile,
  keys: readonly SigningKey[],
): Promise<CheckpointFile> {
  const checkpoint = checkpointOf(file);
  const digest = checkpointHash(portableCrypto(), file.chainId, checkpoint);
  const { blockHash, challenge, fleet, ...numbers } = checkpoint;
  const shown = typedData(domainOf(file.chainId, toHex(fleet) as Hex), 'Checkpoint', {
    ...numbers,
    blockHash: toHex(blockHash),
    challenge: toHex(challenge),
  });
  const made: string[] = [];
  for (const key of keys) made.push(toHex(await typedSignature(key, shown, digest)));
  const known = new Set(file.signatures.map(signature => signature.toLowerCase()));
  return { ...file, signatures: [...file.signatures, ...made.filter(one => !known.has(one))] };
}

/** Whole or not at all: a prover may be reading. */
export async function writeCheckpoint(path: string, file: CheckpointFile): Promise<void> {
  parseCheckpointFile(toText(file));
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(temporary, toText(file));
  await rename(temporary, path);
}
