/**
 * A flood of every kind at once on a board in XS with the memory of a chip: `device.flood` (npm run bench:device) with a
 * tenth of the messages.
 */
import test from 'ava';
import { floodFigures } from '../../bench/device/flood.js';

const messages = 1000;

test.serial(
  'a thousand messages of every kind leave a board at level 4 as it was, and a genuine order runs',
  async t => {
    t.timeout(900_000);
    const { growth, lostNow, orderSeconds, restarts } = await floodFigures({ messages });
    t.is(restarts, 0);
    t.is(lostNow, 0);
    t.is(growth, 0);
    t.log(`the order ran after ${orderSeconds.toFixed(1)} s`);
  },
);
