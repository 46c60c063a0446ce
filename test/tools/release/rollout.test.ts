/** A release that rolls out step by step, is paused, and is withdrawn, by the commands, before a board that proves each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { cohort } from '../../../firmware/update/offer.js';
import { crypto } from '../../../tools/operator/boardChannel.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from '../device/desk.js';
import { start } from '../lasting.js';
import { bin } from '../support.js';

const main = join(bin, '../../firmware/apps/relay/main.ts');

testWithChain(
  'a board takes a release once the roll-out reaches its place, goes back where its owner says so, takes none while the channel is paused, and none that was withdrawn',
  async t => {
    const { cwd, json, project } = await startDesk(t, '--level', '1');
    const { hardware } = await json(['channel', 'show']);
    const publish = async (version: number, rollout: number) => {
      const file = `${version}.img`;
      const built = ['image', 'build', main, '--version', `${version}`, '--hardware', hardware];
      await json([...built, '--out', file]);
      const published = [
        'release',
        'publish',
        file,
        '--manifest',
        `${file}.manifest`,
        '--site',
        file.slice(0, 1),
      ];
      await json([...published, '--rollout', `${rollout}`]);
      for (const folder of ['images', 'manifests'])
        for (const name of readdirSync(join(cwd, `${version}`, folder))) {
          const body = readFileSync(join(cwd, `${version}`, folder, name));
          t.true((await fetch(`${project.images}/${folder}/${name}`, { method: 'PUT', body })).ok);
        }
      await json(['release', 'approve']);
    };
    const waits = async (code: string) => {
      const offer = start(['release', 'offer'], cwd);
      await offer.notes(`The board waits (${code})`);
      t.is((await offer.interrupt()).status, 130);
    };

    await publish(2, 0);
    const place = cohort(crypto, fromHex(project.channel, 20)!, fromHex(project.device, 20)!, 2);
    await json(['release', 'rollout', `${place}`]);
    await waits('cohort');
    t.like(await json(['release', 'rollout', `${place + 1}`]), { before: place, rollout: place + 1 });
    t.true((await json(['release', 'offer'])).installed);
    const status = await json(['release', 'status', '--watch', '--for', '1s']);
    t.like(status, { version: 2, boards: 1, included: 1, done: 1, failed: 0, silent: 0 });
    t.is(status.events[0].state.rollout, place + 1);
    t.like(await json(['release', 'rollout', '0']), { before: place + 1, rollout: 0 });
    t.like(await json(['channel', 'show']), { newest: 2, rollout: 0 });

    await publish(3, 1000);
    await json(['channel', 'pause']);
    t.true((await json(['channel', 'show'])).paused);
    await waits('paused');
    await json(['channel', 'resume']);
    t.true((await json(['release', 'offer'])).installed);

    // Back to the second version: approved as any it is refused, by its receipt; in place of the one that runs it is installed.
    const back = ['release', 'approve', '--version', '2'];
    t.is((await json(['release', 'approve', '--in-place-of', '3'], 2)).error.code, 'usage');
    await json(back);
    t.is((await json(['release', 'offer', '--version', '2'], 1)).answer.code, 'replayed');
    t.like(await json([...back, '--in-place-of', '3']), { version: 2, from: 3 });
    const returned = await json(['release', 'offer', '--version', '2']);
    t.like(returned, { installed: true, version: 2, receipt: { outcome: 'done', result: { from: 3 } } });
    t.is(returned.approval, (await json(['status'])).chain.approval);
    t.like(await json(['release', 'status']), { version: 3, done: 0, gone: 1, failed: 0, silent: 0 });
    t.like(await json(['release', 'status', '--version', '2']), {
      version: 2,
      rollout: 1000,
      done: 1,
      gone: 0,
    });

    await publish(4, 1000);
    t.like(await json(['release', 'withdraw', '--version', '4']), { version: 4 });
    t.is((await json(['release', 'offer'], 1)).error.code, 'withdrawn');
    t.is((await json(['status'])).board.version, 2);
    t.like(await json(['release', 'status']), { version: 4, withdrawn: true, done: 0 });
  },
);
