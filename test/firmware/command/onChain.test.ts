/** Real contracts, proven by the board over real sockets: facts, links in any number, and the rule of reorganisation. */
import { envelopeLeaf, type Hex, merkleTree } from '../../../contracts/client/index.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { listingKey } from '../../../firmware/command/delegate.js';
import { Authority } from '../../../firmware/command/envelope.js';
import { epochHead, nextHead } from '../../../firmware/command/link.js';
import { KEPT_LINKS_MAX } from '../../../firmware/command/walk.js';
import { encodeDelivery } from '../../../firmware/command/wire.js';
import { listingSlot } from '../../../firmware/contract/facts.js';
import { reorganise } from '../../../host-sim/node/chain/time.js';
import { word } from '../../fakes/bytes.js';
import { Organisation } from '../../fakes/organisation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { ChainBoard } from './chainBoard.js';

type Run = (
  t: Parameters<Parameters<typeof testWithChain>[1]>[0],
  organisation: Organisation,
) => Promise<void>;

const onChain = (title: string, run: Run) =>
  testWithChain(title, async t => {
    const organisation = await Organisation.found();
    try {
      await run(t, organisation);
    } finally {
      await organisation.close();
    }
  });

onChain(
  'the Device is where the board computes it; what it proves is what the contracts hold',
  async (t, org) => {
    t.is(toHex(org.computedDevice()), org.device);
    const owner = await org.as('owner');
    t.is(await owner.factory.deviceOf((await owner.device.read(org.device)).key), org.device);

    const board = new ChainBoard(org);
    const first = await board.link('once');
    const second = await board.link('once');
    const links = await owner.device.links(org.device);
    let head: Uint8Array = new Uint8Array(32);
    const heads = [first, second].map(({ envelope, hash }) => {
      head = nextHead(org.crypto, head, { ...envelope, commandHash: hash });
      return toHex(head);
    });
    t.deepEqual(
      links.map(link => link.head),
      heads as never,
    );

    const signers = await org.signers('owner', 'signerA');
    const delegate = fromHex(org.address('releaseA'), 20)!;
    const expiry = (await owner.chain.now()) + 1000;
    await owner.fleet.setDelegate(
      org.fleet,
      { delegate: org.address('releaseA'), action: 'test.once', expiry },
      { signers },
    );
    const slot = listingSlot(org.crypto, listingKey(org.crypto, delegate, 'test.once'));
    const facts = await board.chain.facts('latest', slot);
    if (facts.verdict !== 'accepted') return t.fail(facts.evidence);
    const { device, fleet, trail, word } = facts.value;
    const read = await owner.device.read(org.device);
    t.deepEqual(
      {
        ...device,
        key: toHex(device.key),
        head: toHex(device.head),
        owner: toHex(device.owner),
        fleet: toHex(device.fleet),
      },
      {
        key: read.key,
        status: 2,
        sequence: 2,
        epoch: 0,
        head: read.head,
        owner: read.owner,
        fleet: org.fleet,
      },
    );
    t.deepEqual({ ...fleet, address: toHex(fleet.address) }, { address: org.fleet, paused: false, epoch: 0 });
    t.is(Number(toHex(word)), expiry);
    t.true(trail.length >= 8);

    await owner.device.bumpEpoch(org.device);
    const bumped = await owner.device.read(org.device);
    t.is(bumped.head, toHex(epochHead(org.crypto, org.chain.chainId, org.deviceBytes, 1, 2)) as never);
    const old = await board.chain.facts('finalized');
    t.is(old.verdict === 'accepted' && old.value.device.epoch, 0, 'the final block does not know of it yet');
    t.deepEqual(board.reports, []);
  },
);

