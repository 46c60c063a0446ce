/** The life of a board from the desk, by the real commands against a real chain and a real board. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { buyer, operator, startDesk } from './desk.js';

const asBuyer = { HOLDFAST_OWNER_KEY: buyer.key };
const asStranger = { HOLDFAST_OWNER_KEY: operator.key };

testWithChain(
  'a board is suspended, lifted, lost, sold to an account, sold by a code, and retired',
  async t => {
    const { json, printed, project } = await startDesk(t);
    const refused = async (
      args: string[],
      code: string,
      environment: Record<string, string> = {},
      status = 1,
    ) => {
      const { error } = await json(args, status, environment);
      t.is(error.code, code, error.message);
      return error.message as string;
    };
    const { channel, device, fleet } = project;
    const owner = project.owner.toLowerCase();
    const switchOn = ['command', 'relay.set', '{"on":true}'];

    // suspended by a guardian, in the board's own words; nobody but the owner lifts it
    t.is((await json(switchOn)).receipt.outcome, 'done');
    const suspended = await json(['device', 'suspend', '--as', 'guardian']);
    t.like(suspended, { from: 'Active', status: 'Suspended', shown: { status: 'Suspended', epoch: 0 } });
    t.true(suspended.shown.block >= suspended.blockNumber);
    await refused(switchOn, 'WrongStatus');
    t.regex(
      await refused(['device', 'suspend', '--as', 'guardian'], 'device_status'),
      /is suspended already/,
    );
    await refused(['device', 'lift'], 'NotOwner', asStranger);
    t.like(await json(['device', 'lift']), { from: 'Suspended', shown: { status: 'Active' } });
    t.is((await json(switchOn)).receipt.outcome, 'done');
    t.regex(await refused(['device', 'lift'], 'device_status'), /is active already/);

    // a board that nobody hears counts as restrained all the same, and says so when it is heard
    const silent = await startBroker();
    t.teardown(() => silent.close());
    const unheard = ['--broker', silent.url, '--wait', '1s'];
    t.regex(await refused(['device', 'stolen', ...unheard], 'not_shown'), /it said nothing/);
    t.like((await json(['status'])).chain, { status: 'Stolen' });
    await refused(['device', 'transfer', '--to', buyer.address], 'WrongStatus');
    t.regex(await refused(['device', 'suspend'], 'device_status'), /restrains more/);
    t.is((await json(['device', 'lift', '--no-wait'])).shown, undefined);
    await refused(['device', 'stolen', '--as', 'guardian'], 'MissingRole', {
      HOLDFAST_GUARDIAN_KEY: operator.key,
    });
    const stolen = await json(['device', 'stolen', '--as', 'guardian']);
    t.like(stolen, { from: 'Active', shown: { status: 'Stolen' } });
    t.like(await json(['device', 'lift']), { from: 'Stolen', shown: { status: 'Active' } });

    // sold to an account, under a fleet of its own
    const created = await json(
      [
        ...['fleet', 'create', '--signers', buyer.address, '--signers', operator.address, '--threshold', '2'],
        ...['--commander', operator.address, '--guardian', buyer.address],
      ],
      0,
      { HOLDFAST_DEPLOYER_KEY: buyer.key },
    );
    await refused(['device', 'transfer', '--to', buyer.address], 'NotOwner', asStranger);
    await refused(['device', 'transfer'], 'usage', {}, 2);
    t.like(await json(['device', 'transfer', '--to', buyer.address]), { owner, pendingOwner: buyer.address });
    const under = ['--fleet', created.fleet, '--channel', channel];
    await refused(['device', 'accept', device, ...under], 'NotPendingOwner', asStranger);
    await refused(
      ['device', 'accept', device, '--fleet', operator.address, '--channel', channel],
      'NothingThere',
      asBuyer,
    );
    await json(['device', 'transfer', '--cancel']);
    await refused(['device', 'accept', device, ...under], 'NotPendingOwner', asBuyer);
    await json(['device', 'transfer', '--to', buyer.address]);
    const accepted = await json(['device', 'accept', device, ...under], 0, asBuyer);
    t.like(accepted, { owner: buyer.address, fleet: created.fleet, epoch: 1, shown: { epoch: 1 } });
    await refused(['device', 'suspend'], 'NotOwner');

    // sold by a code, which appears nowhere but where it was asked for
    await refused(['device', 'claim-code'], 'usage', asBuyer, 2);
    await refused(['device', 'claim-code', '--file', 'no.txt'], 'NotOwner');
    t.throws(() => statSync('no.txt'));
    const first = await json(['device', 'claim-code', '--file', 'first.txt'], 0, asBuyer);
    const second = await json(
      ['device', 'claim-code', '--file', 'code.txt', '--label', 'label.svg'],
      0,
      asBuyer,
    );
    t.not(first.claimKey, second.claimKey);
    const code = readFileSync('code.txt', 'utf8').trim();
    t.is(statSync('code.txt').mode & 0o777, 0o600);
    t.is(statSync('label.svg').mode & 0o777, 0o600);
    const back = ['--fleet', fleet, '--channel', channel];
    const mistyped = code.replace(/.$/, last => (last === '0' ? '1' : '0'));
    t.regex(await refused(['device', 'claim', '--code', mistyped, ...back], 'claim_code', {}, 2), /group 7 /);
    t.regex(
      await refused(['device', 'claim', '--code-file', 'first.txt', ...back], 'claim_code'),
      /newer one/,
    );
    await refused(['device', 'claim', '--code-file', 'code.txt', '--life', '61m', ...back], 'usage', {}, 2);
    writeFileSync('open.txt', code, { mode: 0o644 });
    await refused(['device', 'claim', '--code-file', 'open.txt', ...back], 'file_mode');
    await json(['device', 'stolen', '--no-wait'], 0, asBuyer);
    t.regex(
      await refused(['device', 'claim', '--code-file', 'code.txt', ...back], 'device_status'),
      /handed to nobody/,
    );
    await json(['device', 'lift', '--no-wait'], 0, asBuyer);
    const claimed = await json(['device', 'claim', '--code-file', 'code.txt', ...back]);
    t.like(claimed, { owner, fleet, epoch: 2, shown: { epoch: 2, status: 'Active' } });
    t.regex(
      await refused(['device', 'claim', '--code-file', 'code.txt', ...back], 'claim_code'),
      /claimed before/,
    );
    const secrets = [code, code.replaceAll('-', ''), readFileSync('first.txt', 'utf8').trim()];
    for (const secret of secrets) t.false(printed.some(text => text.includes(secret)));
    const shown = await json(['device', 'claim-code', '--show-code']);
    t.regex(shown.code, /^([0-9A-Z]{5}-){6}[0-9A-Z]{5}$/);

    // retired, by the owner together with the threshold, for ever
    await refused(['device', 'retire'], 'usage', {}, 2);
    await refused(
      ['device', 'retire', device, '--signer', '.holdfast/simulation/signerA.json'],
      'TooFewSignatures',
      {
        HOLDFAST_PASSPHRASE: 'simulation',
      },
    );
    t.like(await json(['device', 'retire', device]), { from: 'Active', shown: { status: 'Retired' } });
    t.regex(await refused(['device', 'lift'], 'device_status'), /for ever/);
  },
);
