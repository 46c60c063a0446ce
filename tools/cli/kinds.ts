/** Kinds of values of flags and operands: each turns a text into a checked value. */
import { createHash } from 'node:crypto';
import { parseUrl } from '../../firmware/rpc/url.js';
import { FileProblem, readBoundedFile } from './boundedFile.js';
import { oneLine } from './failure.js';
import { looksSecret, refuseSecret } from './secrets.js';

/** The reason why a text is not of a kind; the message reads on from the argument's name: "takes a path". */
export class Misfit extends Error {}

export interface Kind<T> {
  /** Name of the value in help: FILE, URL, … */
  readonly hint: string;
  /** The words to choose from, where there are such: shells complete them. */
  readonly words?: readonly string[];
  /** Words that depend on the board: shells ask `holdfast completion` for them. */
  readonly asks?: 'actions' | 'params';
  /** 32 public bytes fit here; everywhere else they look like a key and are refused. */
  readonly takesHash?: boolean;
  /** @throws Misfit */
  parse(text: string): T;
}

const quoted = (text: string): string => `"${oneLine(text, 60)}"`;

export type Hex = `0x${string}`;

/** A text of 1 to `max` characters. */
export const text = (hint: string, max = 200): Kind<string> => ({
  hint,
  parse: value => {
    if (value.length === 0 || value.length > max) throw new Misfit(`takes 1 to ${max} characters`);
    return value;
  },
});

/** One of the named words. */
export const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => ({
  hint: values.join('|'),
  words: values,
  parse: value => {
    const found = values.find(known => known === value);
    if (!found) throw new Misfit(`takes ${values.join(' or ')}, not ${quoted(value)}`);
    return found;
  },
});

/** A whole number from `min` to `max`. */
export const count = (min: number, max: number, hint = 'N'): Kind<number> => ({
  hint,
  parse: value => {
    const number = Number(value);
    if (!/^[0-9]{1,16}$/.test(value) || number < min || number > max) {
      throw new Misfit(`takes a whole number from ${min} to ${max}, not ${quoted(value)}`);
    }
    return number;
  },
});

/** An address, 20 bytes; lower case. Its checksum is not looked at. */
export const address: Kind<Hex> = {
  hint: 'ADDRESS',
  parse: value => {
    if (!/^0x[0-9a-fA-F]{40}$/.test(value)) {
      throw new Misfit(`takes an address (0x and 40 hexadecimal digits), not ${quoted(value)}`);
    }
    return value.toLowerCase() as Hex;
  },
};

/** A hash, 32 bytes; lower case. */
export const hash: Kind<Hex> = {
  hint: 'HASH',
  takesHash: true,
  parse: value => {
    if (!/^0x[0-9a-fA-F]{64}$/.test(value)) throw new Misfit('takes 32 bytes (0x and 64 hexadecimal digits)');
    return value.toLowerCase() as Hex;
  },
};

/** A kind of hardware: its id, 32 bytes, and the name that the id is the SHA-256 of, where it was given by one. */
export interface Hardware {
  id: Hex;
  name?: string;
}

/** Characters of such a name. */
export const HARDWARE_NAME_CHARACTERS_MAX = 100;

/** The id that a name of hardware stands for. */
export const hardwareId = (name: string): Hex => `0x${createHash('sha256').update(name).digest('hex')}`;

/** Hardware by its id, or by its name; what begins with 0x is an id. */
export const hardware: Kind<Hardware> = {
  hint: 'HASH|NAME',
  takesHash: true,
  parse: value => {
    if (value.startsWith('0x')) return { id: hash.parse(value) };
    const name = text('NAME', HARDWARE_NAME_CHARACTERS_MAX).parse(value);
    return { id: hardwareId(name), name };
  },
};

/** A compressed public key of secp256k1, in lower case. */
export const publicKey: Kind<Hex> = {
  hint: 'KEY',
  takesHash: true,
  parse: value => {
    if (!/^0x0[23][0-9a-fA-F]{64}$/.test(value)) {
      throw new Misfit('takes a compressed public key (0x02 or 0x03 and 64 hexadecimal digits)');
    }
    return value.toLowerCase() as Hex;
  },
};

