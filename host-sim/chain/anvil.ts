/** A chain of one's own: anvil, started directly, gone when this process is gone. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { call } from '../node/chain/call.js';
import { patient } from '../node/patience.js';
import { anvilBinary } from './binary.js';

export interface ChainOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  chainId?: number;
  /** More of anvil's own arguments, for example `--slots-in-an-epoch 1`, `--prune-history` or `--block-time 2`. */
  flags?: string[];
  /** Closes the chain when aborted. */
  signal?: AbortSignal;
  /** Path of the executable, in place of the installed package's. */
  binary?: string;
  /** Milliseconds in which it must answer. */
  patience?: number;
}

/** Well-known keys of the public test mnemonic: worth nothing anywhere but here. */
export interface ChainAccount {
  address: `0x${string}`;
  privateKey: `0x${string}`;
}

export interface Chain {
  url: string;
  chainId: number;
  /** Ten accounts with ether. */
  accounts: ChainAccount[];
  /** Process id of anvil itself. */
  pid: number;
  /** Resolves when the chain is gone. Idempotent. */
  close(): Promise<void>;
}

const tailLength = 4096;

/** @throws Error with one line that names the remedy. */
export async function startChain(options: ChainOptions = {}): Promise<Chain> {
  options.signal?.throwIfAborted();
  const { port = 0, chainId = 31337, flags = [], signal, patience = patient(20_000) } = options;
  const binary = options.binary ?? anvilBinary();
  const parameters = ['--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${chainId}`, ...flags];
  const supervisor = spawn(
    process.execPath,
    [fileURLToPath(new URL('./supervise.mjs', import.meta.url)), binary, ...parameters],
    // A group of its own: Ctrl-C is for the parent to handle, in the order it chooses.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: environment() },
  );
  supervisor.stdin.on('error', () => {});
  let pid = 0;
  const gone = new Promise<void>(resolve => {
    const done = () => {
      if (pid !== 0) terminate(pid);
      resolve();
    };
    supervisor.once('exit', done);
    supervisor.once('error', done);
  });
  const close = () => {
    supervisor.stdin.end();
    return gone;
  };
  signal?.addEventListener('abort', close, { once: true });
  gone.then(() => signal?.removeEventListener('abort', close));
  try {
    const banner = await readBanner(supervisor, patience);
    pid = banner.pid;
    const url = `http://127.0.0.1:${banner.port}`;
    const answered = Number(await call(url, 'eth_chainId', [], patience));
    if (answered !== chainId) throw new Error(`the chain says it is ${answered}, not ${chainId}`);
    return { url, chainId, accounts: banner.accounts, pid, close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw new Error(explain((error as Error).message, port), { cause: error });
  }
}

/** The variables that anvil needs; secrets of this process are none of its business. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];
  return Object.fromEntries(kept.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended before.
  }
}

function explain(message: string, port: number): string {
  if (/address already in use|os error 98/i.test(message))
    return `no chain to start: port ${port} is taken (give another one, or a running anvil with --rpc URL)`;
  return `no chain to start: ${message} (give any running anvil with --rpc URL)`;
}

interface Banner {
  pid: number;
  port: number;
  accounts: ChainAccount[];
}

/** Anvil prints its accounts, then the address it listens on. After that its output is read and dropped. */
function readBanner(supervisor: ChildProcess, patience: number): Promise<Banner> {
  return new Promise((resolve, reject) => {
    let out = '';
    let problem = '';
    const { stdout, stderr } = supervisor;
    const timer = setTimeout(() => reject(new Error(`anvil did not answer in ${patience} ms`)), patience);
    const listen = (chunk: Buffer) => {
      out = (out + chunk.toString()).slice(-4 * tailLength);
      const listening = /Listening on \S+:(\d+)/.exec(out);
      if (!listening) return;
      clearTimeout(timer);
      stdout?.off('data', listen).resume();
      const words = out.match(/0x[0-9a-fA-F]{40,64}/g) ?? [];
      const addresses = words.filter(word => word.length === 42);
      const keys = words.filter(word => word.length === 66);
      const accounts = addresses.map((address, at) => ({ address, privateKey: keys[at] }) as ChainAccount);
      resolve({ pid: Number.parseInt(out, 10), port: Number(listening[1]), accounts });
    };
    stdout?.on('data', listen);
    stderr?.on('data', (chunk: Buffer) => (problem = (problem + chunk.toString()).slice(-tailLength)));
    supervisor.once('error', reject);
    supervisor.once('close', () => {
      clearTimeout(timer);
      const lines = problem.split('\n').filter(line => line.trim() !== '');
      reject(new Error(`anvil ended: ${lines.slice(-3).join(' ').trim() || 'without a word'}`));
    });
  });
}
