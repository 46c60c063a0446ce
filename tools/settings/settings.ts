/** The chain, broker, board and keys that a command works with: from its flags, else from the project file. */
import { dirname, join, resolve } from 'node:path';
import type { Authority, Contracts, Signer } from '../../contracts/client/index.js';
import { patient } from '../../host-sim/node/patience.js';
import type { Surroundings } from '../cli/command.js';
import { Failure, UsageError } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import {
  type Body,
  type KeyOptions,
  type Role,
  type SigningKey,
  signingKey,
  signingKeys,
} from '../keys/signingKeys.js';
import { type Project, projectFile, readProject } from '../project/project.js';

type ChainGiven = { rpc: string | undefined; project: string | undefined; world: string | undefined };
type Given = Partial<
  ChainGiven & Record<'broker' | 'images' | 'receipts', string> & Record<'device' | 'fleet' | 'channel', Hex>
>;

/** The name of each member in a request for it, with the flag that gives it. */
const remedies = {
  rpc: 'a chain: --rpc URL',
  broker: 'a broker: --broker URL',
  images: 'an image server: --images URL',
  device: "the board's Device: --device ADDRESS",
  fleet: 'a fleet: --fleet ADDRESS',
  channel: 'a release channel: --channel ADDRESS',
} as const;

/**
 * The settings of one command.
 *
 * @example
 * const settings = new Settings(flags);
 * const contracts = await settings.chain();
 * const facts = await contracts.device.read(settings.need('device'));
 */
export class Settings {
  readonly project: Project | undefined;
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
    if (given.project !== undefined && given.world !== undefined)
      throw new UsageError('--project and --world exclude each other: each names a project.');
    this.project = readProject(given.project, given.world);
  }

  /** The directory in which the project keeps what is its own: that of its file. */
  get home(): string {
    return this.project?.directory ?? dirname(resolve(projectFile(this.#given.world)));
  }

  /** The file that receipts are kept in: as named, from where one stands, else beside the project file. */
  get receipts(): string {
    return this.#given.receipts ?? join(this.home, 'receipts.jsonl');
  }

  /** A member from the flags, else from the project file, else undefined. */
  find<K extends keyof typeof remedies>(name: K): Given[K] | undefined {
    return this.#given[name] ?? (this.project?.[name] as Given[K] | undefined);
  }

  /** The same, where the command cannot go on without. @throws Failure `setting` that names the flag */
  need<K extends keyof typeof remedies>(name: K): NonNullable<Given[K]> {
    const value = this.find(name);
    if (value !== undefined) return value;
    const where = this.project
      ? 'the project file does not name it'
      : 'there is no .holdfast/project.json here or in a parent folder';
    throw new Failure('setting', `This needs ${remedies[name]} (${where}; npm start writes one).`);
  }

  /** The contracts, for reading. @throws Failure `wrong_chain` when the endpoint is not of the project's chain */
  chain(): Promise<Contracts> {
    return this.#connect();
  }

  /** The contracts, for writing as a role. @throws Failure `no_key` when there is no key of that role */
  async chainAs(
    asking: Surroundings,
    role: Role,
    keystore?: string,
  ): Promise<Contracts & { key: SigningKey }> {
    const options: KeyOptions = { role, keystore, project: this.project };
    return this.chainWith(await signingKey(asking, options));
  }

  /** The contracts, for writing with a key. */
  async chainWith(key: SigningKey): Promise<Contracts & { key: SigningKey }> {
    return Object.assign(await this.#connect(key), { key });
  }

  /** The keys at hand of those who decide together. */
  signers(asking: Surroundings, body: Body, keystores: readonly string[]): Promise<SigningKey[]> {
    return signingKeys(asking, { body, keystores, project: this.project });
  }

  /** Their signatures, for the client. */
  async authority(keys: readonly SigningKey[]): Promise<Authority> {
    return { signers: await Promise.all(keys.map(signerOf)) };
  }

  async #connect(key?: SigningKey): Promise<Contracts> {
    const rpc = this.need('rpc');
    const { connect } = await import('../../contracts/client/index.js');
    const contracts = await connect({
      ...{ rpc, privateKey: key?.privateKey, signer: key?.signer },
      timeout: patient(10_000),
    });
    const expected = this.project?.chainId;
    const { chainId } = contracts.chain;
    if (expected !== undefined && this.#given.rpc === undefined && chainId !== expected) {
      throw new Failure(
        'wrong_chain',
        `The chain answers as number ${chainId}, the project is of chain ${expected}: start the right one, or give --rpc.`,
      );
    }
    return contracts;
  }
}

/** The signer that a key is, or that holds it. */
export async function signerOf({ privateKey, signer }: SigningKey): Promise<Signer> {
  const { signerElsewhere, signerFromKey } = await import('../../contracts/client/index.js');
  return signer ? signerElsewhere(signer) : signerFromKey(privateKey);
}

/** The facts of a contract, as `facts` reads them. @throws Failure `not_found` when there is no such contract */
export async function existing<T>(facts: Promise<T>, what: string): Promise<T> {
  try {
    return await facts;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure('not_found', `There is no ${what} on this chain: check the address and the chain.`, {
      cause: error,
    });
  }
}
