/** Transactions of blocks that the chain of a world takes back, and their way into other blocks. */
import type { Chance } from '../node/chance.js';

/** Transactions kept as they were sent: those of more blocks than are ever taken back. */
const KEPT_MAX = 512;
/** Blocks behind those that take the place of others, by which all is in blocks again. */
export const BLOCKS_UNTIL_WHOLE_MAX = 4;

/** A reorganisation that is to be. */
export interface Reorganisation {
  /** Blocks that are taken back: fewer than lie behind what is final. */
  depth: number;
  chance: Chance;
  /** True where transactions of that sender (0x…, lower case) may be lost for good. */
  mayLose(sender: string): boolean;
  /** Told once the blocks from that number on are gone, before others come. */
  onTakenBack(from: number): Promise<void> | void;
}

type Call = (method: string, params: readonly unknown[]) => Promise<unknown>;

interface Block {
  number: string;
  timestamp: string;
  transactions: { from: string; hash: string }[];
}

/** Keeps what was sent, to send it again. */
export class TakenBack {
  readonly #call: Call;
  /** By hash, as it was sent. */
  readonly #sent = new Map<string, string>();
  #left: string[] = [];
  #blocksLeft = 0;
  #chance: Chance | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  /** True when nothing waits to be in a block again. */
  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** A request of somebody who may send, and its answer. */
  sent(body: string, answer: string): void {
    if (!body.includes('"eth_sendRawTransaction"')) return;
    const { params } = JSON.parse(body) as { params: [string] };
    const { result } = JSON.parse(answer) as { result?: string };
    if (result === undefined) return;
    this.#sent.set(result, params[0]);
    if (this.#sent.size > KEPT_MAX) this.#sent.delete(this.#sent.keys().next().value!);
  }

  /** Takes the newest blocks back. @returns the Unix seconds of those, which others of as many take the place of */
  async begin(
    { chance, depth, mayLose, onTakenBack }: Reorganisation,
    newest: number,
  ): Promise<readonly number[]> {
    const blocks: Block[] = [];
    for (let number = newest - depth + 1; number <= newest; number++) {
      blocks.push((await this.#call('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])) as Block);
    }
    await this.#call('anvil_rollback', [depth]);
    // Else a block without transactions would be the one that it takes the place of.
    const miner = `0x${chance
      .below(2 ** 30)
      .toString(16)
      .padStart(40, '0')}`;
    await this.#call('anvil_setCoinbase', [miner]);
    this.#chance = chance;
    this.#blocksLeft = depth + BLOCKS_UNTIL_WHOLE_MAX;
    this.#left.push(...this.#keptOf(blocks, chance, mayLose));
    await onTakenBack(newest - depth + 1);
    return blocks.map(({ timestamp }) => Number(timestamp));
  }

  /** Sends some of what is left, in its order, ahead of a block; all of it in time. */
  async sendSome(): Promise<void> {
    if (this.isEmpty) return;
    this.#blocksLeft--;
    const count = this.#blocksLeft > 0 ? this.#chance!.below(this.#left.length + 1) : this.#left.length;
    for (const raw of this.#left.splice(0, count)) {
      // A transaction that the chain takes no more is lost as well.
      await this.#call('eth_sendRawTransaction', [raw]).catch(() => {});
    }
  }

  /**
   * A sender that loses one loses all behind it, whose nonces would never come. Of the newest block none is lost: whoever
   * sent that has not seen it in a block yet, and would wait for it for ever.
   */
  #keptOf(blocks: readonly Block[], chance: Chance, mayLose: (sender: string) => boolean): string[] {
    const isNew = new Set(blocks.at(-1)?.transactions.map(({ from }) => from));
    const losers = new Set<string>();
    return blocks.flatMap(({ transactions }) =>
      transactions.flatMap(({ from, hash }) => {
        const isLost = losers.has(from) || (mayLose(from) && !isNew.has(from) && chance.below(2) === 0);
        if (!isLost) return this.#sent.get(hash) ?? [];
        losers.add(from);
        return [];
      }),
    );
  }
}
