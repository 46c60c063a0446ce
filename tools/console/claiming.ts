/** The board's half of a claim, signed at its console: without it a claim code is worth nothing. */
import * as v from 'valibot';
import {
  type ClaimFields,
  type Contracts,
  type DeviceFacts,
  digestOf,
  type Hex,
} from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';
import { answer, signerOf } from './answer.js';
import type { BoardConsole } from './boardConsole.js';

const signed = v.object({ signature: v.pipe(v.string(), v.regex(/^0x[0-9a-f]{130}$/)) });

/**
 * The board's signature (65 bytes) over the claim, checked before anybody pays for it.
 *
 * @throws Failure `board` when the board refuses, or signs something else
 */
export async function signClaim(
  console: BoardConsole,
  contracts: Contracts,
  { address: device, epoch, key }: Pick<DeviceFacts, 'address' | 'epoch' | 'key'>,
  claim: ClaimFields,
): Promise<Hex> {
  const said = answer(signed, await console.request('claim', { epoch, ...claim }), 'claim');
  const signature = said.signature as Hex;
  const digest = await digestOf(await contracts.device.claimData(device, claim));
  const signer = signerOf(digest, signature);
  if (signer !== key) {
    throw new Failure(
      'board',
      `The claim is signed by ${signer ?? 'nobody'}, not by ${key}, the key of ${device}: the console is another board’s, or the board is in another epoch.`,
    );
  }
  return signature;
}
