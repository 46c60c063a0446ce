/** At the console: trust until a proof was signed and never after, one proof at a time, each bound to its hour. */
import test from 'ava';
import { type Hex, hashTypedData, recoverAddress } from 'viem';
import { domainOf, typedData } from '../../../contracts/client/typedData.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { addresses } from '../../../firmware/contract/addresses.generated.js';
import { ConsoleRefusal } from '../../../firmware/device/consoleRefusal.js';
import {
  configure,
  identify,
  type ProvisioningOptions,
  possess,
} from '../../../firmware/device/provisioning.js';
import type { Registration } from '../../../firmware/device/registration.js';
import { openStore } from '../../../firmware/device/store.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { address } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { DEVELOPMENT } from './trust.js';

const crypto = rememberingCrypto();
const NOW = 1_800_000_000;
const TRUST = toHex(encodeConfiguration(DEVELOPMENT));
const OTHER_TRUST = toHex(encodeConfiguration({ ...DEVELOPMENT, chainId: 5 }));

function console_(flash = new MemoryFlash()) {
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash })!;
  const told: string[] = [];
  const self = {
    told,
    flash,
    identity,
    found: { now: NOW, finalized: NOW - 800, registered: false } as Registration | string,
  };
  const options: ProvisioningOptions = {
    crypto,
    identity,
    registration: async () => self.found,
    onConfigured: () => told.push('configured'),
  };
  return {
    ...self,
    options,
    find: (found: Registration | string) => {
      self.found = found;
    },
    configure: (parameters: unknown) => configure(options, parameters),
    possess: (parameters: unknown) => possess(options, parameters) as Promise<{ signature: Hex }>,
  };
}

const asked = (fields: Record<string, unknown> = {}) => ({
  owner: toHex(address(1)),
  fleet: toHex(address(2)),
  channel: toHex(address(3)),
  deadline: NOW + 1800,
  ...fields,
});
const refusal = { instanceOf: ConsoleRefusal };

test('the proof is the EIP-712 signature of the board’s key over every initial value, and is stored', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  const { signature } = await board.possess(asked());
  const { deadline, ...rest } = asked();
  const message = {
    ...rest,
    board: toHex(board.identity.address),
    trustConfiguration: toHex(board.identity.configurationHash),
    deadline: BigInt(deadline as number),
  };
  const hash = hashTypedData(typedData(domainOf(31337, addresses.factory), 'Possession', message) as never);
  const signer = await recoverAddress({ hash, signature });
  t.is(signer.toLowerCase(), toHex(board.identity.address));
  t.is(toHex(console_(board.flash).identity.possession!.signature), signature);
  t.deepEqual(board.told, ['configured']);
});

test('trust is written as often as one likes until a proof was signed, and never after', async t => {
  const board = console_();
  board.configure({ trust: OTHER_TRUST });
  board.configure({ trust: TRUST });
  t.deepEqual(board.identity.configuration, DEVELOPMENT);
  await board.possess(asked());
  t.throws(() => board.configure({ trust: TRUST }), refusal);
  t.throws(() => board.configure({ trust: OTHER_TRUST }), refusal);
  t.deepEqual(board.identity.configuration, DEVELOPMENT);
  t.notThrows(
    () => board.configure({ broker: 'mqtt://elsewhere' }),
    'where to connect is no matter of trust',
  );
  t.throws(() => console_(board.flash).configure({ trust: OTHER_TRUST }), refusal, 'nor after a restart');
});

test('the same proof again gives the same signature, without asking the chain', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  const first = await board.possess(asked());
  board.find('the chain is away');
  t.deepEqual(await board.possess(asked()), first);
  t.deepEqual(await console_(board.flash).possess(asked()), first);
});

