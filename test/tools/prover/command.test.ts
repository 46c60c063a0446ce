/** `holdfast prover` as its own process. */
import { spawn } from 'node:child_process';
import test from 'ava';
import { beginAt, catchUp } from '../../host-sim/beacon/walk.js';
import { withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { bin, cleanEnvironment, holdfast, oneLineFailure } from '../support.js';

testWithChain('the command answers boards until Ctrl-C, and leaves one JSON document', async t => {
  await withBeacon({}, async ({ beacon, chain }) => {
    const args = ['prover', '--beacon', beacon.url, '--rpc', chain.url, '--listen', '127.0.0.1:0', '--json'];
    const child = spawn(process.execPath, [bin, ...args], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, problems] = ['', ''];
    child.stdout.on('data', chunk => (out += chunk));
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', chunk => {
        problems += chunk;
        const found = /Boards ask at (http:\/\/\S+?)\/light/.exec(problems);
        if (found) resolve(found[1]);
      });
      child.on('close', () => reject(new Error(problems)));
    });
    const ended = new Promise<number | null>(resolve => child.on('close', resolve));
    t.teardown(() => child.kill('SIGKILL'));
    const from = await beginAt(url, beacon.chain, (await beacon.checkpoint()).root);
    await beacon.nextPeriod();
    // What it asked a moment ago, in the middle of the mining, is new enough for it for a quarter of a slot.
    await new Promise(resolve => setTimeout(resolve, 300));
    t.is((await catchUp(url, beacon.chain, from)).state.slot, (await beacon.checkpoint()).slot);
    child.kill('SIGINT');
    t.is(await ended, 130, problems);
    const document = JSON.parse(out) as { events: { kind: string }[] };
    t.true(document.events.some(({ kind }) => kind === 'info'));
    await t.throwsAsync(fetch(url), undefined, 'nobody listens any more');
  });
});

test('what is missing or out of form is one line that says what to give', async t => {
  t.regex(oneLineFailure(t, await holdfast(['prover']), 1), /--beacon URL/);
  const beacon = ['--beacon', 'http://127.0.0.1:9'];
  t.regex(oneLineFailure(t, await holdfast(['prover', ...beacon]), 1), /--rpc URL/);
  const both = ['prover', ...beacon, '--rpc', 'http://127.0.0.1:9'];
  t.regex(oneLineFailure(t, await holdfast([...both, '--listen', 'nowhere']), 1), /HOST:PORT/);
  t.regex(oneLineFailure(t, await holdfast([...both, '--checkpoint', '0x00']), 2), /32 bytes/);
});