/** A URL of one of the schemes, without user name and password. */
export const url = (...schemes: readonly string[]): Kind<string> => ({
  hint: 'URL',
  parse: value => {
    const parsed = parseUrl(value);
    if (!parsed || !schemes.includes(parsed.scheme)) {
      throw new Misfit(`takes a URL like ${schemes[0]}://host:port, without user name and password`);
    }
    return value;
  },
});

const ACTION = /^[a-z][a-z0-9-]{0,30}\.[a-z][a-z0-9-]{0,30}$/;

/** True for an app's name, a dot and an action's, as in relay.set. */
export const isAction = (value: string): boolean => ACTION.test(value);

/** The name of an action, like relay.set. */
export const action: Kind<string> = {
  hint: 'APP.ACTION',
  asks: 'actions',
  parse: value => {
    if (!isAction(value)) throw new Misfit('takes an action like relay.set');
    return value;
  },
};

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds, 1 to `max`, from `90s`, `10m`, `12h`, `30d`. */
export const duration = (max: number): Kind<number> => ({
  hint: 'TIME',
  parse: value => {
    const match = /^([0-9]{1,9})([smhd])$/.exec(value);
    const seconds = match ? Number(match[1]) * UNITS[match[2]] : 0;
    if (seconds < 1 || seconds > max) {
      throw new Misfit(`takes a time like 90s, 10m, 12h or 30d, ${max / 3600} hours at most`);
    }
    return seconds;
  },
});

/** Files may be named after their hashes, so only what has no shape of a path at all counts as a key. */
function refuseKeyAsPath(value: string): void {
  if (!/[./\\]/.test(value) && looksSecret(value)) refuseSecret('A path');
}

const WORLD = /^[a-z0-9][a-z0-9-]{0,30}$/;

/** The name of a world, which is that of a folder as well. */
export const worldName: Kind<string> = {
  hint: 'NAME',
  parse: value => {
    if (!WORLD.test(value)) throw new Misfit('takes a name of a-z, 0-9 and -, 31 characters at most');
    return value;
  },
};

/** A path that is only named here; whoever opens it checks it. */
export const path: Kind<string> = {
  hint: 'FILE',
  takesHash: true,
  parse: value => {
    refuseKeyAsPath(value);
    if (value.length === 0 || value.length > 4096 || value.includes('\0')) throw new Misfit('takes a path');
    return value;
  },
};

/** The bytes of a regular file, `bytesMax` at most. */
export const bytesOfFile = (bytesMax: number): Kind<Uint8Array> => ({
  hint: 'FILE',
  takesHash: true,
  parse: value => {
    refuseKeyAsPath(value);
    try {
      return readBoundedFile(value, bytesMax);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      throw new Misfit(`${quoted(value)} ${error.message}`);
    }
  },
});

/** The bytes of a file, and its path, for whoever looks for what lies beside it. */
export const namedFile = (bytesMax: number): Kind<{ path: string; bytes: Uint8Array }> => ({
  ...bytesOfFile(bytesMax),
  parse: value => ({ path: value, bytes: bytesOfFile(bytesMax).parse(value) }),
});

const JSON_CHARACTERS_MAX = 8192;
const JSON_DEPTH_MAX = 16;

/** JSON of one argument. Its numbers are bounded by what a board can be told exactly. */
export const json: Kind<unknown> = {
  hint: 'JSON',
  takesHash: true,
  parse: value => {
    if (value.length > JSON_CHARACTERS_MAX)
      throw new Misfit(`takes ${JSON_CHARACTERS_MAX} characters of JSON at most`);
    let depth = 0;
    for (const sign of value) {
      if (sign === '{' || sign === '[') depth++;
      if (sign === '}' || sign === ']') depth--;
      if (depth > JSON_DEPTH_MAX) throw new Misfit(`takes JSON of ${JSON_DEPTH_MAX} levels at most`);
    }
    try {
      return JSON.parse(value);
    } catch {
      throw new Misfit(`takes JSON, in single quotes so that the shell leaves it alone: '{"on":true}'`);
    }
  },
};

/** The params of an action, which stands before them. */
export const params: Kind<unknown> = { ...json, asks: 'params' };
