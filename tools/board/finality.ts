/** Boards act on final blocks. A development chain makes none by itself, so the tools mine them there. */
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';

/** The chain id of anvil and its like: chains for development, which mine on demand. */
export const DEVELOPMENT_CHAIN = 31337;

/** Seconds to wait for a board: those asked for, else 60 on a development chain and 40 minutes on any other. */
export const waitSecondsFor = (chainId: number, asked: number | undefined): number =>
  asked ?? (chainId === DEVELOPMENT_CHAIN ? 60 : 2400);

export interface FinalityOptions {
  rpc: string;
  chainId: number;
  block: number;
  /** False after --no-mine. */
  mine: boolean;
}

/** Mines a development chain until `block` is final there; on any other chain only says what to expect. */
export async function seeToFinality(
  { note, progress }: Pick<Surroundings, 'note' | 'progress'>,
  { block, chainId, mine, rpc }: FinalityOptions,
): Promise<void> {
  if (chainId !== DEVELOPMENT_CHAIN) {
    note(`The board acts when block ${block} is final; on Ethereum that takes about 15 minutes.`);
    return;
  }
  if (!mine) {
    note(
      `Block ${block} is not final yet: a development chain mines on demand, and --no-mine leaves that to you.`,
    );
    return;
  }
  progress?.('waits until the block is final');
  note(`Chain ${chainId} is a development chain: mining until block ${block} is final.`);
  try {
    await mineUntilFinal(rpc, block);
  } catch (cause) {
    throw new Failure(
      'no_mining',
      `This chain cannot be told to mine (${(cause as Error).message}): wait for its own blocks and give --no-mine.`,
      { cause },
    );
  }
}
