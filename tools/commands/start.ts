/** `holdfast start`: a simulated world that stays. */
import { dirname, resolve } from 'node:path';
import { keepImage } from '../app/imageFiles.js';
import { linesOfBoard } from '../app/sourceLines.js';
import { watchApp } from '../app/watch.js';
import { defaultsOf, defineCommand, flag, type Surroundings, toggle } from '../cli/command.js';
import { toFailure, UsageError } from '../cli/failure.js';
import { count, path, worldName } from '../cli/kinds.js';
import { settingFlags, settingOf } from '../demo/settingFlags.js';
import type { Bench } from '../demo/start.js';
import { projectFile } from '../project/project.js';

export default defineCommand({
  summary: 'Start a simulated board with its chain, broker and image server, and leave them running',
  details:
    'Writes .holdfast/project.json, from which every other command learns where things are. With --app the board runs\n' +
    'that app, which is built and started once first; its faults name the lines of its source. With --watch each save\n' +
    'becomes a real update: built, published, approved, proven and installed. With --hot it is written into the board,\n' +
    'which starts anew with key and journal as they are. Ctrl-C stops all of it. With --state DIR it is kept there: board,\n' +
    'chain and images go on at the next start with the same directory. Its page shows the board, each decision with its\n' +
    'proof, and attacks to try; the address that is printed opens it, on this machine alone.',
  example: 'holdfast start --app app.ts --watch',
  operands: {},
  flags: {
    ...settingFlags,
    app: flag(path, 'the app of the board (holdfast init writes one); the relay of the examples if left out'),
    watch: toggle('on each save of TypeScript beside the app, bring it onto the board as a real update'),
    state: flag(path, 'keep the world in this directory, and go on with what is kept there'),
    world: flag(
      worldName,
      'its name, for a second world in this folder; other commands take --world NAME too',
    ),
    'page-port': flag(count(0, 65535, 'PORT'), 'Port of its page, which this machine alone can open', 0),
    'no-page': toggle('without a page'),
    record: flag(path, 'record what enters the board in this file, for holdfast replay'),
    hot: toggle('the same without the update: write it into the board and start that anew'),
  },
  run: async input => {
    const { emit, flags: given, json, progress, signal, warn } = input;
    const { app: path, hot, watch } = given;
    if (path) refuseEngine(given.engine);
    if (!path && (watch || hot))
      throw new UsageError('--watch and --hot need --app: there is nothing to watch.');
    refuseKept(given);
    if (given.record !== undefined && given.engine !== 'node' && given.engine !== 'xs')
      throw new UsageError(`--record is for boards of node and xs, not of ${given.engine}.`);
    if (watch && hot) throw new UsageError('--watch and --hot exclude each other.');
    const { refuseMissingParts } = await import('../demo/parts.js');
    // An app is built and started for seconds: what is missing is said before that.
    await refuseMissingParts(settingOf(given));
    const { authorsApp } = await import('../demo/authorsApp.js');
    const app = path === undefined ? undefined : await authorsApp(path, signal, warn, progress);
    const translate = linesOfBoard(
      resolve(dirname(projectFile(given.world))),
      app?.translate ?? (line => line),
    );
    progress?.('starts a world');
    const { runStart } = await import('../demo/start.js');
    // A kept board was told addresses, and keeps them.
    const wires =
      given['no-page'] || given.state !== undefined
        ? undefined
        : new (await import('../rig/bench/wires.js')).Wires();
    const build =
      path === undefined
        ? undefined
        : async (version: number) => {
            const { authorsImage } = await import('../demo/authorsApp.js');
            return authorsImage({ path, version, signal, warn });
          };
    const shown = { port: given['page-port'], build, translate, wires, signal, open: !json };
    await runStart({
      between: wires && (url => wires.between(url)),
      beside: given['no-page']
        ? undefined
        : async (setting, place) => (await import('../page/show.js')).showPage(setting, place, shown),
      ...settingOf(given),
      ...app,
      checkpoints: true,
      state: given.state,
      record: given.record === undefined ? undefined : resolve(given.record),
      world: given.world,
      warn,
      translate,
      directory: process.cwd(),
      print: !json,
      onReady: (facts, bench) => {
        progress?.(undefined);
        if (json) emit({ ready: facts }, '');
        if (!path || !(watch || hot)) return;
        void watchApp(path, signal, async () => {
          const place = { path, world: given.world };
          await bring(input, place, hot ? bench : undefined);
        });
      },
      signal,
    }).finally(() => wires?.close());
    return { ok: true };
  },
  show: () => [],
});

/** The engines on which no author's app runs, with the reason. */
const withoutApps: Readonly<Record<string, string>> = {
  rv32: 'an image for it is made for its flash, and the devices around it cannot be told at its start',
  c3: 'an image for it is linked by ESP-IDF (npm run build:esp32)',
  lin: "its firmware is in the SDK's program, which has digital and analogue pins only",
};

/** @throws UsageError, before anything is built or set up */
function refuseEngine(engine: string): void {
  const reason = withoutApps[engine];
  if (reason !== undefined)
    throw new UsageError(`--app is for boards of node and xs, not of ${engine}: ${reason}.`);
}

/** A kept world goes on as it was, with nothing of others' in it. @throws UsageError */
function refuseKept(given: {
  state?: string;
  rpc: readonly string[];
  broker?: string;
  images?: string;
}): void {
  if (given.state === undefined) return;
  if (given.rpc.length > 0 || given.broker !== undefined || given.images !== undefined)
    throw new UsageError(
      '--state keeps chain, broker and images of our own: leave --rpc, --broker, --images away.',
    );
}

/** Brings the app as it is now onto the board; what is wrong is told, and nothing changes. */
async function bring(
  input: Surroundings,
  { path, world }: { path: string; world?: string },
  bench: Bench | undefined,
): Promise<void> {
  const begin = performance.now();
  const home = resolve(dirname(projectFile(world)));
  const told = (what: string) => {
    const seconds = (performance.now() - begin) / 1000;
    input.note(`✓ saved: ${what}, ${seconds.toFixed(1)} s after it was saved`);
  };
  try {
    if (bench) {
      const { authorsApp } = await import('../demo/authorsApp.js');
      const { image } = await authorsApp(path, input.signal, () => {}, input.progress);
      keepImage(home, image);
      input.progress?.('writes it into the board, and starts that anew');
      await bench.reflash(image);
      told('the board was flashed and started anew');
      return;
    }
    const { default: deploy } = await import('./release/deploy.js');
    const flags = { ...defaultsOf(deploy.flags), world };
    const quiet = { ...input, note: () => {}, warn: () => {} };
    const deployed = (await deploy.run({ ...quiet, flags, operands: { entry: path } } as never)) as Deployed;
    if (!deployed.installed)
      throw new Error(`the board did not take it: ${deployed.answer?.code ?? 'no receipt'}`);
    told(`version ${deployed.version} is confirmed`);
  } catch (error) {
    if (!input.signal.aborted) input.note(`✗ saved, and not on the board: ${toFailure(error).message}`);
  } finally {
    input.progress?.(undefined);
  }
}

interface Deployed {
  ok: boolean;
  installed: boolean;
  version: number;
  answer?: { code?: string };
}
