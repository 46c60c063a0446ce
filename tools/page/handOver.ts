/** The way of a board from its owner to another person of the simulation and back, as command lines of the page. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeWhole } from '../../host-sim/node/wholeFile.js';
import type { HandOver, Person } from '../../host-sim/page/protocol.js';
import type { Part } from '../demo/accounts.js';
import type { Setting } from '../demo/setting.js';

const TRUST_FILE = 'trust.json';
const CODE_NAME = /^claim-code-(\d{1,6})$/;
/** Seconds: the age of facts that a new owner allows, as the first did. */
const MAXIMUM_AGE_SECONDS = 3600;

interface Place {
  /** The folder in which command lines run, and its `.holdfast`. */
  directory: string;
  home: string;
}

/** The people, by the part that each has in the cast. */
const parts: readonly { part: Part; name: string }[] = [
  { part: 'owner', name: 'the first owner' },
  { part: 'stranger', name: 'the buyer' },
];

/** Describes the trust of the setting in a file, as `holdfast device claim --trust` takes it. */
export async function keepTrust(setting: Setting, { home }: Place): Promise<void> {
  const {
    endpoints,
    policies,
    provers = [],
    quorum,
  } = await setting.trust({
    maximumAge: MAXIMUM_AGE_SECONDS,
  });
  const beacon = setting.finality?.beacon.url;
  const trust = {
    ...{ profile: 'development', endpoints, provers, level: policies.command.level },
    ...(endpoints.length > 0 && { quorum }),
    ...(beacon !== undefined && { beacon }),
    maximumAge: MAXIMUM_AGE_SECONDS,
  };
  writeWhole(join(home, TRUST_FILE), `${JSON.stringify(trust, null, 2)}\n`);
}

/** As the page is told of it now; undefined where no trust was kept. */
export function handOverOf({ cast }: Setting, { directory, home }: Place): HandOver | undefined {
  if (!existsSync(join(home, TRUST_FILE))) return undefined;
  const file = (...names: string[]) => relative(directory, join(home, ...names));
  const people: Person[] = parts.map(({ name, part }, at) => ({
    ...{ name, address: cast[part].address },
    flags: at === 0 ? [] : ['--keystore', file('simulation', `${part}.json`)],
  }));
  const newest = Math.max(0, ...readdirSync(home).map(name => Number(CODE_NAME.exec(name)?.[1] ?? 0)));
  const codeIn = (number: number) => file(`claim-code-${number}`);
  return {
    people,
    trust: ['--trust', file(TRUST_FILE)],
    newCode: ['--file', codeIn(newest + 1)],
    ...(newest > 0 && { code: ['--code-file', codeIn(newest)] }),
  };
}

/** Every flag with its file in there, as `refusalOf` knows them. */
export const filesOf = ({ code = [], newCode, people, trust }: HandOver): string[] =>
  [code, newCode, trust, ...people.map(({ flags }) => flags)].flatMap(flags =>
    flags.length > 0 ? [flags.join(' ')] : [],
  );

/** The setting with that account as its owner, where it is one of the people. */
export function ownedBy(setting: Setting, owner: () => string | undefined): Setting {
  const now = (): Part =>
    parts.find(({ part }) => setting.cast[part].address.toLowerCase() === owner()?.toLowerCase())?.part ??
    'owner';
  return { ...setting, as: part => setting.as(part === 'owner' ? now() : part) };
}
