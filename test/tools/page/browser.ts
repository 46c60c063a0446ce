/** Tests in a browser without a screen: skipped, loudly, where there is no Chromium; failed instead where tools are required. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launch } from './chromium.js';

let browser: Browser | undefined;
test.after.always(() => browser?.close());

/** A fresh page, with what went wrong in it so far. */
export async function newPage(t: ExecutionContext, width = 1280): Promise<{ page: Page; faults: string[] }> {
  browser ??= await launch();
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(error.message));
  page.on('dialog', dialog => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', message => {
    // A connection that is lost is told by the page; the browser complains as well.
    if (message.type() === 'error' && !/net::ERR/.test(message.text())) faults.push(message.text());
  });
  return { page, faults };
}

export function testInBrowser(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  if (chromiumPath !== undefined) test.serial(title, run);
  else if (process.env.HOLDFAST_REQUIRE_TOOLS) test.serial(title, t => t.fail('chromium is required here'));
  else
    test.serial(`SKIPPED, NO CHROMIUM: ${title}`, t => {
      t.log('install chromium, or name it in CHROMIUM');
      t.pass();
    });
}

interface Found {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** Serious findings of axe, each with the place of its first. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's own policy keeps foreign scripts out; a debugger's is not one of them.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate<Found>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

/** Opens all that is folded: cards, then what lies folded in them. */
export async function openAll(page: Page): Promise<void> {
  for (const folded of ['.fold[aria-expanded="false"]', 'details:not([open]) > summary'])
    while ((await page.locator(folded).count()) > 0) await page.locator(folded).first().click();
}
