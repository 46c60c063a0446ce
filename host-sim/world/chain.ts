/**
 * The chain of a world: a real anvil, which mines a block every twelve virtual seconds, at virtual time. Questions to
 * it go one after the other while time stands still, so that its blocks and answers repeat.
 */
import { type Chain, startChain } from '../chain/anvil.js';
import { cpuSecondsOf } from '../node/cpu.js';
import { KnownAnswers } from './knownAnswers.js';
import { linePosterTo, type Poster, posterTo } from './post.js';
import { SocketFile } from './socketFile.js';
import { type Reorganisation, TakenBack } from './takenBack.js';
import type { VirtualTime } from './time.js';

/** Unix seconds of the genesis; any fixed time does. */
const GENESIS_SECONDS = 1_800_000_000;
/** From one block to the next: a slot. */
export const BLOCK_SECONDS = 12;
/** Anvil calls final what is two of its epochs back. */
export const SLOTS_PER_EPOCH = 4;

/** The part of `fetch` that a client of JSON-RPC needs. */
export type Fetch = (url: string, init: { body: string }) => Promise<Response>;

/** A block as it was mined. */
export interface MinedBlock {
  number: number;
  hash: string;
  /** Their number. */
  transactions: number;
}

/** The chain and its way through virtual time. */
export class VirtualChain {
  readonly #time: VirtualTime;
  readonly #chain: Chain;
  readonly #socket: SocketFile | undefined;
  readonly #poster: Poster;
  readonly #answers: KnownAnswers;
  readonly #listeners: ((block: MinedBlock) => Promise<void>)[] = [];
  readonly #takenBack: TakenBack;
  /** The one that the next block begins. */
  #reorganisation: Reorganisation | undefined;
  /** Resolves when all that a reorganisation took back, and that is not lost, is in blocks again. */
  #whole: Promise<void> = Promise.resolve();
  #becomeWhole: () => void = () => {};
  /** Blocks that are full of others' transactions; resolves when there is room again. */
  #fullBlocks = 0;
  #room: Promise<void> = Promise.resolve();
  #makeRoom: () => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #epochSeconds = 0;
  #calls = 0;
  #newest = 0;

  /** Until `begin` it mines each transaction at once, a slot apart, whatever the machine's clock says. */
  static async start(time: VirtualTime, signal: AbortSignal): Promise<VirtualChain> {
    const flags = ['--timestamp', `${GENESIS_SECONDS}`, '--order', 'fifo'];
    flags.push('--slots-in-an-epoch', `${SLOTS_PER_EPOCH}`);
    const socket = await SocketFile.create();
    if (socket) flags.push('--ipc', socket.path);
    const chain = await startChain({ flags, signal }).catch(async error => {
      await socket?.remove();
      throw error;
    });
    const virtual = new VirtualChain(time, chain, socket);
    await virtual.call('anvil_setBlockTimestampInterval', [BLOCK_SECONDS]);
    return virtual;
  }

  private constructor(time: VirtualTime, chain: Chain, socket: SocketFile | undefined) {
    this.#time = time;
    this.#chain = chain;
    this.#socket = socket;
    this.#poster = socket ? linePosterTo(socket.path) : posterTo(chain.url);
    this.#answers = new KnownAnswers(body => this.#poster.post(body));
    this.#takenBack = new TakenBack((method, params) => this.call(method, params));
  }

  /** For people and for setting up; in the world its clients use `fetch`. */
  get url(): string {
    return this.#chain.url;
  }

  get chainId(): number {
    return this.#chain.chainId;
  }

  /** Unix seconds now. */
  get nowSeconds(): number {
    return this.#epochSeconds + Math.floor(this.#time.nowMs / 1000);
  }

