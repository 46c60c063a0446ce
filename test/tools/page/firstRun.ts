/** The first run of somebody who has never seen it: from the command line to a relay that a board switched, by its page. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../lasting.js';
import { launch } from './chromium.js';

/** Seconds from `holdfast start` until its page stands, and until the relay is on; the browser is open before. */
export async function firstRun(): Promise<{ served: number; switched: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-first-'));
  const browser = await launch();
  const page = await browser.newPage();
  const begin = performance.now();
  const seconds = (): number => (performance.now() - begin) / 1000;
  const world = start(['start', '--json'], directory);
  try {
    await world.says('"page"');
    const served = seconds();
    await page.goto(/"page":"([^"]+)"/.exec(world.said())![1]);
    await page.locator('form', { hasText: 'relay.set' }).getByRole('button', { name: 'send' }).click();
    await page.locator('.lamp.lit').waitFor();
    return { served, switched: seconds() };
  } finally {
    await browser.close();
    await world.interrupt();
    rmSync(directory, { recursive: true, force: true });
  }
}
