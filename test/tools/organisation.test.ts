/** Contracts, fleets and channels through the command, on chains of their own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { startChain } from '../../host-sim/chain/anvil.js';
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { document, inProcess, oneLineFailure, temporaryDirectory } from './support.js';

type Environment = Record<string, string>;

async function chainFor(t: ExecutionContext, flags: string[] = []) {
  const chain = await startChain({ flags });
  t.teardown(() => chain.close());
  const rpc = ['--rpc', chain.url];
  const key = (i: number) => chain.accounts[i].privateKey;
  const run = async (args: string[], status = 0, environment: Environment = { HOLDFAST_KEY: key(0) }) => {
    const ran = await inProcess([...args, ...rpc, '--json'], environment);
    t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return document(t, ran);
  };
  return { chain, rpc, run, key, account: (i: number) => chain.accounts[i].address.toLowerCase() };
}

const stateOf = (checks: { name: string; state: string; remedy?: string }[], name: string) =>
  checks.find(check => check.name === name);

testWithChain('deploying twice deploys once; the doctor sees the difference', async t => {
  const { chain, rpc, run } = await chainFor(t);
  await mineUntilFinal(chain.url, 1);
  const before = await run(['doctor'], 1);
  t.like(stateOf(before.checks, 'contracts'), { state: 'problem' });
  t.regex(stateOf(before.checks, 'contracts')!.remedy!, /holdfast deploy/);

  const first = await run(['deploy']);
  t.true(first.changed);
  t.is(first.contracts.length, 5);
  const second = await run(['deploy']);
  t.false(second.changed);
  t.deepEqual(
    second.contracts.map(({ address }: { address: string }) => address),
    first.contracts.map(({ address }: { address: string }) => address),
  );
  const after = await run(['doctor']);
  t.deepEqual(
    ['chain', 'proofs', 'finality', 'contracts'].map(name => stateOf(after.checks, name)?.state),
    ['ok', 'ok', 'ok', 'ok'],
  );
  const stranger = await run(['doctor', '--device', `0x${'11'.repeat(20)}`], 1);
  t.regex(stateOf(stranger.checks, 'device')!.remedy!, /holdfast provision/);
  // Something is there, and it is no Device.
  const other = await run(['doctor', '--device', first.contracts[0].address], 1);
  t.regex(stateOf(other.checks, 'device')!.remedy!, /only clones of the Device/);

  const poor = await inProcess(['deploy', ...rpc], { HOLDFAST_KEY: '42'.repeat(32) });
  t.is(poor.status, 0, 'nothing is to be paid for any more');
});

testWithChain('a key without ether cannot deploy, and is told so', async t => {
  const { rpc } = await chainFor(t);
  const ran = await inProcess(['deploy', ...rpc], { HOLDFAST_KEY: '42'.repeat(32) });
  t.regex(
    oneLineFailure(t, ran, 1),
    /takes 0\.\d+ ether at most, and 0x\w{40} has 0\.000000: send it the rest\. Nothing was sent/,
  );
});

testWithChain('an endpoint that proves only recent blocks is named so', async t => {
  const { chain, run } = await chainFor(t, ['--prune-history', '4']);
  await mineUntilFinal(chain.url, 1);
  const { checks } = await run(['doctor'], 1);
  t.like(stateOf(checks, 'proofs'), { state: 'problem' });
  t.regex(stateOf(checks, 'proofs')!.remedy!, /128 blocks/);
});

testWithChain('a project of another chain is noticed before anything is sent', async t => {
  const { chain } = await chainFor(t);
  const directory = join(temporaryDirectory(t), '.holdfast');
  mkdirSync(directory);
  const file = join(directory, 'project.json');
  for (const [chainId, status] of [
    [1, 1],
    [31337, 0],
  ]) {
    writeFileSync(file, JSON.stringify({ rpc: chain.url, chainId }));
    const ran = await inProcess(['deploy', '--project', file, '--json'], {
      HOLDFAST_KEY: chain.accounts[0].privateKey,
    });
    t.is(ran.status, status);
    if (status === 1) t.is(document(t, ran).error.code, 'wrong_chain');
  }
});

testWithChain(
  'a fleet is created once, shown, granted, delegated, paused and resumed, each by whom it takes',
  async t => {
    const { account, key, run } = await chainFor(t);
    await run(['deploy']);
    const setup = [
      'fleet',
      'create',
      '--threshold',
      '2',
      '--commander',
      account(3),
      '--guardian',
      account(4),
    ];
    for (const i of [0, 1, 2]) setup.push('--signers', account(i));
    const { fleet } = await run(setup);
    const at = ['--fleet', fleet];
    const shown = await run(['fleet', 'show', ...at]);
    t.like(shown, { genuine: true, paused: false, threshold: 2 });
    t.deepEqual(shown.signers, [0, 1, 2].map(account).sort(), 'in the order that contracts take');
    t.deepEqual(
      shown.roles.map(({ account: who, role, expired }: Record<string, unknown>) => [role, who, expired]),
      [
        ['Commander', account(3), false],
        ['Guardian', account(4), false],
      ],
    );

    const two = { HOLDFAST_SIGNER_KEYS: `${key(1)},${key(2)}` };
    const one = { HOLDFAST_SIGNER_KEYS: key(1) };
    const grant = ['fleet', 'grant', 'releaser', account(5), ...at];
    t.is((await run(grant, 1, one)).error.code, 'TooFewSignatures');
    t.is((await run(grant, 1, { HOLDFAST_SIGNER_KEYS: `${key(1)},${key(6)}` })).error.code, 'NotASigner');
    await run(grant, 0, two);
    const roles = async () => (await run(['fleet', 'show', ...at])).roles.length;
    t.is(await roles(), 3);
    t.is((await run([...grant, '--revoke'], 0, two)).expiry, 0);

    await run(['fleet', 'delegate', account(7), 'relay.set', '--for', '1d', ...at], 0, two);
    const { epoch } = await run(['fleet', 'show', ...at]);
    t.is((await run(['fleet', 'bump-epoch', ...at], 0, two)).epoch, epoch + 1);

    t.is(
      (await run(['fleet', 'pause', ...at], 1, { HOLDFAST_GUARDIAN_KEY: key(3) })).error.code,
      'MissingRole',
    );
    await run(['fleet', 'pause', ...at], 0, { HOLDFAST_GUARDIAN_KEY: key(4) });
    t.is((await run(['fleet', 'resume', ...at], 1, one)).error.code, 'TooFewSignatures');
    await run(['fleet', 'resume', ...at], 0, two);
    t.false((await run(['fleet', 'show', ...at])).paused);

    t.is((await run(['fleet', 'show', '--fleet', account(9)], 1)).error.code, 'NothingThere');
  },
);

testWithChain(
  'a channel is created for its hardware and shown; one key that suffices alone is warned of',
  async t => {
    const { account, run } = await chainFor(t);
    await run(['deploy']);
    const hardware = `0x${'5a'.repeat(32)}`;
    const create = ['channel', 'create', '--hardware', hardware, '--release-key', account(0)];
    const { channel, warnings } = await run([...create, '--threshold', '1']);
    t.regex(warnings[0], /publish images alone/);
    t.like(await run(['channel', 'show', '--channel', channel]), {
      hardware,
      genuine: true,
      newest: 0,
      threshold: 1,
    });
    const two = await run([...create, '--release-key', account(1), '--threshold', '2']);
    t.is(two.warnings, undefined);
    t.is((await run(['channel', 'show', '--channel', account(9)], 1)).error.code, 'NothingThere');
  },
);