test('one proof at a time: another only once a final block past the deadline shows that the first was not used', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  await board.possess(asked());
  const other = asked({ owner: toHex(address(9)), deadline: NOW + 5400 });
  const at = (finalized: number, registered = false) =>
    board.find({ now: NOW + 4000, finalized, registered });
  at(NOW + 1799);
  await t.throwsAsync(board.possess(other), refusal);
  at(NOW + 1800);
  await t.throwsAsync(board.possess(other), refusal, 'the deadline itself may still be used');
  at(NOW + 1801, true);
  await t.throwsAsync(board.possess(other), refusal, 'it was used');
  at(NOW + 1801);
  t.truthy((await board.possess(other)).signature);
  await t.throwsAsync(board.possess(asked({ deadline: NOW + 4100 })), refusal, 'and now that one is open');
});

test('two requests at once get one proof', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  const both = await Promise.allSettled([
    board.possess(asked()),
    board.possess(asked({ owner: toHex(address(9)) })),
  ]);
  t.deepEqual(
    both.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  t.deepEqual(board.identity.possession?.owner, address(1));
});

test('trust that changes while the proof is being asked for is what the proof says, or there is none', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  const proof = board.possess(asked());
  board.configure({ trust: OTHER_TRUST });
  await t.throwsAsync(proof, refusal);
  t.is(board.identity.possession, undefined);
});

test('a proof lasts an hour at most, and not into the past', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  for (const deadline of [NOW + 3601, NOW, NOW - 1, 0, -5, 2 ** 60, 1.5, '1800001000', undefined, Number.NaN])
    await t.throwsAsync(board.possess(asked({ deadline })), refusal, `${deadline}`);
  t.is(board.identity.possession, undefined);
  t.truthy((await board.possess(asked({ deadline: NOW + 3600 }))).signature);
});

test('without configuration, chain or addresses there is no proof', async t => {
  const board = console_();
  await t.throwsAsync(board.possess(asked()), refusal, 'not configured');
  board.configure({ trust: TRUST });
  board.find('no_quorum: nobody');
  await t.throwsAsync(board.possess(asked()), { ...refusal, message: /no_quorum/ });
  board.find({ now: NOW, finalized: NOW, registered: true });
  await t.throwsAsync(board.possess(asked()), { ...refusal, message: /registered already/ });
  board.find({ now: NOW, finalized: NOW, registered: false });
  for (const field of ['owner', 'fleet', 'channel']) {
    for (const wrong of [undefined, '0x12', 5, `0x${'zz'.repeat(20)}`])
      await t.throwsAsync(board.possess(asked({ [field]: wrong })), refusal, field);
  }
  for (const wrong of [undefined, null, 5, 'x', []]) await t.throwsAsync(board.possess(wrong), refusal);
  t.truthy((await board.possess(asked())).signature);
});

test('what the board could not live with is refused before it is stored', t => {
  const board = console_();
  const short = toHex(encodeConfiguration({ ...DEVELOPMENT, quorum: 0 }));
  const nowhere = toHex(encodeConfiguration({ ...DEVELOPMENT, endpoints: ['nowhere'] }));
  for (const trust of ['', '0x', 'zz', 7, null, short, nowhere, `${TRUST}00`])
    t.throws(() => board.configure({ trust }), refusal, `${trust}`);
  for (const broker of ['', 'host', 'http://host', 5, null, `mqtt://${'h'.repeat(200)}`])
    t.throws(() => board.configure({ broker }), refusal, `${broker}`);
  for (const images of [['x'], ['mqtt://h'], 'http://h', new Array(5).fill('http://h'), [5]])
    t.throws(() => board.configure({ broker: 'mqtt://h', images }), refusal, `${images}`);
  t.is(board.identity.configuration, undefined);
  t.is(board.identity.connections, undefined);
  for (const nothing of [undefined, null, {}, 5, 'x']) t.notThrows(() => board.configure(nothing));
  t.notThrows(() => board.configure({ broker: 'mqtt://h', images: new Array(4).fill('http://h') }));
  board.configure({ trust: TRUST, broker: 'mqtts://h:8883', images: ['https://i/base'] });
  t.deepEqual(board.identity.connections, { broker: 'mqtts://h:8883', images: ['https://i/base'] });
});

