/**
 * The access of a board to its broker: a user of its own, a password, and the secret that its topics come of. All of
 * it is told at the console, none of it is part of the trust configuration, of its hash, or of a status.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';

/** A board's user, password and topic secret. */
export interface BrokerAccess {
  /** Its topics lie below it, so a broker's access list can say `holdfast/%u/#`. Random: it tells of no Device. */
  user: string;
  /** Empty for a broker that asks for none. */
  password: string;
  /** 32 bytes; or none, and everybody who knows the board's Device finds its topics and reads them. */
  topicSecret: Uint8Array;
}

/** The access of a board that was told none. */
export const openAccess = (): BrokerAccess => ({
  user: 'open',
  password: '',
  topicSecret: new Uint8Array(0),
});

const USER_CHARACTERS_MAX = 64;
const PASSWORD_BYTES_MAX = 128;
const SECRET_BYTES = 32;
const VERSION = 1;

/** The fault of an access, in words for a person; undefined when there is none. */
export function accessFault({ password, topicSecret, user }: BrokerAccess): string | undefined {
  if (user.length < 1 || user.length > USER_CHARACTERS_MAX || [...user].some(isNoUserCharacter)) {
    return `user is not 1 to ${USER_CHARACTERS_MAX} small letters, digits and hyphens`;
  }
  if (encodeRecord([password]).length > PASSWORD_BYTES_MAX) {
    return `password is longer than ${PASSWORD_BYTES_MAX} bytes`;
  }
  const { length } = topicSecret;
  return length === 0 || length === SECRET_BYTES ? undefined : `topicSecret is not ${SECRET_BYTES} bytes`;
}

const isNoUserCharacter = (character: string): boolean =>
  !((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character === '-');

/** The access as stored. */
export const encodeAccess = ({ password, topicSecret, user }: BrokerAccess): Uint8Array =>
  encodeRecord([VERSION, user, password, topicSecret]);

/** Undefined for what is no access. What later versions add at the end is left alone. */
export function parseAccess(bytes: Uint8Array): BrokerAccess | undefined {
  const reader = new RecordReader(bytes, 512);
  reader.number();
  const access = {
    user: reader.text(USER_CHARACTERS_MAX),
    password: reader.text(PASSWORD_BYTES_MAX),
    topicSecret: reader.bytes(SECRET_BYTES),
  };
  return reader.ok && !accessFault(access) ? access : undefined;
}
