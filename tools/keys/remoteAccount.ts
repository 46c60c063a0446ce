/** Accounts of signers elsewhere, as they are named wherever a keystore is: `http://127.0.0.1:8550#0xADDRESS`. */
import type { RemoteAccount } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';

const PLACE_CHARACTERS_MAX = 2048;

/**
 * The account that this names; undefined for what is no address of a signer, such as a path.
 *
 * @throws Failure `key` when it is one without an account
 */
export function remoteAccount(place: string): RemoteAccount | undefined {
  if (!/^https?:\/\//i.test(place)) return undefined;
  const [url, address, ...more] = place.split('#');
  const fits = URL.canParse(url) && place.length <= PLACE_CHARACTERS_MAX && more.length === 0;
  if (!fits || !/^0x[0-9a-fA-F]{40}$/.test(address ?? '')) {
    throw new Failure(
      'key',
      'A signer is named with its account: http://127.0.0.1:8550#0x and 40 hex digits.',
    );
  }
  return { url, address: address.toLowerCase() as Hex };
}
