/** The typed client on a real chain: every action once, its facts read back, links rebuilt from events alone. */

import { encodeAbiParameters, keccak256, parseAbiParameters } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import {
  ascending,
  type Contracts,
  claimData,
  connect,
  deviceLeaf,
  digestOf,
  domainOf,
  type Hex,
  merkleTree,
  receiptLeaf,
  type Signer,
  signerFromKey,
  signTogether,
  typedData,
} from '../../contracts/client/index.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { patient } from '../../host-sim/node/patience.js';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { DEV_KEYS, startAnvil } from './anvil.js';

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
/** An address where nothing lies. */
const elsewhere = (address: Hex): Hex => `${address.slice(0, -1)}${address.endsWith('0') ? '1' : '0'}` as Hex;

interface World {
  operator: Contracts;
  successor: Contracts;
  signers: Signer[];
  board: Signer;
  fleet: Hex;
  channel: Hex;
  device: Hex;
  now: number;
}

async function world(t: {
  teardown(work: () => Promise<void>): void;
  timeout(milliseconds: number): void;
}): Promise<World> {
  const { rpc, close } = await startAnvil();
  t.teardown(close);
  const operator = await connect({
    rpc,
    privateKey: DEV_KEYS[0],
    pollingInterval: 20,
    timeout: patient(10_000),
  });
  const successor = await connect({
    rpc,
    privateKey: DEV_KEYS[4],
    pollingInterval: 20,
    timeout: patient(10_000),
  });
  await deploy(operator.chain);
  const signers = await Promise.all(DEV_KEYS.slice(1, 4).map(signerFromKey));
  const keys = signers.map(({ address }) => address);
  const account = operator.chain.address;
  const now = await operator.chain.now();
  const expiry = now + 365 * 86_400;
  const grants = (['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const).map(role => ({
    role,
    account,
    expiry,
  }));
  const { fleet } = await operator.factory.createFleet({ signers: keys, threshold: 2, grants });
  const { channel } = await operator.factory.createChannel({
    hardware: word('11'),
    releaseKeys: [...keys.slice(1), account.toLowerCase() as Hex],
    threshold: 2,
    guardians: [account],
    haltThreshold: 1,
  });
  const board = await signerFromKey(generatePrivateKey());
  const { device } = await register(operator, board, fleet, channel);
  return { operator, successor, signers, board, fleet, channel, device, now };
}

async function register(c: Contracts, board: Signer, fleet: Hex, channel: Hex) {
  const possession = {
    board: board.address,
    owner: c.chain.address,
    fleet,
    channel,
    trustConfiguration: word('22'),
    deadline: (await c.chain.now()) + 1800,
  };
  const signature = await board.signTypedData(c.factory.possessionData(possession));
  return c.factory.register(possession, signature);
}

testWithChain('commands: every head can be rebuilt from the events alone', async t => {
  const { operator: c, signers, fleet, device, now } = await world(t);
  await c.fleet.activate(fleet, device);
  const notAfter = now + 86_400;
  const request = (sequence: number) => ({ fleet, device, commandHash: word('a0'), notAfter, sequence });
  const { link } = await c.fleet.append(request(1));
  t.is(link.sequence, 1);
  t.is(link.operator, c.chain.address.toLowerCase() as Hex);
  const irreversible = await c.fleet.appendIrreversible(request(2), { signers: signers.slice(0, 2) });
  t.deepEqual([irreversible.link.class, irreversible.link.operator], [1, fleet]);
  await c.fleet.bumpDeviceEpoch(fleet, device, { signers: signers.slice(1) });
  await c.fleet.setRole(
    fleet,
    { role: 'Commander', account: fleet, expiry: 0, bumpEpoch: true },
    { signers },
  );
  await c.fleet.append(request(3));
  await c.device.bumpEpoch(device);
  await c.fleet.append(request(4));

  let head: Hex = word('00');
  for (const { name, values } of await c.device.history(device)) {
    const event = values as Record<string, never>;
    if (name === 'Linked') {
      head = keccak256(
        encodeAbiParameters(
          parseAbiParameters('bytes32, uint32, bytes32, uint64, uint32, uint32, address, uint8'),
          [
            head,
            event.sequence,
            event.commandHash,
            event.notAfter,
            event.epoch,
            event.fleetEpoch,
            event.operator,
            event.class,
          ],
        ),
      );
      t.is(event.head as Hex, head);
    } else if (name === 'EpochBumped') {
      head = keccak256(
        encodeAbiParameters(parseAbiParameters('uint256, address, uint32, uint32'), [
          BigInt(c.chain.chainId),
          device,
          event.epoch,
          event.sequence,
        ]),
      );
      t.is(event.head as Hex, head);
    }
  }
  const facts = await c.device.read(device);
  t.like(facts, { head, sequence: 4, epoch: 2, status: 'Active' });
  t.deepEqual(
    (await c.device.links(device, 2)).map(({ sequence, epoch, fleetEpoch }) => [sequence, epoch, fleetEpoch]),
    [
      [3, 1, 1],
      [4, 2, 1],
    ],
  );
});

