/**
 * The way to a chain: reads, writes one after the other, events. The only file of the client that loads viem
 * (a third of a second), so `connect` imports it late.
 */
import {
  type Abi,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  HttpRequestError,
  http,
  type Log,
  type PublicClient,
  parseEventLogs,
  TimeoutError,
  type WalletClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { deviceAbi, errorsAbi, factoryAbi, fleetAbi, releaseChannelAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { ContractError, explain } from './errors.js';
import type { Sent } from './facts.js';
import type { Signer, TypedData } from './typed-data.js';

export interface ConnectOptions {
  /** JSON-RPC over HTTP. */
  rpc: string;
  /** Who pays and sends; without it only reading works. A private key, never taken from a command line. */
  privateKey?: Hex;
  /** Milliseconds between looks for a receipt; default 100. */
  pollingInterval?: number;
  /** Milliseconds for one request; default 10,000. */
  timeout?: number;
  /** Blocks before this one hold no events of ours; default 0. */
  firstBlock?: number;
}

/** Storage keys that a transaction touches for certain (EIP-2930): saves about 100 gas each. */
export type AccessList = { address: Hex; storageKeys: Hex[] }[];

type ReadOnly = 'pure' | 'view';
type Writing = 'nonpayable' | 'payable';

const allEvents = [...factoryAbi, ...deviceAbi, ...fleetAbi, ...releaseChannelAbi].filter(
  entry => entry.type === 'event',
);

export class Chain {
  readonly rpc: string;
  readonly chainId: number;
  readonly client: PublicClient;
  readonly #wallet: WalletClient | undefined;
  readonly #account: ReturnType<typeof privateKeyToAccount> | undefined;
  readonly #firstBlock: bigint;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(options: ConnectOptions, chainId: number, client: PublicClient) {
    this.rpc = options.rpc;
    this.chainId = chainId;
    this.client = client;
    this.#firstBlock = BigInt(options.firstBlock ?? 0);
    if (options.privateKey) {
      this.#account = privateKeyToAccount(options.privateKey);
      this.#wallet = createWalletClient({ account: this.#account, transport: transportOf(options) });
    }
  }

  /** Asks the endpoint for its chain id, so that one that is not there is noticed here. */
  static async open(options: ConnectOptions): Promise<Chain> {
    const client = createPublicClient({
      transport: transportOf(options),
      pollingInterval: options.pollingInterval ?? 100,
      cacheTime: 0,
    });
    const chainId = await translated(options.rpc, () => client.getChainId());
    return new Chain(options, chainId, client);
  }

  /** The sending account. Throws a TypeError when connected for reading only. */
  get address(): Hex {
    if (!this.#account) throw new TypeError('connected without a key: reading only');
    return this.#account.address;
  }

  /** The newest block's time in unix seconds: what contracts compare with, whatever this machine's clock says. */
  async now(): Promise<number> {
    const block = await translated(this.rpc, () => this.client.getBlock({ blockTag: 'latest' }));
    return Number(block.timestamp);
  }

  async codeAt(address: Hex): Promise<Hex> {
    return (await translated(this.rpc, () => this.client.getCode({ address }))) ?? '0x';
  }

  async read<
    const A extends Abi,
    N extends ContractFunctionName<A, ReadOnly>,
    const P extends ContractFunctionArgs<A, ReadOnly, N>,
  >(address: Hex, abi: A, functionName: N, args: P): Promise<ContractFunctionReturnType<A, ReadOnly, N, P>> {
    return translated(this.rpc, () =>
      this.client.readContract({ address, abi, functionName, args } as never),
    ) as Promise<ContractFunctionReturnType<A, ReadOnly, N, P>>;
  }

  /** Simulates, sends, waits for the receipt. Writes of one Chain never overtake each other. */
  async write<
    const A extends Abi,
    N extends ContractFunctionName<A, Writing>,
    const P extends ContractFunctionArgs<A, Writing, N>,
  >(address: Hex, abi: A, functionName: N, args: P, accessList?: AccessList): Promise<Sent> {
    const account = this.#account;
    const wallet = this.#wallet;
    if (!account || !wallet) throw new TypeError('connected without a key: reading only');
    const call = { address, abi, functionName, args, account, ...(accessList && { accessList }) };
    return this.#inTurn(() =>
      translated(this.rpc, async () => {
        await this.client.simulateContract(call as never);
        const hash = await wallet.writeContract({ ...call, chain: null } as never);
        const receipt = await this.#receipt(hash);
        if (receipt.status !== 'success') {
          await this.client.simulateContract(call as never); // tells why, if it still would
          throw new ContractError(
            'Reverted',
            `Transaction ${hash} was overtaken by another and reverted: look again.`,
          );
        }
        return this.#sent(receipt);
      }),
    );
  }

  /** Sends plain data (creation code for the deterministic deployer). */
  async sendData(to: Hex, data: Hex): Promise<Sent> {
    const account = this.#account;
    const wallet = this.#wallet;
    if (!account || !wallet) throw new TypeError('connected without a key: reading only');
    return this.#inTurn(() =>
      translated(this.rpc, async () => {
        const hash = await wallet.sendTransaction({ account, to, data, chain: null });
        return this.#sent(await this.#receipt(hash));
      }),
    );
  }

  /** Sends ether, in wei. */
  async sendValue(to: Hex, value: bigint): Promise<Sent> {
    const account = this.#account;
    const wallet = this.#wallet;
    if (!account || !wallet) throw new TypeError('connected without a key: reading only');
    return this.#inTurn(() =>
      translated(this.rpc, async () => {
        const hash = await wallet.sendTransaction({ account, to, value, chain: null });
        return this.#sent(await this.#receipt(hash));
      }),
    );
  }

  /** Events of ours at `address`, oldest first. Endpoints that allow only short ranges are asked piece by piece. */
  async events(
    address: Hex,
    names?: readonly string[],
  ): Promise<(Sent['events'][number] & { blockNumber: number })[]> {
    const latest = await translated(this.rpc, () => this.client.getBlockNumber());
    const logs = await this.#logs(address, this.#firstBlock, latest);
    return this.#decode(logs)
      .filter(event => !names || names.includes(event.name))
      .map(event => ({ ...event, blockNumber: Number(event.blockNumber) }));
  }

  async #logs(address: Hex, fromBlock: bigint, toBlock: bigint): Promise<Log[]> {
    if (fromBlock > toBlock) return [];
    try {
      return await this.client.getLogs({ address, fromBlock, toBlock });
    } catch (cause) {
      if (toBlock - fromBlock < 100n) throw contractError(this.rpc, cause);
      const middle = (fromBlock + toBlock) / 2n;
      return [
        ...(await this.#logs(address, fromBlock, middle)),
        ...(await this.#logs(address, middle + 1n, toBlock)),
      ];
    }
  }

  #decode(logs: Log[]) {
    return parseEventLogs({ abi: allEvents, logs }).map(log => ({
      address: log.address.toLowerCase() as Hex,
      name: log.eventName as string,
      values: log.args as unknown as Record<string, unknown>,
      blockNumber: log.blockNumber,
    }));
  }

  #receipt(hash: Hex) {
    return this.client.waitForTransactionReceipt({ hash, timeout: 120_000 });
  }

  #sent(receipt: { transactionHash: Hex; blockNumber: bigint; gasUsed: bigint; logs: Log[] }): Sent {
    return {
      transactionHash: receipt.transactionHash,
      blockNumber: Number(receipt.blockNumber),
      gasUsed: Number(receipt.gasUsed),
      events: this.#decode(receipt.logs).map(({ address, name, values }) => ({ address, name, values })),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastWrite.then(work);
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }
}

