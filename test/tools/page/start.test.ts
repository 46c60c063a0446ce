/** From `holdfast start` to a relay that was switched from its page, attacks that its page tried, and its recording. */
import { join } from 'node:path';
import { anvilBinary } from '../../../host-sim/chain/binary.js';
import { start } from '../lasting.js';
import { enterTemporaryDirectory, inProcess } from '../support.js';
import { newPage, testInBrowser } from './browser.js';
import { replayInBrowser } from './replayed.js';

testInBrowser(
  'a relay is switched from the page, with its proof; a lie is caught, and the evidence shows where; its recording runs again in a browser',
  async t => {
    anvilBinary();
    const cwd = enterTemporaryDirectory(t);
    const world = start(['start', '--record', 'board.recording', '--json'], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"page"');
    const { page, faults } = await newPage(t);
    page.setDefaultTimeout(120_000);
    const said = world.said();
    await page.goto(/"page":"([^"]+)"/.exec(said)![1]);

    // an order: the lamp, the path and the receipt
    const form = page.locator('form', { hasText: 'relay.set' });
    await form.getByRole('button', { name: 'send' }).click();
    await page.locator('.lamp.lit').waitFor();
    await page.locator('.path .node', { hasText: 'decision' }).waitFor();
    t.is(await page.locator('.path .broken').count(), 0);
    t.true((await page.locator('.path .checked').count()) >= 5);
    await page.getByText(/Receipt 1: done, signed by 0x/).waitFor();
    t.regex(await page.locator('.outcome code').innerText(), /^npx holdfast command relay\.set/);

    // a forged command, and a lie about a proof: caught, with its twin accepted
    for (const name of [
      'envelope with a changed byte: off becomes on',
      'witness with a changed byte in the account proof',
    ]) {
      const row = page.locator('.attacks li', { hasText: name });
      await page
        .locator('summary', { hasText: `At the ${name.startsWith('envelope') ? 'broker' : 'RPC endpoints'}` })
        .click();
      await row.getByRole('button', { name: 'try' }).click();
      await row.locator('.mark', { hasText: 'caught' }).waitFor();
      t.regex(await row.innerText(), /twin: accepted/);
    }
    t.regex(await page.locator('.score').innerText(), /2\s+attacks tried\s+2\s+caught\s+0\s+worked/);
    await page
      .getByRole('button', { name: /witness rejected \(proof_invalid\)/ })
      .first()
      .click();
    t.is(await page.locator('.path .broken').count(), 1);
    t.regex(await page.locator('.path .broken').innerText(), /account/);

    // power, and a command from a terminal: the page shows what others do
    await page.getByRole('button', { name: 'cut its power' }).click();
    await page.getByRole('button', { name: 'give it power' }).click();
    await page.locator('.facts div', { hasText: /^starts\s*2$/ }).waitFor();
    const toggled = await inProcess(['command', 'relay.set', '{"on":false}', '--json']);
    t.is(toggled.status, 0, toggled.stdout);
    await page.locator('.lamp:not(.lit)').waitFor();

    // sold: a claim code, the claim with the board, and an order to it in its new epoch
    await page.getByText('It belongs to the first owner').click();
    await page.getByRole('button', { name: 'make a claim code' }).click();
    await page.getByRole('button', { name: 'claim it as the buyer' }).click();
    await page.getByText('It belongs to the buyer').waitFor();
    await page.locator('.outcome .done').waitFor();
    await form.getByRole('button', { name: 'send' }).click();
    await page.locator('.lamp.lit').waitFor();
    await page.locator('.facts div', { hasText: /epoch 1$/ }).waitFor();
    t.deepEqual(faults, []);

    const { status } = await world.interrupt();
    t.is(status, 130, 'as after Ctrl-C');
    await page.getByRole('alert').filter({ hasText: 'not connected' }).waitFor();

    await replayInBrowser(t, join(cwd, 'board.recording'));
  },
);
