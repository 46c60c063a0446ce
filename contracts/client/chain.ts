/**
 * The way to a chain: reads, writes one after the other, events. Loads viem (a third of a second), so `connect` imports
 * it late.
 */
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  createPublicClient,
  createWalletClient,
  http,
  type Log,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type WalletClient,
} from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Hex } from '../addresses.js';
import { ContractError } from './errors.js';
import type { EventFacts, Sent } from './facts.js';
import { eventsIn, logsOf } from './logs.js';
import { translated } from './refusals.js';
import { atSigner, type RemoteAccount, remoteWallet } from './remoteSigner.js';
import { rpcTransport } from './rpcTransport.js';

export interface ConnectOptions {
  /** JSON-RPC over HTTP. */
  rpc: string;
  /** The private key of the account that sends and pays, never taken from a command line; without it only reading works. */
  privateKey?: Hex;
  /** In its place an account of a signer elsewhere, which must be of the same chain. */
  signer?: RemoteAccount;
  /** Milliseconds between looks for a receipt; default 100. */
  pollingInterval?: number;
  /** Milliseconds for one request; default 10,000. */
  timeout?: number;
  /** Blocks before this one hold no events of ours; default 0. */
  firstBlock?: number;
  /** For a time that is not the machine's: the way to ask the endpoint, and to await the next look for a receipt. */
  host?: ConnectHost;
  /** True: a write is sent while those before it have no receipt yet. For one account that acts for many, who each wait. */
  sendsAhead?: boolean;
}

/** A host with a time and a network of its own. */
export interface ConnectHost {
  fetch(url: string, init: { body: string }): Promise<Response>;
  wait(milliseconds: number): Promise<void>;
}

/** Storage keys that a transaction touches for certain (EIP-2930): saves about 100 gas each. */
export type AccessList = { address: Hex; storageKeys: Hex[] }[];

type ReadOnly = 'pure' | 'view';
type Writing = 'nonpayable' | 'payable';

/**
 * A connection to one chain. Every method that asks it throws ContractError: `Unreachable` when it does not answer, the
 * name of the Solidity error when a contract refuses. What writes throws a TypeError when connected without a key.
 */
