/** A sold board goes by its new owner's trust: ordered by the new fleet, asked for by its hash, tried, and shown. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { document, inProcess, temporaryDirectory } from '../support.js';

/** Public test accounts of anvil. */
const operator = {
  address: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  key: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
};
const buyer = {
  address: '0xa0ee7a142d267c1f36714e4a8f75612f20a79720',
  key: '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
};

testWithChain(
  'a buyer accepts a board with a trust of his own, and then it obeys his fleet and nobody else',
  async t => {
    t.timeout(600_000);
    const cwd = temporaryDirectory(t);
    const before = process.cwd();
    process.chdir(cwd);
    t.teardown(() => process.chdir(before));
    const world = start(['start', '--level', '1', '--json'], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"ready"');
    const json = async (args: string[], status = 0, environment: Record<string, string> = {}) => {
      const ran = await inProcess([...args, '--json'], environment);
      t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      return document(t, ran);
    };
    const project = JSON.parse(readFileSync(join(cwd, '.holdfast/project.json'), 'utf8'));
    const { channel, device, rpc } = project;
    const switchOn = ['command', 'relay.set', '{"on":true}'];
    const asBuyer = {
      HOLDFAST_OWNER_KEY: buyer.key,
      HOLDFAST_DEPLOYER_KEY: buyer.key,
      HOLDFAST_SIGNER_KEYS: `${buyer.key},${operator.key}`,
    };
    const trustOf = (members: object) => {
      writeFileSync('trust.json', JSON.stringify({ profile: 'development', level: 1, ...members }));
      return ['--trust', 'trust.json'];
    };

    const { fleet } = await json(
      [
        ...['fleet', 'create', '--signers', buyer.address, '--signers', operator.address, '--threshold', '2'],
        ...['--commander', operator.address],
      ],
      0,
      asBuyer,
    );
    t.is((await json(switchOn)).receipt.outcome, 'done');
    const old = (await json(['status'])).board;
    await json(['device', 'transfer', '--to', buyer.address]);
    const accept = ['device', 'accept', device, '--fleet', fleet, '--channel', channel];

    // what no board could go by is refused before anything is sent
    const refused: [object, string, RegExp][] = [
      [{ endpoints: [rpc], qourum: 1 }, 'trust_file', /qourum/],
      [{ endpoints: rpc }, 'trust_file', /endpoints/],
      [{ endpoints: [], level: 1 }, 'trust', /not allowed/],
      [{ profile: 'production', endpoints: [rpc] }, 'trust', /not allowed/],
    ];
    for (const [members, code, message] of refused) {
      const { error } = await json([...accept, ...trustOf(members)], 1, asBuyer);
      t.is(error.code, code);
      t.regex(error.message, message);
    }
    t.is((await json(['status'])).chain.epoch, 0);

    const taken = await json([...accept, ...trustOf({ endpoints: [rpc] })], 0, asBuyer);
    t.like(taken, { owner: buyer.address, epoch: 1, set: { order: { receipt: { outcome: 'done' } } } });
    const { board } = await json(['status']);
    t.like(board, { owner: buyer.address, epoch: 1, trustConfiguration: taken.shown.trustConfiguration });
    t.not(board.trustConfiguration, old.trustConfiguration);
    t.not(board.challenge, old.challenge);
    t.is((await json(switchOn)).receipt.outcome, 'done');

    // the same owner sets it once more, and where a board cannot go by it, it keeps what it has
    trustOf({ endpoints: [rpc], maximumAge: 1800 });
    const again = await json(['device', 'set-trust', 'trust.json'], 0, asBuyer);
    t.is(again.order.receipt.outcome, 'done');
    t.is((await json(['status'])).board.trustConfiguration, again.trustConfiguration);

    // sold back by a code; just started anew, the board knows no now, and the fleet's signers order the trust
    await json(['device', 'claim-code', '--file', 'code.txt'], 0, asBuyer);
    const claim = ['device', 'claim', '--fleet', project.fleet, '--channel', channel, '--code-file'];
    const ordered = await json([...claim, 'code.txt', ...trustOf({ endpoints: [rpc], maximumAge: 2000 })]);
    t.like(ordered, { epoch: 2, set: { order: { receipt: { outcome: 'done' } } } });
    t.is((await json(switchOn)).receipt.outcome, 'done');

    // and once more: now is known, so that the new owner's signature at the console is enough
    await json(['device', 'claim-code', '--file', 'again.txt']);
    const set = await json([...claim, 'again.txt', ...trustOf({ endpoints: [rpc], maximumAge: 2100 })], 0, {
      HOLDFAST_OWNER_KEY: buyer.key,
    });
    t.like(set, { epoch: 3, owner: buyer.address });
    t.is(set.set, undefined);
    const last = (await json(['status'])).board;
    t.like(last, { owner: buyer.address, epoch: 3, trustConfiguration: set.shown.trustConfiguration });
    t.not(last.trustConfiguration, ordered.shown.trustConfiguration);
    t.is((await json(switchOn)).receipt.outcome, 'done');
    t.like(await json(['audit']), { findings: [], complete: true });
  },
);