test('the least rate of image servers, and the hours of a veto, are kept where they are given, and refused where no board could live with them', t => {
  const board = console_();
  const places = { broker: 'mqtt://h', images: ['http://i'] };
  for (const imageFloor of [0, 63, 1_048_577, 1.5, -2048, '2048', null])
    t.throws(() => board.configure({ ...places, imageFloor }), refusal, `${imageFloor}`);
  t.is(board.identity.connections, undefined);
  for (const imageFloor of [64, 500, 1_048_576]) {
    board.configure({ ...places, imageFloor });
    t.deepEqual(board.identity.connections, { ...places, imageFloor });
  }
  for (const postponeHours of [-1, 1.5, 8785, '8', null])
    t.throws(() => board.configure({ ...places, postponeHours }), refusal, `${postponeHours}`);
  for (const postponeHours of [0, 168, 8784]) {
    board.configure({ ...places, postponeHours });
    t.deepEqual(board.identity.connections, { ...places, postponeHours });
  }
  const longest = {
    broker: `mqtt://${'h'.repeat(193)}`,
    images: new Array(4).fill(`http://${'i'.repeat(193)}`),
  };
  board.configure({ ...longest, imageFloor: 1_048_576, postponeHours: 8784 });
  t.deepEqual(board.identity.connections, { ...longest, imageFloor: 1_048_576, postponeHours: 8784 });
  board.configure(places);
  t.deepEqual(board.identity.connections, places, 'left out, it is the usual one again');
});

test('the revision of the hardware is kept where it is told, and as it was where connections are told without', t => {
  const board = console_();
  const places = { broker: 'mqtt://h', images: [] };
  for (const revision of [-1, 1.5, 65_536, '3', null])
    t.throws(() => board.configure({ ...places, revision }), refusal, `${revision}`);
  t.is(board.identity.connections, undefined);
  for (const revision of [0, 7, 65_535]) {
    board.configure({ ...places, revision });
    t.is(board.identity.connections?.revision, revision);
    board.configure(places);
    t.is(board.identity.connections?.revision, revision);
  }
});

test('who it is tells no secret', async t => {
  const board = console_();
  board.configure({ trust: TRUST });
  const told = JSON.stringify(identify(board.options));
  t.false(told.includes(toHex(board.identity.privateKey).slice(2)));
  t.true(told.includes(toHex(board.identity.address)));
  t.is(fromHex((identify(board.options) as { device: string }).device, 20)?.length, 20);
});

const ACCESS = { user: 'b-0123', password: 'between us', topicSecret: `0x${'ab'.repeat(32)}` };
const PLACES = { broker: 'mqtt://a', images: [] };

test('access to the broker is told at the console, kept, and told to nobody', t => {
  const board = console_();
  const proverKey = toHex(crypto.publicKeyOf(new Uint8Array(32).fill(3))!);
  board.configure({ trust: TRUST, ...PLACES, access: ACCESS, proverKey });
  t.deepEqual(board.identity.access, { ...ACCESS, topicSecret: fromHex(ACCESS.topicSecret)! });
  t.deepEqual(board.identity.connections, { ...PLACES, proverKey: fromHex(proverKey)! });
  const told = JSON.stringify(identify(board.options));
  for (const secret of [ACCESS.user, ACCESS.password, ACCESS.topicSecret.slice(2)])
    t.false(told.includes(secret), secret);
});

test('an access or a prover’s key that is none is refused with its name, and what was there stays', t => {
  const board = console_();
  board.configure({ ...PLACES, access: ACCESS });
  for (const [wrong, words] of [
    [{ access: null }, /access is a user/],
    [{ access: { ...ACCESS, user: 'a/b' } }, /user is not/],
    [{ access: { ...ACCESS, password: 7 } }, /access is a user/],
    [{ access: { ...ACCESS, topicSecret: '0x00' } }, /topicSecret of 32 bytes/],
    [{ proverKey: `0x04${'00'.repeat(32)}` }, /proverKey/],
    [{ proverKey: 7 }, /proverKey/],
  ] as const) {
    t.throws(() => board.configure({ ...PLACES, ...wrong }), { ...refusal, message: words });
  }
  t.is(board.identity.access.user, ACCESS.user);
});
