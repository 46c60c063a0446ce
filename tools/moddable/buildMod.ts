/** `npm run build:mod`: an app as an archive that a board runs beside its preloaded firmware. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { runCommand, WrongUse } from './command.js';
import { buildMod } from './mod.js';
import { outputFolder } from './prepare.js';
import { requireSdk, versionsThatFit } from './sdk.js';

const help = `Usage: npm run build:mod -- --app FOLDER [--out FILE] [--json]

Builds a mod (.xsa) from an app: FOLDER/main.ts, whose default export makes the app out of the ports. It needs the
Moddable SDK, which MODDABLE names, and no ESP-IDF. Versions that fit each other:
${versionsThatFit}.

A mod cannot override what the firmware has: that is preloaded, and its names are taken.

  --app FOLDER   such as firmware/apps/relay
  --out FILE     .build/moddable/out/<name>.xsa if left out
  --json         one document: {"file", "bytes"}
  --help         print this

Example: npm run build:mod -- --app firmware/apps/relay
`;

await runCommand({
  name: 'build:mod',
  help,
  options: { app: { type: 'string' }, out: { type: 'string' } },
  async run({ onProgress, say, signal, values }) {
    const app = values.app as string | undefined;
    if (!app) throw new WrongUse('--app FOLDER is needed');
    const entry = resolve(app, 'main.ts');
    if (!existsSync(entry)) throw new WrongUse(`${app} has no main.ts`);
    const name = basename(resolve(app)).replace(/[^\w-]/g, '-');
    const sdk = requireSdk();
    const bytes = await buildMod(sdk, { name, entry }, { onProgress, signal });
    const file = resolve((values.out as string | undefined) ?? join(outputFolder, `${name}.xsa`));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    say(`${file}: ${bytes.length} bytes, Moddable SDK ${sdk.version}`);
    return { file, bytes: bytes.length };
  },
});
