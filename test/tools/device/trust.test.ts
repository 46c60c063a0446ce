/** A sold board goes by its new owner's trust: ordered by the new fleet, asked for by its hash, tried, and shown. */
import { writeFileSync } from 'node:fs';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { asBuyer, buyer, operator, startDesk } from './desk.js';

testWithChain(
  'a buyer accepts a board with a trust of his own, and then it obeys his fleet and nobody else',
  async t => {
    const { json, project } = await startDesk(t, '--level', '1');
    const { channel, device, rpc } = project;
    const switchOn = ['command', 'relay.set', '{"on":true}'];
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
