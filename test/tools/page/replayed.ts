/** The recording of a board that was commanded, as a file in a browser: what a test of a whole world does with its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { ConsoleDecisions } from '../../../host-sim/page/consoleDecisions.js';
import type { Decision } from '../../../host-sim/page/protocol.js';
import { encodeEntry, encodeFrame, MAGIC, RecordingReader } from '../../../host-sim/recording/format.js';
import { checkReplayPage } from '../../../tools/page/checkReplayPage.js';
import { builtPage, readPage } from '../../../tools/page/files.js';
import { startPage } from '../../../tools/page/server.js';
import { inProcess } from '../support.js';
import { newPage, seriousFindings } from './browser.js';

/** The recording with other words in the first entry of those, and all checksums right. */
function changed(recording: Uint8Array, operation: string, from: string, to: string): Uint8Array {
  const reader = new RecordingReader(recording);
  const frames: Uint8Array[] = [MAGIC];
  let isDone = false;
  for (let entry = reader.next(); entry; entry = reader.next()) {
    const isIt: boolean = !isDone && entry.operation === operation && entry.about === from;
    isDone ||= isIt;
    frames.push(encodeFrame(encodeEntry(isIt ? { ...entry, about: to } : entry)));
  }
  if (!isDone) throw new Error('there is no such entry');
  return Uint8Array.from(Buffer.concat(frames));
}

/** The decisions that the recording comes to on Node. */
async function decisionsOnNode(file: string): Promise<Decision[]> {
  const { events } = JSON.parse((await inProcess(['replay', file, '--json'])).stdout) as {
    events: { said?: string }[];
  };
  const reader = new ConsoleDecisions('board', () => undefined);
  const found = new Map<number, Decision>();
  for (const { said } of events) {
    const decision = said === undefined ? undefined : reader.take(said);
    if (decision) found.set(decision.id, decision);
  }
  return [...found.values()];
}

/** Writes the page and opens it; resolves once it has a verdict. */
async function opened(t: ExecutionContext, recording: string) {
  const out = `${recording}.html`;
  const written = await inProcess(['replay', recording, '--page', out, '--json']);
  t.is(written.status, 0, written.stdout);
  const { page, faults } = await newPage(t);
  page.setDefaultTimeout(120_000);
  await page.goto(`file://${out}`);
  await page.getByText(/^(Same:|Different|Unreadable|Without a verdict)/).waitFor();
  return { page, faults, out };
}

/** The page of a running world opens it by its file button, in a page that has no origin and so nothing in its reach. */
async function openInPage(t: ExecutionContext, recording: string): Promise<void> {
  const world = { known: () => [], follow: () => () => {}, act: async () => ({ ok: true, says: '' }) };
  const served = await startPage({ world, files: readPage(builtPage) });
  t.teardown(served.close);
  const { page, faults } = await newPage(t);
  page.setDefaultTimeout(120_000);
  await page.goto(served.url);
  await page.getByLabel(/^Open a log/).setInputFiles(recording);
  const [played] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'see it' }).click(),
  ]);
  await played.getByText(/^Same:/).waitFor();
  t.is(await played.evaluate('self.origin'), 'null');
  const reached = "fetch('/').then(() => 'reached', () => 'refused')";
  t.is(await played.evaluate(reached), 'refused');
  t.deepEqual(faults, []);
}

/** Plays it in a browser: the same decisions, to and fro; a changed byte is named; a changed file is refused. */
export async function replayInBrowser(t: ExecutionContext, recording: string): Promise<void> {
  const { page, faults, out } = await opened(t, recording);
  t.is(await page.getByText('Same:').count(), 1, await page.locator('#page').innerText());
  const expected = (await decisionsOnNode(recording)).map(
    ({ about, code, verdict }) => `${about} ${verdict}${code === '' ? '' : ` (${code})`}`,
  );
  const names = page.locator('.decisions .entry > span:nth-child(2)');
  t.deepEqual((await names.allInnerTexts()).reverse(), expected);
  t.true(expected.length >= 4, expected.join(', '));

  await page.getByRole('button', { name: 'to the beginning' }).click();
  t.is(await names.count(), 0, 'nothing later is shown');
  await page.getByRole('button', { name: 'decision after' }).click();
  t.deepEqual(await names.allInnerTexts(), [expected[0]]);
  const slider = page.getByLabel('moment of the recording');
  await slider.focus();
  await page.keyboard.press('End');
  t.is(await names.count(), expected.length);
  await page.keyboard.press('Home');
  t.is(await names.count(), 0);
  t.deepEqual(await seriousFindings(page), []);
  t.deepEqual(faults, []);

  await openInPage(t, recording);

  const bytes = readFileSync(recording);
  const lied = `${recording}.lied`;
  writeFileSync(lied, changed(bytes, 'pin', '4 1', '4 0'));
  const other = await opened(t, lied);
  t.regex(await other.page.getByRole('alert').innerText(), /drives pin 4 0[\s\S]*drives pin 4 1/);

  const checked = await inProcess(['replay', '--check', out, '--json']);
  t.is(checked.status, 0, checked.stdout);
  const elsewhere = await checkReplayPage(out, { home: `${out}.absent` });
  t.like(elsewhere, { ok: false, page: 'untouched' }, 'no release is at hand');
  t.true(elsewhere.images.every(({ atHand }) => !atHand));
  const evil = `${recording}.evil.html`;
  writeFileSync(evil, readFileSync(out, 'utf8').replace('The firmware did again', 'The firmware  did again'));
  t.like(JSON.parse((await inProcess(['replay', '--check', evil, '--json'])).stdout), {
    page: 'changed',
    ok: false,
  });
}
