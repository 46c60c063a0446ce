/** Mods on the SDK's lin build: needs the SDK (MODDABLE) and what `npm run build:moddable` leaves behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { LinMissing, linBoardCommand } from '../../../host-sim/moddable/spawn.js';
import { startBoard } from '../../../host-sim/process/board.js';
import { buildMod, type ModOptions } from '../../../tools/moddable/mod.js';
import { findSdk, isLack, type Sdk } from '../../../tools/moddable/sdk.js';

/** Undefined, after saying so, where there is no SDK or no board built with it. */
function sdkOf(t: ExecutionContext): Sdk | undefined {
  const sdk = findSdk();
  const missing = isLack(sdk) ? sdk.why : withoutBoard();
  if (missing === undefined) return sdk as Sdk;
  t.log(`NOT RUN: ${missing}`);
  t.pass();
  return undefined;
}

function withoutBoard(): string | undefined {
  try {
    linBoardCommand();
    return undefined;
  } catch (error) {
    if (error instanceof LinMissing) return error.message;
    throw error;
  }
}

const source = `
import * as api from './firmware/app/face.js';
export default ports => {
  ports.console.log('app api: ' + (api.marker ?? 'of the host'));
  return api.defineApp({ name: 'asking', healthy: () => true, actions: {} });
};`;

/** The report of this mod's board about the modules that it was given. */
async function says(t: ExecutionContext, sdk: Sdk, options: ModOptions): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-mod-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  flashBoard(directory, encodeImage(1, new Uint8Array(32), await buildMod(sdk, options)));
  let tell: (line: string) => void;
  const said = new Promise<string>(resolve => (tell = resolve));
  const board = await startBoard({
    directory,
    engine: { name: 'lin' },
    onLog: line => /^(app api|fault|other)/.test(line) && tell(line),
  });
  t.teardown(() => board.close());
  return said;
}

test.serial('a mod runs as an app, and a module of its own is heard', async t => {
  const sdk = sdkOf(t);
  if (!sdk) return;
  t.is(await says(t, sdk, { name: 'test-plain', source }), 'app api: of the host');
  const other = `import { word } from 'other';\n${source.replace("'app api: ' +", "'other: ' + word +")}`;
  const more = { other: `export const word = 'heard ';` };
  const mixed = await says(t, sdk, { name: 'test-other', source: other, more });
  t.regex(mixed, /^other: heard/);
});

test.serial('a mod that carries a module of a preloaded name does not win', async t => {
  const sdk = sdkOf(t);
  if (!sdk) return;
  const forged = `export const marker = 'of the mod'; export const defineApp = app => app;`;
  const more = {
    'firmware/app/face': forged,
    'firmware/proof/trie': forged,
    'firmware/device/device': forged,
  };
  t.is(await says(t, sdk, { name: 'test-forged', source, more }), 'app api: of the host');
});

test.serial(
  'code is not made from text: the engine has no compiler, and who asks for it ends the run',
  async t => {
    const sdk = sdkOf(t);
    if (!sdk) return;
    for (const attempt of ["eval('1')", "new Function('return 1')()", "(() => {}).constructor('1')()"]) {
      const trying = source.replace(
        "ports.console.log('app api: '",
        `ports.console.log('app api: ' + ${attempt}`,
      );
      t.regex(
        await says(t, sdk, { name: 'test-eval', source: trying }),
        /^fault: .*(left out|secure mode|eval|Function)/i,
        attempt,
      );
    }
  },
);
