/** Provisioning at a board's console: told whom to trust, it proves that it holds its key. Nothing it says is believed unchecked. */
import * as v from 'valibot';
import { type Contracts, digestOf, type Hex } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { deviceAddress } from '../../firmware/contract/create2.js';
import {
  checkConfiguration,
  configurationHash,
  encodeConfiguration,
  type TrustConfiguration,
} from '../../firmware/trust/configuration.js';
import { Failure } from '../cli/failure.js';
import { crypto } from '../operator/boardChannel.js';
import { answer, signerOf } from './answer.js';
import type { BoardConsole } from './boardConsole.js';

const hexOf = (bytes: number) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`)),
    v.transform(text => text.toLowerCase() as Hex),
  );

const identitySchema = v.object({
  key: hexOf(20),
  originalKey: hexOf(20),
  device: hexOf(20),
  possession: v.boolean(),
  trustConfiguration: hexOf(32),
  version: v.pipe(v.number(), v.integer()),
  image: hexOf(32),
  hardware: hexOf(32),
});
export type BoardIdentity = v.InferOutput<typeof identitySchema>;

export interface Initial {
  owner: Hex;
  fleet: Hex;
  channel: Hex;
}

/** The board's identity as it tells it; its Device is computed here again from its key. @throws Failure `board` */
export async function identify(console: BoardConsole): Promise<BoardIdentity> {
  const identity = answer(identitySchema, await console.request('identify'), 'identify');
  const device = toHex(deviceAddress(crypto, fromHex(identity.originalKey, 20)!));
  if (device !== identity.device) {
    throw new Failure(
      'board',
      `The board computes its Device as ${identity.device}, these tools as ${device}: its firmware was built for other contracts.`,
    );
  }
  return identity;
}

export interface Connections {
  broker: string;
  images: string[];
  /** As `accessParameters` makes it. */
  access?: { user: string; password: string; topicSecret: string };
  /** Public key (33 bytes, 0x…) of a prover at the broker. */
  proverKey?: string;
  /** Bytes a second below which a board leaves an image server. */
  imageFloor?: number;
  /** Hours for which an app may put an update off. */
  postponeHours?: number;
  /** Of the board's hardware; the one told before if left out. */
  revision?: number;
}

/**
 * Writes trust and connections; the board must come to the same hash. Of a board that has signed a possession proof
 * (`isProven`) the trust stands for ever: the connections alone are written.
 */
export async function configure(
  console: BoardConsole,
  configuration: TrustConfiguration,
  connections: Connections,
  isProven = false,
): Promise<Hex> {
  const checked = checkConfiguration(configuration);
  if (checked.verdict === 'rejected')
    throw new Failure('trust', `This trust configuration is not allowed: ${checked.evidence}.`);
  const trust = toHex(encodeConfiguration(configuration));
  const said = answer(
    v.object({ trustConfiguration: hexOf(32) }),
    await console.request('configure', { ...(!isProven && { trust }), ...connections }),
    'configure',
  );
  const hash = toHex(configurationHash(crypto, configuration)) as Hex;
  if (said.trustConfiguration !== hash) {
    throw new Failure(
      'board',
      `The board trusts ${said.trustConfiguration}, it was told ${hash}: do not register it.`,
    );
  }
  return hash;
}

/** The board's signature over all its initial values, checked before anybody pays for it. `deadline` unix seconds. */
export async function possess(
  console: BoardConsole,
  contracts: Contracts,
  board: Hex,
  initial: Initial & { trustConfiguration: Hex; deadline: number },
): Promise<{
  possession: Initial & { board: Hex; trustConfiguration: Hex; deadline: number };
  signature: Hex;
}> {
  const { trustConfiguration, ...asked } = initial;
  const { signature } = answer(
    v.object({ signature: hexOf(65) }),
    await console.request('possess', asked),
    'possess',
  );
  const possession = { board, ...initial };
  const digest = await digestOf(contracts.factory.possessionData(possession));
  if (signerOf(digest, signature) !== board) {
    throw new Failure(
      'board',
      'The board signed something else than the possession that it was asked for: do not register it.',
    );
  }
  return { possession, signature };
}
