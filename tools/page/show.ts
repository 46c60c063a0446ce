/** The page of a running setting: built where that is needed, served, and opened where a person sits before a screen. */
import type { BuiltImage } from '../../host-sim/image/build.js';
import { laterImage } from '../demo/images.js';
import type { Setting } from '../demo/setting.js';
import type { Beside, Place } from '../demo/start.js';
import type { Wires } from '../rig/bench/wires.js';
import { keepAddress, keptAddress, type PageAddress } from './address.js';
import { readPage } from './files.js';
import { pageFolder } from './folder.js';
import { keepTrust } from './handOver.js';
import { openBrowser } from './openBrowser.js';
import { type PageServerOptions, startPage } from './server.js';
import { SettingWorld } from './world.js';

export interface ShowOptions {
  /** 0 takes a free one. */
  port: number;
  /** Makes places in the image places in its source, in what the board says. */
  translate?(line: string): string;
  /** True: a browser may be opened, where there is a screen. */
  open: boolean;
  /** Builds that version of what the board runs; a later relay if left out. */
  build?(version: number): Promise<BuiltImage>;
  /** Between the board and whom it reaches. */
  wires?: Wires;
  signal: AbortSignal;
}

/** @throws Error with one line, when the page cannot be built or served */
export async function showPage(
  setting: Setting,
  place: Place,
  {
    build = version => laterImage(version, setting.engine),
    open,
    port,
    signal,
    translate,
    wires,
  }: ShowOptions,
): Promise<Beside> {
  const files = readPage(await pageFolder());
  await keepTrust(setting, place);
  const world = new SettingWorld({ ...place, setting, build, translate, wires, signal });
  const page = await serve({ world, files, signal }, port, keptAddress(place.home, place.world));
  keepAddress(place.home, place.world, page.url);
  if (open) openBrowser(page.url);
  return {
    url: page.url,
    close: async () => {
      world.close();
      await page.close();
    },
  };
}

/** On the given port; where none is given on that of before, if it is free. */
async function serve(
  options: PageServerOptions,
  port: number,
  before: PageAddress | undefined,
): ReturnType<typeof startPage> {
  const { token } = before ?? {};
  if (port !== 0 || !before) return startPage({ ...options, port, token });
  return startPage({ ...options, ...before }).catch(() => startPage({ ...options, token }));
}