onChain(
  'a board that slept through many commands, an epoch and a pause runs what it must, in order',
  async (t, org) => {
    const board = await new ChainBoard(org).proveNow();
    const owner = await org.as('owner');
    await board.link('once');
    await owner.device.bumpEpoch(org.device);
    const commands = [];
    for (let i = 0; i < KEPT_LINKS_MAX + 4; i++) commands.push(await board.link('once'));
    await org.finalise();
    const last = commands[commands.length - 1];
    t.regex(await board.deliver(last), /^undetermined withheld/);
    for (const command of commands.slice(0, 7).reverse()) await board.deliver(command);
    for (const command of commands.slice(7)) await board.deliver(command);
    t.deepEqual(
      board.effects,
      commands.map(({ envelope }) => `once ${envelope.sequence}`),
      'none of the older epoch',
    );
    t.is(board.ledger.position.epoch, 1);

    const guardian = await org.as('guardian');
    const held = await board.link('loose');
    await guardian.fleet.pause(org.fleet);
    t.is(await board.deliver(held), 'undetermined paused');
  },
);

onChain(
  'what tolerates a reorganisation runs at once, is receipted reorged when taken back, and never runs twice',
  async (t, org) => {
    const board = await new ChainBoard(org).proveNow();
    const first = await board.link('loose');
    t.is(await board.deliver(first), 'done');
    const waits = await board.link('once');
    t.is(await board.deliver(waits), 'undetermined level');

    await reorganise(org.chain.url, 2);
    const owner = await org.as('owner');
    t.is((await owner.device.read(org.device)).sequence, 1, 'the chain took both back');
    const other = await board.link('loose', { salt: word(1) });
    t.is(await board.deliver(other), 'done');
    t.is(board.about(first), 'done, reorged reorged');
    t.deepEqual(board.effects, ['loose 2', 'loose 2'], 'another envelope at that sequence runs');

    await reorganise(org.chain.url, 1);
    await board.append(first);
    const next = await board.link('once');
    await org.finalise();
    t.is(await board.deliver(next), 'done');
    t.is(board.about(other), 'done, reorged reorged');
    t.deepEqual(
      board.effects,
      ['loose 2', 'loose 2', 'once 3'],
      'the same envelope linked anew does not run again',
    );
    t.is(await board.deliver(first), 'rejected replayed');
    t.is(board.ledger.settled.sequence, 3);
    t.is(board.ledger.ran.length, 0);
  },
);

onChain('what was taken back is noticed unasked once the chain is final without it', async (t, org) => {
  const board = await new ChainBoard(org).proveNow();
  const read = await board.link('loose');
  t.is(await board.deliver(read), 'done');
  await reorganise(org.chain.url, 1);
  t.true(board.commands.waiting);
  await org.finalise();
  await board.commands.retry();
  t.is(board.about(read), 'done, reorged reorged');
  t.false(board.commands.waiting);
});

onChain(
  'a batch on the chain commands each board of it once, and one that was published for others does not',
  async (t, org) => {
    const board = await new ChainBoard(org).proveNow();
    const operator = await org.as('operator');
    const mine = await board.envelope('once', { authority: Authority.batch, sequence: 1 });
    const other = word(0x77);
    const tree = merkleTree([other, mine.hash, other].map(hash => envelopeLeaf(toHex(hash) as Hex)));
    const before = await operator.fleet.read(org.fleet);
    await operator.fleet.batch(org.fleet, tree.root, mine.envelope.notAfter);
    await operator.fleet.batch(org.fleet, toHex(word(0x78)) as Hex, mine.envelope.notAfter);
    const later = (await operator.fleet.batches(org.fleet, 1)).map(link => ({
      ...link,
      root: fromHex(link.root, 32)!,
      operator: fromHex(link.operator, 20)!,
    }));
    const proofAt = (index: number) => ({
      path: tree.proof(index).map(sibling => fromHex(sibling, 32)!),
      previousHead: fromHex(before.batchHead, 32)!,
      later,
    });
    const delivered = (index: number) =>
      board.deliver({
        ...mine,
        bytes: encodeDelivery({ ...mine, signature: new Uint8Array(0), batch: proofAt(index) }),
      });
    t.is(await delivered(1), 'undetermined level', 'not final yet');
    await org.finalise();
    t.is(await delivered(0), 'rejected not_anchored', 'the path of another leaf');
    t.is(await delivered(1), 'done');
    t.is(await delivered(1), 'rejected replayed');
    t.deepEqual(
      board.effects.filter(effect => effect.startsWith('once')),
      ['once 1'],
    );
  },
);
