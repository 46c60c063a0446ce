/** The images of the demo: the example firmware, and a later release of it that is built from different source. */
import { join } from 'node:path';
import { fromHex } from '../../firmware/bytes/hex.js';
import { type BuiltImage, buildImage } from '../../host-sim/image/build.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { hardwareId as idOfHardware } from '../cli/kinds.js';
import type { ModOptions } from '../moddable/mod.js';
import { chipBody } from './chipBuild.js';

/** The name of the simulated hardware. */
export const hardwareName = 'holdfast demo board, revision 1';

/** 32 bytes that name the hardware; a board takes no image for another. */
export const hardwareId = fromHex(idOfHardware(hardwareName), 32)!;

const targetOf = (engine: Engine['name']) => (engine === 'rv32' ? 'rv32' : 'script');

/**
 * On the SDK's lin build the firmware is in the program, and the image brings the app: a mod. For a chip it is what
 * ESP-IDF linked, in every version the same.
 */
const bodyOf = (engine: Engine['name'], mod: ModOptions) => {
  if (engine === 'lin') return { body: () => modOf(mod) };
  return engine === 'c3' ? { body: chipBody } : {};
};

/** Loaded for that engine alone: it needs the SDK, and the TypeScript compiler. */
async function modOf(mod: ModOptions): Promise<Uint8Array> {
  const { buildMod } = await import('../moddable/mod.js');
  const { requireSdk } = await import('../moddable/sdk.js');
  return buildMod(requireSdk(), mod);
}

const relayMain = join(repositoryRoot, 'firmware/apps/relay/main.ts');
const relayApp = join(repositoryRoot, 'firmware/apps/relay/app.ts');

/** Version 1: the relay app as it is in the repository. */
export const firstImage = (engine: Engine['name']): Promise<BuiltImage> =>
  buildImage({
    target: targetOf(engine),
    ...bodyOf(engine, { name: 'relay-1', entry: relayMain }),
    name: 'relay',
    version: 1,
    hardware: hardwareId,
    hardwareName,
    entry: relayMain,
    describedBy: relayApp,
  });

/**
 * Later versions: other source, in which the relay can also blink, and which differs by its version. What it can do
 * shows that new code runs, and its hash that it is this code.
 */
export const laterImage = (version: number, engine: Engine['name']): Promise<BuiltImage> =>
  buildImage({
    target: targetOf(engine),
    ...bodyOf(engine, { name: `relay-${version}`, source: laterSource(version) }),
    name: 'relay',
    version,
    hardware: hardwareId,
    hardwareName,
    source: laterSource(version),
  });

const laterSource = (version: number): string => `
import * as v from 'valibot';
import { action, type App, defineApp } from './firmware/app/app.js';
import { relay } from './firmware/apps/relay/relay.js';
import { run } from './firmware/device/device.js';
import type { Ports } from './firmware/port/ports.js';

export default function app(ports: Ports): App {
  const before = relay(ports.pins);
  const blink = action({
    params: v.strictObject({ times: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)) }),
    run: ({ times }) => {
      for (let i = 0; i < times; i++) {
        ports.pins.write(4, true);
        ports.pins.write(4, false);
      }
      return { blinked: times, by: 'version ${version}' };
    },
  });
  return defineApp({ ...before, actions: { ...before.actions, blink } });
}

export const start = (ports: Ports): void => run(ports, app(ports));
`;
