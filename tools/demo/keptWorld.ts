/**
 * A world that is kept over restarts, in a directory: the board's flash, the images, the chain, and what the board was
 * told once and for all, the places where it looks for broker, chain, prover and images among it.
 */
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { takeLock } from '../../host-sim/node/lock.js';
import { accessParameters } from '../board/accessFile.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

const WORLD_FILE = 'world.json';
const WORLD_BYTES_MAX = 65_536;
/** The process that has the world open. */
const LOCK_FILE = 'running';
/** The names in the directory, besides. */
const PARTS = ['flash', 'images', 'chain.json'] as const;

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`)));
const address = hex(20) as unknown as v.GenericSchema<`0x${string}`>;
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const schema = v.strictObject({
  format: v.literal(1),
  engine: v.string(),
  level: v.picklist([1, 4]),
  /** The board asks everything but images over its broker connection. */
  oneSocket: v.boolean(),
  /** Ports of this machine that the board was told. */
  ports: v.strictObject({
    broker: port,
    endpoints: v.pipe(v.array(port), v.length(2)),
    images: port,
    prover: v.optional(port),
  }),
  fleet: address,
  channel: address,
  device: address,
  access: v.strictObject({ user: v.string(), password: v.string(), topicSecret: hex(32) }),
  /** Private key of the prover behind the broker. */
  proverKey: v.optional(hex(32)),
});

type WorldFile = v.InferOutput<typeof schema>;

/** As it is kept, with secrets as bytes. */
export interface WorldFacts extends Omit<WorldFile, 'format' | 'access' | 'proverKey'> {
  access: BrokerAccess;
  proverKey?: KeyPair['privateKey'];
}

export class KeptWorld {
  readonly directory: string;
  /** Its facts as they were kept when it ran before; undefined of a new one. */
  readonly known: WorldFacts | undefined;

  /**
   * Opens the world in `directory`, or begins one where nothing is; `close` gives it free again.
   * @throws Failure `world` when something else lies there, it runs already, or what is kept is no world
   */
  constructor(directory: string) {
    this.directory = resolve(directory);
    const begun = fs.existsSync(this.directory) ? fs.readdirSync(this.directory) : [];
    const ours: readonly string[] = [WORLD_FILE, LOCK_FILE, ...PARTS];
    const foreign = begun.find(name => !ours.includes(name));
    if (foreign !== undefined && !begun.includes(WORLD_FILE))
      throw new Failure('world', `${this.directory} holds ${foreign} and no world: name another directory.`);
    fs.mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.#lock();
    try {
      this.known = begun.includes(WORLD_FILE) ? readWorld(join(this.directory, WORLD_FILE)) : undefined;
    } catch (error) {
      this.close();
      throw error;
    }
    // Set up half and never kept: nobody knows its keys.
    if (!this.known)
      for (const part of PARTS) fs.rmSync(join(this.directory, part), { recursive: true, force: true });
  }

  /** The board's flash. */
  get flash(): string {
    return join(this.directory, 'flash');
  }

  get images(): string {
    return join(this.directory, 'images');
  }

  /** The state of the chain, as anvil loads it. */
  get chain(): string {
    return join(this.directory, 'chain.json');
  }

  /** Keeps a world that was set up. */
  keep({ access, proverKey, ...rest }: WorldFacts): void {
    const file: WorldFile = {
      format: 1,
      ...rest,
      access: accessParameters(access),
      ...(proverKey && { proverKey: toHex(proverKey) }),
    };
    writeWholeFiles([[join(this.directory, WORLD_FILE), `${JSON.stringify(file, null, 2)}\n`]], 0o600);
  }

  close(): void {
    fs.rmSync(join(this.directory, LOCK_FILE), { force: true });
  }

  #lock(): void {
    const holder = takeLock(join(this.directory, LOCK_FILE));
    if (holder !== undefined)
      throw new Failure(
        'world',
        `The world in ${this.directory} runs already, in process ${holder}: use that one, stop it, or name another directory.`,
      );
  }
}

function readWorld(path: string): WorldFacts {
  try {
    const text = Buffer.from(readBoundedFile(path, WORLD_BYTES_MAX)).toString('utf8');
    const { access, format: _, proverKey, ...rest } = v.parse(schema, JSON.parse(text));
    return {
      ...rest,
      access: { ...access, topicSecret: fromHex(access.topicSecret, 32)! },
      ...(proverKey !== undefined && { proverKey: fromHex(proverKey, 32)! }),
    };
  } catch (error) {
    const why = error instanceof FileProblem ? error.message : 'holds no world that these tools know';
    throw new Failure('world', `${path} ${why}: name another directory, or remove this one to begin anew.`);
  }
}
