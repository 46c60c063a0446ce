/** `npm run pictures:page`: the page of real worlds at three widths, light and dark, and the picture of README. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { start } from '../tools/lasting.js';
import { chromiumPath, launch } from '../tools/page/chromium.js';
import { serveMany } from './manyBoards.js';

const help = `Usage: npm run pictures:page -- [--world NAME]... [--readme]

Starts a world of processes, of many boards, or of a seed, has something happen in it, and takes pictures of its page:
.build/pictures/WORLD-WIDTH-SCHEME.png.

  --world NAME  start, fleet (needs npm run build:xs), seeded, or many: 300 boards that are played, their report and its
                print; all of them if left out
  --readme      writes host-sim/page/page.png from a world of start, and nothing else
  --help        print this

The exit status is 0 when the pictures are there, 1 when a world failed, 2 on wrong use or without Chromium.
`;

const WIDTHS = [400, 800, 1280];
const SCHEMES = ['light', 'dark'] as const;
const HEIGHT = 900;
/** Milliseconds that a world may take to do one thing. */
const PATIENCE_MS = 120_000;
const folder = join(repositoryRoot, '.build', 'pictures');

interface Shown {
  /** Of its command line; none where the boards are played. */
  words?: string[];
  /** Has something happen that is worth a picture. */
  prepare(page: Page): Promise<unknown>;
}

async function attack(page: Page, name: string): Promise<void> {
  const row = page.locator('.attacks li', { hasText: name });
  if (!(await row.isVisible())) {
    const group = page.locator('details', { has: page.locator('.attacks li', { hasText: name }) });
    await group.locator('summary').click();
  }
  await row.getByRole('button', { name: 'try' }).click();
  await row.locator('.mark', { hasText: 'caught' }).waitFor();
}

const worlds: Record<string, Shown> = {
  start: {
    words: ['start', '--json'],
    async prepare(page) {
      await page.locator('form', { hasText: 'relay.set' }).getByRole('button', { name: 'send' }).click();
      await page.locator('.lamp.lit').waitFor();
      await attack(page, 'envelope with a changed byte: off becomes on');
      await page
        .getByRole('button', { name: /rejected \(not_anchored\)/ })
        .first()
        .click();
    },
  },
  fleet: {
    words: ['world', 'up', '--boards', '12', '--group', 'hall', '--group', 'yard', '--page', '--json'],
    async prepare(page) {
      await page.getByRole('heading', { name: '12 boards' }).waitFor();
      await page.locator('form', { hasText: 'relay.set' }).getByRole('button', { name: 'send' }).click();
      await page.locator('.lamp.lit').waitFor();
      await page.getByLabel(/of 1000 boards/).fill('500');
      await page.getByRole('button', { name: /build and publish/ }).click();
      await page.getByText(/is for 500 of 1000 boards/).waitFor();
    },
  },
  many: {
    async prepare(page) {
      await page.getByRole('heading', { name: '300 boards' }).waitFor();
      await page.getByRole('button', { name: 'draw it up' }).click();
      await page.getByText('1 findings:').waitFor();
      const path = join(folder, 'many-print.pdf');
      await page.emulateMedia({ media: 'print' });
      await page.pdf({ path, format: 'A4' });
      await page.setViewportSize({ width: 760, height: HEIGHT });
      await page.screenshot({ path: join(folder, 'many-print.png') });
      await page.setViewportSize({ width: 1280, height: HEIGHT });
      await page.emulateMedia({ media: 'screen' });
      await page.screenshot({ path: join(folder, 'many-report.png'), fullPage: true });
    },
  },
  seeded: {
    words: ['sim', '--seed', '1', '--boards', '3', '--hours', '0.3', '--page', '--json'],
    async prepare(page) {
      await page.getByRole('button', { name: 'ten minutes' }).click();
      await page.locator('.now', { hasText: /0 h 10 min/ }).waitFor();
    },
  },
};

/** The address of a world's page, and the end of that world. */
async function opened(name: string): Promise<{ url: string; close(): Promise<unknown> }> {
  const { words } = worlds[name];
  if (!words) return serveMany();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
  const world = start(words, directory);
  const close = async (): Promise<void> => {
    await world.interrupt();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await (name === 'seeded' ? world.notes('page: http') : world.says('"page"'));
    const address = /http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]+/;
    return { url: address.exec(`${world.said()}${world.noted()}`)![0], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One world, its page prepared and handed on; then it is gone. */
async function shown(browser: Browser, name: string, take: (page: Page) => Promise<void>): Promise<void> {
  const { prepare } = worlds[name];
  const { close, url } = await opened(name);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: HEIGHT } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    await prepare(page);
    await take(page);
    await page.close();
  } finally {
    await close();
  }
}

async function takeAll(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    // A page opens and closes its parts by its width as it begins.
    await page.reload();
    await page.locator('.board').first().waitFor();
    await page.evaluate('document.fonts.ready');
    // The rail stays in sight, over whatever lies there where the page was left.
    await page.evaluate('scrollTo(0, 0)');
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const path = join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      const height = await page.evaluate<number>('document.documentElement.scrollHeight');
      process.stdout.write(`${path}: ${width} × ${height}\n`);
    }
  }
}

async function takeReadme(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1100, height: 720 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(repositoryRoot, 'host-sim', 'page', 'page.png') });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      world: { type: 'string', multiple: true, default: Object.keys(worlds) },
      readme: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.world.find(name => !Object.hasOwn(worlds, name));
  if (unknown !== undefined) throw new Error(`there is no world ${unknown}`);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (chromiumPath === undefined) {
    process.stderr.write('pictures:page: there is no Chromium here: install it, or name it in CHROMIUM.\n');
    return 2;
  }
  mkdirSync(folder, { recursive: true });
  const browser = await launch();
  try {
    if (values.readme) await shown(browser, 'start', takeReadme);
    else for (const name of values.world) await shown(browser, name, page => takeAll(page, name));
    return 0;
  } finally {
    await browser.close();
  }
}

process.exit(
  await main().catch(error => {
    process.stderr.write(`pictures:page: ${(error as Error).message}\n`);
    return 1;
  }),
);
