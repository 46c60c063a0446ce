/** `holdfast world up --page`: the page of a world of many boards. */
import type { ShownWorld } from '../world/up.js';
import { readPage } from './files.js';
import { FleetWorld } from './fleetWorld.js';
import { pageFolder } from './folder.js';
import { openBrowser } from './openBrowser.js';
import { startPage } from './server.js';

/** @param isForPerson true: a browser may be opened @throws Error with one line, when it cannot be built or served */
export async function showFleet(
  shown: ShownWorld,
  isForPerson: boolean,
): Promise<{ url: string; close(): Promise<void> }> {
  const files = readPage(await pageFolder());
  const world = await FleetWorld.open(shown);
  const page = await startPage({ world, files, signal: shown.signal });
  if (isForPerson) openBrowser(page.url);
  return {
    url: page.url,
    close: async () => {
      world.close();
      await page.close();
    },
  };
}
