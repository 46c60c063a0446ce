/** The licences of the packages that went inside, in one text: their authors ask that they go along. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folders of packages, absolute. @throws Error that names a package without a licence */
export function notices(folders: readonly string[]): string {
  const parts = new Map<string, string>();
  for (const folder of folders) {
    const { license, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
    if (!license && !file) throw new Error(`${name} says no licence: it cannot go into the package`);
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    parts.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${text}`);
  }
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `Packages that are inside dist/, and their licences.\n\n${sorted.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
