/** A description of whom a board is to trust, in a JSON file: the same choices as the flags of holdfast provision. */
import * as v from 'valibot';
import type { Contracts, Hex } from '../../contracts/client/index.js';
import {
  checkConfiguration,
  configurationHash,
  encodeConfiguration,
  SLEEP_SECONDS_MAX,
} from '../../firmware/trust/configuration.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import { crypto } from '../operator/boardChannel.js';
import type { Settings } from '../settings/settings.js';
import { trustFrom } from './trust.js';

const FILE_BYTES_MAX = 16_384;
const URLS_MAX = 8;

const text = v.pipe(v.string(), v.maxLength(200));
const level = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4));
const seconds = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

const schema = v.strictObject({
  profile: v.optional(v.picklist(['development', 'production']), 'production'),
  endpoints: v.optional(v.pipe(v.array(text), v.maxLength(URLS_MAX)), []),
  quorum: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(URLS_MAX))),
  provers: v.optional(v.pipe(v.array(text), v.maxLength(URLS_MAX)), []),
  beacon: v.optional(text),
  checkpoint: v.optional(v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{64}$/))),
  maximumSleep: v.optional(seconds(SLEEP_SECONDS_MAX), SLEEP_SECONDS_MAX),
  maximumAge: v.optional(seconds(7 * 86_400), 3600),
  level: v.optional(level),
  commandLevel: v.optional(level),
  standIn: v.optional(v.boolean(), false),
  telemetryKey: v.optional(v.pipe(v.string(), v.regex(/^0x0[23][0-9a-fA-F]{64}$/))),
});

export interface MadeTrust {
  /** As the board stores it. */
  bytes: Uint8Array;
  /** 32 bytes. */
  hash: Uint8Array;
}

/**
 * The configuration that the file describes, for boards of `fleet`, whose checkpoint keys it takes from the chain.
 * `note` is told what was taken from where.
 *
 * @throws Failure `trust_file` when the file is no such description, `trust` when boards would refuse it
 */
export async function trustFromFile(
  path: string,
  contracts: Contracts,
  fleet: Hex,
  note: (line: string) => void,
): Promise<MadeTrust> {
  const described = v.safeParse(schema, parsed(path));
  if (!described.success) {
    const [issue] = described.issues;
    const where = v.getDotPath(issue) ?? 'it';
    throw new Failure(
      'trust_file',
      `${path} does not describe a trust configuration: ${where} is missing, misspelled or out of its bounds. tools/README.md has an example.`,
    );
  }
  const { checkpoint, telemetryKey, ...flags } = described.output;
  const lower = (text: string | undefined) => text?.toLowerCase() as Hex | undefined;
  const given = { ...flags, checkpoint: lower(checkpoint), telemetryKey: lower(telemetryKey) };
  const configuration = await trustFrom(given, contracts, fleet, note);
  const checked = checkConfiguration(configuration);
  if (checked.verdict === 'rejected')
    throw new Failure('trust', `This trust configuration is not allowed: ${checked.evidence}.`);
  return { bytes: encodeConfiguration(configuration), hash: configurationHash(crypto, configuration) };
}

/** The trust that --trust describes, made before anything is sent; with the signers of the fleet that may order it. */
export async function trustOf(
  input: Surroundings & { flags: { trust?: string; signer: readonly string[] } },
  settings: Settings,
  contracts: Contracts,
  fleet: Hex,
): Promise<{ trust: MadeTrust; signers(): Promise<SigningKey[]> } | undefined> {
  const { signer, trust: path } = input.flags;
  if (path === undefined) return undefined;
  const trust = await trustFromFile(path, contracts, fleet, input.note);
  return { trust, signers: () => settings.signers(input, 'signers', signer) };
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(Buffer.from(readBoundedFile(path, FILE_BYTES_MAX)).toString('utf8'));
  } catch (error) {
    if (error instanceof FileProblem)
      throw new Failure('trust_file', `${path} ${error.message}: check the path.`);
    throw new Failure('trust_file', `${path} is not JSON: tools/README.md has an example.`);
  }
}
