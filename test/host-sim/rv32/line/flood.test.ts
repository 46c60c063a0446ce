/** Floods and drips on the serial line of a board: it goes on, in the memory that it had. */

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from '../../../../host-sim/node/chance.js';
import { patient } from '../../../../host-sim/node/patience.js';
import { boardWith, flashDirectory, scriptImage, testOnRv32 } from '../withBoard.js';
import { garbage, writeOn } from './noise.js';

const seed = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));

const methods = `{
  echo: value => value,
  use: () => JSON.parse(measure.use()),
  fill: count => { const all = []; for (let i = 0; i < count; i++) all.push({ i }); return all.length; },
}`;

interface Use {
  unclaimed: number;
  arenaPeak: number;
  cStack: number;
}

testOnRv32(
  'a flood of noise on the line stops nothing and takes no memory; nor does a slow drip',
  async t => {
    const directory = flashDirectory(t);
    const board = await boardWith(t, await scriptImage(1, methods), {
      directory,
      engine: { name: 'rv32', measure: true },
    });
    const ended: string[] = [];
    board.on('ended', ({ detail, why }) => ended.push(`${why}: ${detail}`));
    const chance = new Chance(seed);
    const request = async (n: number) =>
      t.is(await board.request('echo', n, { timeout: patient(60_000) }), n);
    const all = garbage(seed);

    // As much as the line ever needs, garbage of every kind once.
    for (const [name, bytes] of all) t.true(await writeOn(directory, bytes), name);
    await request(0);
    const before = (await board.request('use')) as Use;
    let flood = 0;
    const pour = async (from: number): Promise<Use> => {
      for (let n = from; n < from + 40; n++) {
        const bytes = Buffer.concat(Array.from({ length: 12 }, () => chance.of(all)[1]));
        flood += bytes.length;
        t.true(await writeOn(directory, bytes));
        await request(n);
      }
      return (await board.request('use')) as Use;
    };
    // The heap is claimed in blocks of 8 KiB, at times that garbage decides: a flood of twice the length is held to three.
    const once = await pour(1);
    const after = await pour(100);
    t.log(
      `seed ${seed}: ${flood} bytes; heap not claimed ${before.unclaimed}, ${once.unclaimed} and ${after.unclaimed} bytes`,
    );
    t.is(after.arenaPeak, before.arenaPeak, 'memory beside the image’s');
    t.true(before.unclaimed - after.unclaimed <= 24_576, 'heap of the image');

    // A line that somebody began, before every number that a request may have.
    const unfinished = all[all.length - 1][1];
    for (let n = 0; n < 300; n++) {
      t.true(await writeOn(directory, unfinished));
      await request(500 + n);
    }

    for (let n = 0; n < 60; n++) {
      await writeOn(directory, Uint8Array.of(chance.byte()));
      await sleep(5);
      if (n % 20 === 0) await request(1000 + n);
    }
    await request(2000);
    t.deepEqual(ended, [], `seed ${seed}`);
    t.is(board.restarts, 0);
  },
);
