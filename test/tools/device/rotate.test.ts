/** A board gets a new key: it makes it itself, both keys and the fleet's threshold agree, and it signs with it from then on. */
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from './desk.js';

testWithChain('a board rotates its key, obeys under it, and its receipts of before still count', async t => {
  const { json, project } = await startDesk(t);
  const { device } = project;
  const switchOn = ['command', 'relay.set', '{"on":true}'];
  const { receipt } = await json(switchOn);

  // too few, or others: nothing changes, and the board offers the same next key again
  const one = ['--signer', '.holdfast/simulation/signerA.json'];
  const passphrase = { HOLDFAST_PASSPHRASE: 'simulation' };
  t.is((await json(['device', 'rotate-key', ...one], 1, passphrase)).error.code, 'TooFewSignatures');
  const strangers = { HOLDFAST_SIGNER_KEYS: [`0x${'71'.repeat(32)}`, `0x${'72'.repeat(32)}`].join(',') };
  const { error } = await json(['device', 'rotate-key', '--no-wait'], 1, strangers);
  t.regex(error.code, /NotASigner|NoFunds/);
  t.is((await json(['device', 'rotate-key', '--life', '2h'], 2)).error.code, 'usage');
  t.is((await json(['status'])).chain.key, receipt.signer);

  const rotated = await json(['device', 'rotate-key']);
  t.like(rotated, { device, oldKey: receipt.signer, epoch: 1, shown: { epoch: 1, status: 'Active' } });
  t.not(rotated.newKey, rotated.oldKey);
  t.is(rotated.shown.signer, rotated.newKey);
  t.notRegex(rotated.stderr, /Somebody else/);

  const done = await json(switchOn);
  t.like(done.receipt, { outcome: 'done', signer: rotated.newKey });
  t.like(await json(['status']), { board: { epoch: 1, signer: rotated.newKey }, device });
  t.like(await json(['audit']), { findings: [], complete: true });
  const again = await json(['device', 'rotate-key']);
  t.like(again, { oldKey: rotated.newKey, epoch: 2 });
  t.not(again.newKey, receipt.signer);
});
