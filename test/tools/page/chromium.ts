/** A Chromium without a screen, as it is installed. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Undefined where there is none. */
export const chromiumPath = places.find(path => path !== undefined && existsSync(path));

export const launch = (...args: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    // Root in a container has no other sandbox than the container.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });
