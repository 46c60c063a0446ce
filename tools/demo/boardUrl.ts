/** The URLs that the setting's board is told. */
import type { SettingOptions } from './settingOptions.js';

/** The address by which an emulated chip reaches this machine: that of QEMU's user network. */
const MACHINE_OF_C3 = '10.0.2.2';

/** The URL that the board is told for what this machine reaches at `url`. */
export async function toBoard(
  { between, engine }: Pick<SettingOptions, 'between' | 'engine'>,
  url: string,
): Promise<string> {
  const told = between ? await between(url) : url;
  return engine === 'c3'
    ? told.replace(/^([a-z]+:\/\/)(127\.0\.0\.1|localhost)(?=[:/])/, `$1${MACHINE_OF_C3}`)
    : told;
}

/** The URLs that a board was told, and what they stand for. */
export class ToldUrls {
  readonly #urls = new Map<string, string>();
  readonly #between: SettingOptions['between'];

  constructor(between: SettingOptions['between']) {
    this.#between = between;
  }

  /** In the place of the given `between`: keeps what it gave. */
  readonly between = async (url: string): Promise<string> => {
    const told = (await this.#between?.(url)) ?? url;
    this.#urls.set(told, url);
    return told;
  };

  /** A URL as the board names it, by what this machine reaches there. */
  readonly behind = (named: string): string => {
    const told = atThisMachine(named);
    for (const [start, url] of this.#urls)
      if (told.startsWith(start) && /^([/?#]|$)/.test(told.slice(start.length)))
        return `${url}${told.slice(start.length)}`;
    return told;
  };
}

/** A URL as the setting's board names it, by the address that this machine has here. */
export const atThisMachine = (url: string): string => url.replace(`//${MACHINE_OF_C3}:`, '//127.0.0.1:');
