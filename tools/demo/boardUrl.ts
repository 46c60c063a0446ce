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

/** A URL as the setting's board names it, by the address that this machine has here. */
export const atThisMachine = (url: string): string => url.replace(`//${MACHINE_OF_C3}:`, '//127.0.0.1:');
