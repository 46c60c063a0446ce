/** Orders that an epoch voided are given again, each once, and none that may have run. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from './desk.js';

testWithChain('an open order is linked again after an epoch bump, up to its receipt, and once', async t => {
  const { cwd, json } = await startDesk(t);
  /** Linked, but in a block that is not final, so that the board does not run it yet. */
  const open = async (on: boolean) => {
    const order = ['command', 'relay.set', JSON.stringify({ on }), '--no-mine', '--wait', '1s'];
    const { error, stderr } = await json(order, 1);
    t.is(error.code, 'no_answer');
    return /envelope (\S+)/.exec(stderr)![1];
  };

  t.is((await json(['command', 'relay.set', '{"on":true}'])).receipt.outcome, 'done');
  t.like(await json(['device', 'relink']), { epoch: 0, relinked: [], lost: [], expired: [] });
  const first = await open(true);
  rmSync(await open(false));
  await open(false);
  const bumped = await json(['device', 'bump-epoch']);
  t.like(bumped, { epoch: 1, shown: { epoch: 1, status: 'Active' } });

  // receipts that are missing here could be of an order that ran
  const log = join(cwd, '.holdfast/receipts.jsonl');
  const kept = readFileSync(log, 'utf8');
  renameSync(log, `${log}.away`);
  t.is((await json(['device', 'relink'], 1)).error.code, 'receipts');
  writeFileSync(log, kept.slice(0, kept.indexOf('\n') + 1));
  t.is((await json(['device', 'relink'], 1)).error.code, 'receipts_gap');
  t.is((await json(['device', 'relink', '--dry-run', '--despite-gaps'])).open.length, 2);
  renameSync(`${log}.away`, log);

  t.deepEqual(
    (await json(['device', 'relink', '--dry-run'])).open.map(
      ({ sequence }: { sequence: number }) => sequence,
    ),
    [2, 4],
  );
  const again = await json(['device', 'relink']);
  t.is(again.lost.length, 1);
  t.deepEqual(
    again.relinked.map(({ receipt }: { receipt: { outcome: string; result: unknown } }) => [
      receipt.outcome,
      receipt.result,
    ]),
    [
      ['done', { on: true }],
      ['done', { on: false }],
    ],
  );
  t.throws(() => readFileSync(first));
  t.like(await json(['device', 'relink']), { relinked: [], open: [] });
  t.like(await json(['audit']), { findings: [], complete: true });
});