export class Chain {
  readonly rpc: string;
  readonly chainId: number;
  readonly client: PublicClient;
  readonly #wallet: WalletClient | undefined;
  readonly #account: PrivateKeyAccount | Hex | undefined;
  readonly #signer: RemoteAccount | undefined;
  readonly #firstBlock: bigint;
  readonly #host: ConnectHost | undefined;
  readonly #sendsAhead: boolean;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    options: ConnectOptions,
    chainId: number,
    client: PublicClient,
    account: PrivateKeyAccount | undefined,
  ) {
    this.rpc = options.rpc;
    this.chainId = chainId;
    this.client = client;
    this.#firstBlock = BigInt(options.firstBlock ?? 0);
    this.#host = options.host;
    this.#sendsAhead = options.sendsAhead ?? false;
    if (account) {
      this.#account = account;
      this.#wallet = createWalletClient({ account, transport: transportOf(options) });
    } else if (options.signer) {
      this.#signer = options.signer;
      this.#account = options.signer.address;
      this.#wallet = remoteWallet(options.signer);
    }
  }

  /** Asks the endpoint for its chain id, so that one that is not there is noticed here. */
  static async open(options: ConnectOptions): Promise<Chain> {
    const { privateKey } = options;
    // The code that signs is a twentieth of the time of a command that only reads.
    const account = privateKey ? (await import('viem/accounts')).privateKeyToAccount(privateKey) : undefined;
    const client = createPublicClient({
      transport: transportOf(options),
      pollingInterval: options.pollingInterval ?? 100,
      cacheTime: 0,
    });
    const chainId = await translated(options.rpc, () => client.getChainId());
    if (options.signer) await checkChain(options.signer, chainId);
    return new Chain(options, chainId, client, account);
  }

  /** The sending account. Throws a TypeError when connected for reading only. */
  get address(): Hex {
    if (!this.#account) throw new TypeError('connected without a key: reading only');
    return typeof this.#account === 'string' ? this.#account : this.#account.address;
  }

  /** The newest block's time in unix seconds: what contracts compare with, whatever this machine's clock says. */
  async now(): Promise<number> {
    const block = await translated(this.rpc, () => this.client.getBlock({ blockTag: 'latest' }));
    return Number(block.timestamp);
  }

  /** The code at an address; 0x when there is none. */
  async codeAt(address: Hex): Promise<Hex> {
    return (await translated(this.rpc, () => this.client.getCode({ address }))) ?? '0x';
  }

  /** The answer of a view function, at the newest block unless another is named. */
  async read<
    const A extends Abi,
    N extends ContractFunctionName<A, ReadOnly>,
    const P extends ContractFunctionArgs<A, ReadOnly, N>,
  >(
    address: Hex,
    abi: A,
    functionName: N,
    args: P,
    blockTag: 'latest' | 'finalized' = 'latest',
  ): Promise<ContractFunctionReturnType<A, ReadOnly, N, P>> {
    return translated(this.rpc, () =>
      this.client.readContract({ address, abi, functionName, args, blockTag } as never),
    ) as Promise<ContractFunctionReturnType<A, ReadOnly, N, P>>;
  }

  /** Simulates, sends, awaits the receipt, before the next write begins unless it `sendsAhead`. None overtakes another. */
  async write<
    const A extends Abi,
    N extends ContractFunctionName<A, Writing>,
    const P extends ContractFunctionArgs<A, Writing, N>,
  >(address: Hex, abi: A, functionName: N, args: P, accessList?: AccessList): Promise<Sent> {
    const { account, wallet } = this.#writing();
    const call = { address, abi, functionName, args, account, ...(accessList && { accessList }) };
    const send = async () => {
      await this.client.simulateContract(call as never);
      return this.#asked(() => wallet.writeContract({ ...call, chain: null } as never));
    };
    const settle = async (hash: Hex) => {
      const receipt = await this.#receipt(hash);
      if (receipt.status !== 'success') {
        await this.client.simulateContract(call as never); // tells why, if it still would
        throw new ContractError(
          'Reverted',
          `Transaction ${hash} was overtaken by another and reverted: look again.`,
        );
      }
      return this.#sent(receipt);
    };
    if (!this.#sendsAhead) return this.#inTurn(() => translated(this.rpc, async () => settle(await send())));
    const hash = await this.#inTurn(() => translated(this.rpc, send));
    return translated(this.rpc, () => settle(hash));
  }

  /**
   * Many writes at once: sent one behind the other with the gas and the fee of the first, their receipts awaited after the
   * last. For a fleet's worth of equal calls; `write` looks into each before it pays. @returns the block of the last
   */
  async writeEach<
    const A extends Abi,
    N extends ContractFunctionName<A, Writing>,
    const P extends ContractFunctionArgs<A, Writing, N>,
  >(addresses: readonly Hex[], abi: A, functionName: N, args: P): Promise<number> {
    const { account, wallet } = this.#writing();
    if (addresses.length === 0) return Number(await this.client.getBlockNumber({ cacheTime: 0 }));
    const callOf = (address: Hex) => ({ address, abi, functionName, args, account });
    return this.#inTurn(() =>
      translated(this.rpc, async () => {
        const estimate = await this.client.estimateContractGas(callOf(addresses[0]!) as never);
        const { maxFeePerGas, maxPriorityFeePerGas } = await this.client.estimateFeesPerGas();
        const first = await this.client.getTransactionCount({ address: this.address, blockTag: 'pending' });
        // Twice the fee: it may rise with the blocks that these fill.
        const paid = { gas: (estimate * 5n) / 4n, maxFeePerGas: 2n * maxFeePerGas, maxPriorityFeePerGas };
        const hashes: Hex[] = [];
        for (const [i, address] of addresses.entries()) {
          const call = { ...callOf(address), ...paid, nonce: first + i, chain: null, type: 'eip1559' };
          hashes.push(await this.#asked(() => wallet.writeContract(call as never)));
        }
        let block = 0;
        for (const [i, hash] of hashes.entries()) {
          const { blockNumber, status } = await this.#receipt(hash);
          if (status !== 'success')
            throw new ContractError('Reverted', `Transaction ${hash} to ${addresses[i]} reverted.`);
          block = Number(blockNumber);
        }
        return block;
      }),
    );
  }

  /** The wei of the sending account, and the wei that one gas costs at most as fees are now. */
  async purse(): Promise<{ balance: bigint; maxFeePerGas: bigint }> {
    const { address } = this;
    return translated(this.rpc, async () => {
      const balance = await this.client.getBalance({ address });
      return { balance, maxFeePerGas: (await this.client.estimateFeesPerGas()).maxFeePerGas };
    });
  }

  /** The gas that sending this data takes, by the chain's own word; undefined where it can give none. */
  gasOf(to: Hex, data: Hex): Promise<bigint | undefined> {
    return this.client.estimateGas({ account: this.address, to, data }).catch(() => undefined);
  }

  /** Sends plain data (creation code for the deterministic deployer). */
  sendData(to: Hex, data: Hex): Promise<Sent> {
    return this.#send({ to, data });
  }

  /** Sends ether, in wei. */
  sendValue(to: Hex, value: bigint): Promise<Sent> {
    return this.#send({ to, value });
  }

  /**
   * Events of ours at `address`, oldest first, of all names unless some are given; of the blocks from `from` to `to`, both
   * included, where those are given. Endpoints that allow only short ranges are asked piece by piece.
   */
  async events(
    address: Hex,
    names?: readonly string[],
    { from, to }: { from?: number; to?: number } = {},
  ): Promise<EventFacts[]> {
    const events = await translated(this.rpc, async () => {
      const first = from === undefined ? this.#firstBlock : BigInt(from);
      const last = to === undefined ? await this.client.getBlockNumber() : BigInt(to);
      return eventsIn(await logsOf(this.client, address, first, last));
    });
    return events
      .filter(event => !names || names.includes(event.name))
      .map(event => ({ ...event, blockNumber: Number(event.blockNumber) }));
  }

  async #send(transaction: { to: Hex; data?: Hex; value?: bigint }): Promise<Sent> {
    const { account, wallet } = this.#writing();
    return this.#inTurn(() =>
      translated(this.rpc, async () => {
        const hash = await this.#asked(() =>
          wallet.sendTransaction({ ...transaction, account, chain: null }),
        );
        return this.#sent(await this.#receipt(hash));
      }),
    );
  }

  /** The answer of whoever signs and sends: the endpoint itself, or a signer elsewhere. */
  #asked<T>(work: () => Promise<T>): Promise<T> {
    return this.#signer ? atSigner(this.#signer, work) : work();
  }

  #writing() {
    const account = this.#account;
    const wallet = this.#wallet;
    if (!account || !wallet) throw new TypeError('connected without a key: reading only');
    return { account, wallet };
  }

  async #receipt(hash: Hex): Promise<TransactionReceipt> {
    const host = this.#host;
    if (!host) return this.client.waitForTransactionReceipt({ hash, timeout: 120_000 });
    for (;;) {
      try {
        return await this.client.getTransactionReceipt({ hash });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      }
      await host.wait(this.client.pollingInterval);
    }
  }

  #sent(receipt: { transactionHash: Hex; blockNumber: bigint; gasUsed: bigint; logs: Log[] }): Sent {
    return {
      transactionHash: receipt.transactionHash,
      blockNumber: Number(receipt.blockNumber),
      gasUsed: Number(receipt.gasUsed),
      events: eventsIn(receipt.logs).map(({ address, name, values }) => ({ address, name, values })),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastWrite.then(work);
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }
}

/** A signer that sends to another chain is refused before it signs anything. */
async function checkChain(signer: RemoteAccount, chainId: number): Promise<void> {
  const its = await atSigner(signer, () => remoteWallet(signer).getChainId());
  if (its === chainId) return;
  throw new ContractError(
    'SignerElsewhere',
    `The signer at ${new URL(signer.url).host} sends to chain ${its}, and this is chain ${chainId}: start it for the right one.`,
  );
}

function transportOf(options: ConnectOptions) {
  const { host, rpc, timeout = 10_000 } = options;
  // The library waits between two attempts by the machine's clock, which a host with a time of its own must not see.
  if (host) return http(rpc, { timeout, retryCount: 0, fetchFn: host.fetch as typeof fetch });
  return rpcTransport(rpc, timeout, 1);
}