/** A signer that holds a private key in memory. */
export function signerFromKey(privateKey: Hex): Signer {
  const account = privateKeyToAccount(privateKey);
  return {
    address: account.address.toLowerCase() as Hex,
    signTypedData: (data: TypedData) => account.signTypedData(data as never),
  };
}

function transportOf(options: ConnectOptions) {
  return http(options.rpc, { timeout: options.timeout ?? 10_000, retryCount: 1 });
}

async function translated<T>(rpc: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw contractError(rpc, cause);
  }
}

function contractError(rpc: string, cause: unknown): unknown {
  if (cause instanceof ContractError || !(cause instanceof BaseError)) return cause;
  const options = { cause };
  const reverted = cause.walk(error => error instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) {
    const decoded = decodeRevert(reverted);
    return new ContractError(decoded.code, explain(decoded.code, decoded.args), options);
  }
  if (cause.walk(error => error instanceof HttpRequestError || error instanceof TimeoutError)) {
    return new ContractError(
      'Unreachable',
      `The chain at ${hostOf(rpc)} does not answer: check the address and that it runs.`,
      options,
    );
  }
  if (/insufficient funds|exceeds (the )?balance|gas required exceeds/i.test(cause.message)) {
    return new ContractError(
      'NoFunds',
      'The sending account cannot pay for the gas: send it some ether.',
      options,
    );
  }
  const name = cause.walk(error => error instanceof BaseError && 'functionName' in error)
    ? 'ContractCall'
    : 'Rpc';
  return new ContractError(name, `${cause.shortMessage.replaceAll(/\s+/g, ' ')}`, options);
}

function decodeRevert(reverted: ContractFunctionRevertedError): { code: string; args: readonly unknown[] } {
  if (reverted.raw && reverted.raw.length >= 10) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errorsAbi, data: reverted.raw });
      return { code: errorName, args: (args ?? []) as readonly unknown[] };
    } catch {
      // not one of ours: Error(string), Panic(uint256) or a stranger's
    }
  }
  return {
    code: reverted.data?.errorName ?? 'Reverted',
    args: (reverted.data?.args ?? [reverted.reason ?? 'without a reason']) as readonly unknown[],
  };
}

/** Without user name, password or key in the path: what is printed must hold no secret. */
function hostOf(rpc: string): string {
  try {
    return new URL(rpc).host;
  } catch {
    return 'that address';
  }
}
