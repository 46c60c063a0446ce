/** A board gets a new key: it makes it itself, both keys and the fleet's threshold agree, and it signs with it from then on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { document, inProcess, temporaryDirectory } from '../support.js';

testWithChain('a board rotates its key, obeys under it, and its receipts of before still count', async t => {
  t.timeout(600_000);
  const cwd = temporaryDirectory(t);
  const before = process.cwd();
  process.chdir(cwd);
  t.teardown(() => process.chdir(before));
  const world = start(['start', '--json'], cwd);
  t.teardown(() => world.child.kill('SIGKILL'));
  await world.says('"ready"');
  const json = async (args: string[], status = 0, environment: Record<string, string> = {}) => {
    const ran = await inProcess([...args, '--json'], environment);
    t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return { ...document(t, ran), stderr: ran.stderr } as ReturnType<typeof document>;
  };
  const { device } = JSON.parse(readFileSync(join(cwd, '.holdfast/project.json'), 'utf8'));
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
