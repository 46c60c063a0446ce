/** A board's next key, made and signed for at its console: the key itself never leaves the board. */
import * as v from 'valibot';
import { type Contracts, type DeviceFacts, digestOf, type Hex } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';
import { answer, signerOf } from './answer.js';
import type { BoardConsole } from './boardConsole.js';

const hexOf = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`)));
const signed = v.object({ newKey: hexOf(20), oldSignature: hexOf(65), newSignature: hexOf(65) });

export interface SignedRotation {
  /** Address of the next key. */
  newKey: Hex;
  /** 65 bytes each. */
  oldSignature: Hex;
  newSignature: Hex;
}

/**
 * Has the board make its next key and sign with both, in its present epoch until `deadline` (unix seconds). A board that
 * was asked before answers with the same key.
 *
 * @throws Failure `board` when the board refuses, or signs something else
 */
export async function signRotation(
  console: BoardConsole,
  contracts: Contracts,
  { address, epoch, key }: Pick<DeviceFacts, 'address' | 'epoch' | 'key'>,
  deadline: number,
): Promise<SignedRotation> {
  const said = answer(signed, await console.request('rotateKey', { epoch, deadline }), 'rotateKey');
  const rotation = said as SignedRotation;
  const digest = await digestOf(await contracts.device.rotateKeyData(address, rotation.newKey, deadline));
  const signers = [rotation.oldSignature, rotation.newSignature].map(signature =>
    signerOf(digest, signature),
  );
  if (signers[0] !== key || signers[1] !== rotation.newKey) {
    throw new Failure(
      'board',
      `The rotation is signed by ${signers[0] ?? 'nobody'} and ${signers[1] ?? 'nobody'}, not by ${key} and ${rotation.newKey}: the console is another board’s, or the board is in another epoch.`,
    );
  }
  return rotation;
}
