/**
 * The order `holdfast.network`, by which a fleet gives a board another Wi-Fi. Its params are the network, sealed to the
 * board's key of the epoch; on what becomes of it, see port/wireless.ts.
 */

import { FRAMEWORK } from '../app/app.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { WifiNetwork, Wireless } from '../port/wireless.js';
import { SECRET_BYTES_MAX } from '../seal/secret.js';
import type { Mailbox } from './mailbox.js';

/** The full name of the action. */
export const NETWORK_ACTION = `${FRAMEWORK}.network`;

const SSID_BYTES_MAX = 32;
const PASSWORD_BYTES_MAX = 63;

/** The secret of the order. */
export const encodeNetwork = ({ password, ssid }: WifiNetwork): Uint8Array => encodeRecord([ssid, password]);

/** Reads what `encodeNetwork` gave. Untrusted bytes; undefined when they are no network. */
function parseNetwork(bytes: Uint8Array): WifiNetwork | undefined {
  const reader = new RecordReader(bytes, SECRET_BYTES_MAX);
  const network = { ssid: reader.text(SSID_BYTES_MAX), password: reader.text(PASSWORD_BYTES_MAX) };
  return reader.end() && network.ssid !== '' ? network : undefined;
}

/**
 * The effect of the order: it puts the network that a sealed secret tells on trial, and throws an Error in words where
 * there can be none. Undefined where the platform joins no Wi-Fi.
 */
export const networkChange = (
  wireless: Wireless | undefined,
  mailbox: Pick<Mailbox, 'openSecret'>,
): ((sealed: Uint8Array) => void) | undefined =>
  wireless &&
  (sealed => {
    const secret = mailbox.openSecret(sealed);
    const network = secret && parseNetwork(secret);
    const refused = network ? wireless.change(network) : 'the network is not sealed to this board';
    if (refused !== undefined) throw new Error(refused);
  });