testWithChain('a life: suspended, stolen, lifted, rotated, handed over, retired', async t => {
  const { operator: c, successor, signers, board, fleet, channel, device } = await world(t);
  await c.device.setStatus(device, 'Active');
  await c.fleet.suspend(fleet, device);
  t.is((await c.device.read(device)).status, 'Suspended');
  await c.fleet.reportStolen(fleet, device);
  await t.throwsAsync(c.device.transfer(device, successor.chain.address), {
    message: /status "stolen" does not allow/,
  });
  await c.device.setStatus(device, 'Active', 'Stolen');

  const next = await signerFromKey(generatePrivateKey());
  const deadline = (await c.chain.now()) + 600;
  const keys = await c.device.signRotation(device, board, next, deadline);
  await c.fleet.rotateDeviceKey(fleet, device, next.address, keys, {
    signers: signers.slice(0, 2),
    deadline,
  });
  t.like(await c.device.read(device), { key: next.address, epoch: 1 });
  t.is(await c.factory.deviceOf(board.address), device, 'the address stays that of the first key');

  await c.device.approve(device, { version: 3, imageSha256: word('33') });
  await c.device.transfer(device, successor.chain.address);
  await successor.device.accept(device, fleet, channel);
  const handedOver = await c.device.read(device);
  t.like(handedOver, { owner: successor.chain.address.toLowerCase() as Hex, epoch: 2, approval: word('00') });
  await t.throwsAsync(c.device.setStatus(device, 'Suspended'), { message: /is not the device's owner/ });
  await successor.device.retire(device, { signers: signers.slice(0, 2) });
  t.is((await c.device.read(device)).status, 'Retired');
});

testWithChain(
  'a claim: the key on the box and the board hand it over together, whoever sends it',
  async t => {
    const { operator: c, successor, board, fleet, channel, device } = await world(t);
    const claimKey = await signerFromKey(generatePrivateKey());
    await c.device.offerClaim(device, claimKey.address);
    t.like(await c.device.read(device), { pendingOwner: claimKey.address, pendingByClaim: true });
    const newOwner = successor.chain.address.toLowerCase() as Hex;
    const claim = { newOwner, fleet, channel, deadline: (await c.chain.now()) + 1800 };
    const data = await c.device.claimData(device, claim);
    t.deepEqual(data, claimData(c.chain.chainId, device, 0, claim), 'without a chain too');
    const signatures = {
      claimKey: await claimKey.signTypedData(data),
      board: await board.signTypedData(data),
    };
    const photograph = { ...signatures, board: signatures.claimKey };
    await t.throwsAsync(c.device.acceptClaim(device, claim, photograph), { message: /not by the board/ });
    await t.throwsAsync(c.device.acceptClaim(device, { ...claim, newOwner: fleet }, signatures), {
      message: /was not offered to/,
    });
    await t.throwsAsync(
      c.device.acceptClaim(device, { ...claim, deadline: claim.deadline + 3600 }, signatures),
      {
        message: /more than an hour ahead/,
      },
    );
    await c.device.acceptClaim(device, claim, signatures);
    t.like(await c.device.read(device), {
      owner: newOwner,
      epoch: 1,
      pendingOwner: `0x${'00'.repeat(20)}`,
      pendingByClaim: false,
    });
  },
);

testWithChain(
  'the app line: its own channel and approval, neither of which a successor inherits',
  async t => {
    const { operator: c, successor, fleet, channel, device } = await world(t);
    t.like(await c.device.read(device), { appChannel: `0x${'00'.repeat(20)}`, appApproval: word('00') });
    await t.throwsAsync(c.device.approveApp(device, { version: 1, imageSha256: word('33') }), {
      message: /does not follow the channel/,
    });
    await c.device.setAppChannel(device, channel);
    const approved = keccak256(
      encodeAbiParameters(parseAbiParameters('address, uint32, bytes32'), [channel, 1, word('33')]),
    );
    await c.device.approveApp(device, { version: 1, imageSha256: word('33') });
    t.like(await c.device.read(device), { appChannel: channel, appApproval: approved, approval: word('00') });
    await c.device.clearAppApproval(device);
    await c.fleet.approveApp(fleet, device, { version: 1, imageSha256: word('33') });
    t.is((await c.device.read(device)).appApproval, approved, 'by a releaser');
    await c.fleet.clearAppApproval(fleet, device);
    t.is((await c.device.read(device)).appApproval, word('00'), 'cleared by a guardian');
    await c.device.approveApp(device, { version: 1, imageSha256: word('33') });
    await c.device.transfer(device, successor.chain.address);
    await successor.device.accept(device, fleet, channel);
    t.like(await c.device.read(device), { appChannel: `0x${'00'.repeat(20)}`, appApproval: word('00') });
  },
);

testWithChain('sets of keys: any order is put in order, more than boards hold are refused', async t => {
  const { operator: c, signers, fleet, channel } = await world(t);
  const authority = { signers: signers.slice(0, 2) };
  const keys = Array.from({ length: 17 }, (_, i): Hex => `0x${(17 - i).toString(16).padStart(40, '0')}`);
  const set = (count: number) => ({ threshold: 1, keys: keys.slice(0, count) });
  await t.throwsAsync(c.fleet.setCheckpointKeys(fleet, set(17), authority), {
    message: /17 keys are more than a board can hold: name 16 at most/,
  });
  await t.throwsAsync(
    c.fleet.setCheckpointKeys(fleet, { threshold: 1, keys: [keys[0]!, keys[0]!] }, authority),
    { message: /is named twice/ },
  );
  await t.throwsAsync(c.fleet.setCheckpointKeys(fleet, { ...set(2), threshold: 3 }, authority), {
    message: /A threshold of 3 does not work with 2 keys/,
  });
  await c.fleet.setCheckpointKeys(fleet, set(16), authority);
  t.deepEqual((await c.fleet.checkpointKeys(fleet))?.keys, keys.slice(0, 16).reverse());
  await c.channel.setReleaseKeys(channel, 2, keys.slice(0, 16), { signers: signers.slice(1) });
  t.deepEqual((await c.channel.read(channel)).releaseKeys, keys.slice(0, 16).reverse());
});

testWithChain('signatures may be gathered one by one elsewhere, and are good for one decision', async t => {
  const { operator: c, signers, fleet } = await world(t);
  await c.fleet.pause(fleet);
  const { nonce } = await c.fleet.read(fleet);
  const deadline = (await c.chain.now()) + 600;
  const data = typedData(domainOf(c.chain.chainId, fleet), 'Resume', { nonce, deadline: BigInt(deadline) });
  const signatures = await signTogether(data, [signers[2]!, signers[0]!]);
  await t.throwsAsync(c.fleet.resume(fleet, { signers: signers.slice(0, 1) }), {
    message: /2 signatures of 65 bytes/,
  });
  await c.fleet.resume(fleet, { signatures, deadline });
  t.false((await c.fleet.read(fleet)).paused);
  await c.fleet.pause(fleet);
  await t.throwsAsync(c.fleet.resume(fleet, { signatures, deadline }), {
    message: /signed something else|does not belong/,
  });
});

testWithChain('a fleet decides about delegates, checkpoint keys, forks and itself', async t => {
  const { operator: c, signers, fleet, now } = await world(t);
  const authority = { signers: signers.slice(0, 2) };
  const delegate = signers[0]!.address;
  await c.fleet.setDelegate(fleet, { delegate, action: 'relay.set', expiry: now + 600 }, authority);
  t.is(await c.fleet.delegateExpiry(fleet, delegate, 'relay.set'), now + 600);
  const keys = signers.map(({ address }) => address);
  await c.fleet.setCheckpointKeys(fleet, { threshold: 2, keys }, authority);
  t.deepEqual(await c.fleet.checkpointKeys(fleet), { threshold: 2, keys: ascending(keys) });
  await c.fleet.setForkSchedule(fleet, '0xa0', authority);
  await c.fleet.bumpEpoch(fleet, authority);
  await c.fleet.setSigners(fleet, 2, keys.slice(1), authority);
  await t.throwsAsync(c.fleet.bumpEpoch(fleet, authority), { message: /does not belong to the signers/ });
  t.like(await c.fleet.read(fleet), {
    forkSchedule: keccak256('0xa0'),
    epoch: 1,
    nonce: 5n,
    signers: ascending(keys.slice(1)),
  });
  const roles = await c.fleet.roles(fleet);
  t.is(roles.length, 4);
  t.true(await c.factory.made(fleet));
  t.false(await c.factory.made(delegate));
});

testWithChain('batches and receipts: trees made here are accepted there', async t => {
  const { operator: c, signers, board, fleet, device, now } = await world(t);
  const { batch } = await c.fleet.batch(fleet, word('b0'), now + 600);
  t.is(batch.nonce, 1);
  await c.fleet.batchIrreversible(fleet, word('b1'), now + 600, { signers });
  t.deepEqual(
    (await c.fleet.batches(fleet)).map(one => [one.nonce, one.class]),
    [
      [1, 0],
      [2, 1],
    ],
  );

  for (const others of [0, 1, 2, 5]) {
    const receipt = {
      storeBirth: 1n,
      counter: BigInt(others),
      previous: word('00'),
      envelopeHash: word('e0'),
      outcome: 1,
      code: 'ok',
      resultHash: word('00'),
      imageHash: word('00'),
      blockNumber: 5n,
      blockHash: word('bb'),
    };
    const data = typedData(domainOf(c.chain.chainId, device), 'Receipt', { ...receipt });
    const signature = await board.signTypedData(data);
    const leaves = Array.from({ length: others }, (_, i) => word(`0${i + 1}`));
    const tree = merkleTree([...leaves, receiptLeaf(await digestOf(data), board.address)]);
    await c.fleet.anchorReceipts(fleet, tree.root);
    const proof = tree.proof(others);
    const checked = await c.fleet.checkReceipt(fleet, device, receipt, signature, tree.root, proof);
    t.like(checked, { signer: board.address, current: true });
    await t.throwsAsync(
      c.fleet.checkReceipt(fleet, device, { ...receipt, outcome: 2 }, signature, tree.root, proof),
      { message: /not anchored/ },
    );
  }
});

testWithChain('releases: published, widened, halted by a board, resumed, withdrawn', async t => {
  const { operator: c, signers, board, fleet, channel, device } = await world(t);
  const vendor = { signers: signers.slice(1) };
  const release = { version: 2, imageSha256: word('aa'), size: 1000, manifestHash: word('bb'), rollout: 10 };
  await c.channel.publish(channel, release, vendor);
  await c.channel.widen(channel, 2, 20);
  await c.channel.narrow(channel, 2, 15);
  const other = await register(c, await signerFromKey(generatePrivateKey()), fleet, channel);
  const made = merkleTree([deviceLeaf(other.device), deviceLeaf(device)]);
  await c.channel.setManufacture(channel, made.root, vendor);
  const approved = keccak256(
    encodeAbiParameters(parseAbiParameters('address, uint32, bytes32'), [channel, 2, word('aa')]),
  );
  const receipt = {
    storeBirth: 1n,
    counter: 1n,
    previous: word('00'),
    envelopeHash: approved,
    outcome: 2,
    code: 'health',
    resultHash: word('00'),
    imageHash: word('aa'),
    blockNumber: 5n,
    blockHash: word('bb'),
  };
  const signature = await board.signTypedData(
    typedData(domainOf(c.chain.chainId, device), 'Receipt', { ...receipt }),
  );
  await t.throwsAsync(
    c.channel.reportFailure(channel, other.device, receipt, signature, release, made.proof(0)),
    {
      message: /signed by 0x.* not by the board/,
    },
  );
  await c.channel.reportFailure(channel, device, receipt, signature, release, made.proof(1));
  t.like(await c.channel.read(channel), { halted: true, paused: false, rollout: 15 });
  await t.throwsAsync(c.channel.widen(channel, 2, 30), { message: /halted by boards/ });
  await c.channel.resume(channel, vendor);
  await c.channel.pause(channel);
  await c.channel.resume(channel, vendor);
  await c.channel.setGuardian(channel, device, true, vendor);
  await c.channel.withdraw(channel, 2);
  t.is(await c.channel.record(channel, 2), `0x${'00'.repeat(31)}01`);
  t.like((await c.channel.releases(channel))[0], { version: 2, withdrawn: true, size: 1000 });
  await c.fleet.approve(fleet, device, { version: 2, imageSha256: word('aa') });
  t.is((await c.device.read(device)).approval, approved);
  await c.fleet.clearApproval(fleet, device);
  await c.channel.setReleaseKeys(channel, 1, [signers[0]!.address], vendor);
  t.like(await c.channel.read(channel), { threshold: 1, releaseKeys: [signers[0]!.address] });
});

testWithChain('what goes wrong is told in one sentence, with what to do next', async t => {
  const { operator: c, successor, fleet, channel, device, board, now } = await world(t);
  const cases: [() => Promise<unknown>, string, RegExp][] = [
    [() => successor.fleet.pause(fleet), 'MissingRole', /is not a guardian of this fleet/],
    [
      () => c.fleet.append({ fleet, device, commandHash: word('a0'), notAfter: now + 60, sequence: 1 }),
      'WrongStatus',
      /"provisioned"/,
    ],
    [() => register(c, board, fleet, channel), 'FailedDeployment', /registered already/],
    [
      async () => register(c, await signerFromKey(generatePrivateKey()), channel, channel),
      'NotGenuine',
      /not a contract that/,
    ],
    [() => c.fleet.read(elsewhere(device)), 'NothingThere', /No fleet lies at 0x.* on chain 31337/],
    [
      () => connect({ rpc: 'http://127.0.0.1:9', timeout: 500 }),
      'Unreachable',
      /127\.0\.0\.1:9 does not answer/,
    ],
  ];
  for (const [attempt, code, message] of cases) {
    const error = (await t.throwsAsync(attempt)) as Error & { code: string };
    t.is(error.code, code);
    t.regex(error.message, message);
    t.false(error.message.includes('\n'), 'one line');
  }
  const poor = await connect({ rpc: c.chain.rpc, privateKey: generatePrivateKey() });
  await t.throwsAsync(poor.chain.sendValue(fleet, 1n), { message: /send it some ether/ });
  const reader = await connect({ rpc: c.chain.rpc });
  await t.throwsAsync(async () => reader.fleet.pause(fleet), { instanceOf: TypeError });
  t.false((await c.device.read(elsewhere(fleet))).exists);
});
