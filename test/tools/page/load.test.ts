/** A thousand boards in a page, for the minutes of the gate; `npm run bench:page` counts frames, and goes on for an hour. */
import { budgets } from '../../budgets.js';
import { testInBrowser } from './browser.js';
import { bundleBytes, measureLoad } from './load.js';

/** Events a second; frames are not judged here, where others want the same cores. */
const RATE = 400;

testInBrowser('a page of a thousand boards is small, takes all that happens, and does not grow', async t => {
  const { minutes: kept, variable } = budgets.page;
  const minutes = Number(process.env[variable] ?? kept);
  t.timeout((minutes + 10) * 60_000);
  const load = await measureLoad({ boards: 1000, rate: RATE, minutes, hurry: 0 });
  const { connections, elements, heaps, settled } = load;
  t.log(JSON.stringify(load));
  t.true(bundleBytes() <= 120 * 1024);
  t.is(connections, 1, 'it was never too slow to be told');
  t.true(heaps[0] <= 50, `${heaps[0]} MB`);
  t.true(heaps[0] - settled <= 10, `${settled} MB, then ${heaps[0]}`);
  t.true(elements[1] <= elements[0] + 1500, elements.join(', then '));
});