  /** The newest block that the chain calls final. */
  get finalNumber(): number {
    return Math.max(0, this.#newest - 2 * SLOTS_PER_EPOCH);
  }

  /** True unless a reorganisation has taken back what is in no other block yet. */
  get isWhole(): boolean {
    return this.#takenBack.isEmpty;
  }

  /** Questions asked so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Seconds of the processor that the chain's process took so far; undefined where the system does not tell. */
  cpuSeconds(): number | undefined {
    return cpuSecondsOf(this.#chain.pid);
  }

  /** From now on a block comes every twelve seconds of virtual time, transactions or not. */
  async begin(): Promise<void> {
    await this.call('evm_setAutomine', [false]);
    await this.call('anvil_removeBlockTimestampInterval', []);
    const { timestamp } = (await this.call('eth_getBlockByNumber', ['latest', false])) as {
      timestamp: string;
    };
    this.#epochSeconds = Number(timestamp) - Math.floor(this.#time.nowMs / 1000);
    this.#time.after(BLOCK_SECONDS * 1000, () => this.#mine());
  }

  /** Told of each block; time stands still until all have settled. */
  onBlock(listener: (block: MinedBlock) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** One JSON-RPC call. @throws Error with the words of the chain */
  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = JSON.parse(await this.post(body)) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  /** A request as it travels, and the bytes of its answer. */
  post(body: string): Promise<string> {
    this.#calls++;
    const answer = this.#turn.then(() => this.#answers.post(body));
    this.#turn = answer.catch(() => {});
    return this.#time.hold(answer);
  }

  /**
   * With the next block the chain takes back its newest ones. Their transactions come again within four blocks, in their
   * order, but for those that are lost; until then nobody who sends any is answered: wallets wait for their own.
   */
  reorganise(reorganisation: Reorganisation): void {
    this.#reorganisation = reorganisation;
  }

  /**
   * The next so many blocks are full of transactions of others, who pay more: whoever sends one from now on is answered,
   * and its transaction mined, after them.
   */
  fill(blocks: number): void {
    if (this.#fullBlocks === 0) {
      this.#room = new Promise(resolve => {
        this.#makeRoom = resolve;
      });
    }
    this.#fullBlocks = Math.max(this.#fullBlocks, blocks);
  }

  /** In place of `fetch` for a client library: the answer is whole when it comes, so that reading it takes no time. */
  readonly fetch: Fetch = async (_, { body }) => {
    await this.#whole;
    if (this.#fullBlocks > 0 && body.includes('"eth_sendRawTransaction"')) await this.#room;
    const text = await this.post(body);
    this.#takenBack.sent(body, text);
    const headers = new Headers({ 'content-type': 'application/json' });
    const json = () => Promise.resolve(JSON.parse(text) as unknown);
    return { ok: true, status: 200, headers, text: () => Promise.resolve(text), json } as Response;
  };

  async close(): Promise<void> {
    this.#poster.close();
    await this.#chain.close();
    await this.#socket?.remove();
  }

  #mine(): void {
    this.#time.after(BLOCK_SECONDS * 1000, () => this.#mine());
    this.#time.spawn(this.#time.hold(this.#mineNext()));
  }

  async #mineNext(): Promise<void> {
    await this.#takenBack.sendSome();
    await this.#mineAt(this.nowSeconds);
    if (this.#reorganisation) await this.#beginReorganisation(this.#reorganisation);
    if (this.#takenBack.isEmpty) this.#becomeWhole();
    if (this.#fullBlocks > 0 && --this.#fullBlocks === 0) this.#makeRoom();
  }

  async #beginReorganisation(reorganisation: Reorganisation): Promise<void> {
    this.#reorganisation = undefined;
    this.#whole = new Promise(resolve => {
      this.#becomeWhole = resolve;
    });
    for (const seconds of await this.#takenBack.begin(reorganisation, this.#newest)) {
      await this.#takenBack.sendSome();
      await this.#mineAt(seconds);
    }
  }

  async #mineAt(timestamp: number): Promise<void> {
    const blocks = (await this.call('evm_mine_detailed', [{ timestamp, blocks: 1 }])) as {
      number: string;
      hash: string;
      transactions: unknown[];
    }[];
    const { hash, number, transactions } = blocks[0];
    this.#newest = Number(number);
    const block = { number: Number(number), hash, transactions: transactions.length };
    for (const listener of this.#listeners) await listener(block);
  }
}
