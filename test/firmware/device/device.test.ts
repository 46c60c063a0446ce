/** The device from power-on: what it says of itself, what its console answers, what it does without an identity. */
import test from 'ava';
import { relay } from '../../../firmware/apps/relay/relay.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { run } from '../../../firmware/device/device.js';
import { openStore } from '../../../firmware/device/store.js';
import { markForWipe } from '../../../firmware/device/wipe.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { PartitionName } from '../../../firmware/port/flash.js';
import { type Journal, openJournal } from '../../../firmware/store/journal.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { flipBits } from '../../../host-sim/flash/faults.js';
import { FakeBoard } from '../../fakes/board.js';
import { address, word } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { image } from '../update/release.js';
import { DEVELOPMENT } from './trust.js';

const TRUST = toHex(encodeConfiguration(DEVELOPMENT));
const CONNECTIONS = { broker: 'mqtt://127.0.0.1:9', images: ['http://127.0.0.1:9'] };
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
};

async function started(flash = new MemoryFlash()): Promise<FakeBoard> {
  const board = new FakeBoard(image(1), { flash });
  run(board.ports, relay(board.ports.pins));
  await settled();
  return board;
}

test('it starts the app in its safe state, says what runs and waits to be configured', async t => {
  const board = await started();
  t.deepEqual(board.outputs, { 4: false });
  t.regex(board.lines.join('\n'), /image 1 runs from slot A \(confirmed\), its bytes hash to 0x[0-9a-f]{64}/);
  t.regex(board.lines.join('\n'), /waits at its console to be configured/);
  t.true(board.lines.every(line => line.startsWith('[development, not configured]')));
});

test('after three failures with nothing to go back to, the app is neither made nor started, and the console serves', async t => {
  const flash = new MemoryFlash();
  const first = await started(flash);
  await first.ask('configure', { trust: TRUST, ...CONNECTIONS });
  for (const [failures, state] of [
    [3, 'recovery'],
    [2, 'confirmed'],
  ] as const) {
    const board = new FakeBoard(image(1), { flash, failures });
    let made = 0;
    run(board.ports, () => {
      made++;
      return relay(board.ports.pins);
    });
    await settled();
    t.is(board.ports.boot.running.state, state);
    t.is(made, state === 'recovery' ? 0 : 1);
    t.deepEqual(board.outputs, state === 'recovery' ? {} : { 4: false });
    t.like(await board.ask('identify'), { version: 1 });
    t.is(
      board.lines.some(line => line.includes('its app is not started')),
      state === 'recovery',
    );
  }
});

test('in a development profile every line says so', async t => {
  const board = await started();
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  const before = board.lines.length;
  t.true(before > 0);
  const again = await started(board.ports.flash as MemoryFlash);
  t.true(again.lines.length > 0);
  for (const line of again.lines) t.true(line.startsWith('[development L1] '), line);
});

test('the console tells who it is, the same after a restart, and refuses what it does not know', async t => {
  const board = await started();
  const first = (await board.ask('identify')) as Record<string, unknown>;
  t.regex(String(first.key), /^0x[0-9a-f]{40}$/);
  t.is(first.version, 1);
  t.is(first.possession, false);
  const again = await started(board.ports.flash as MemoryFlash);
  t.deepEqual(await again.ask('identify'), first);
  for (const method of ['', 'constructor', '__proto__', 'x'.repeat(5000)])
    t.regex(String(await board.ask(method)), /^no such method/);
  t.regex(String(await board.ask('possess', {})), /configure the board first/);
  t.regex(
    String(await board.ask('deliver', { kind: 'nothing', bytes: '0x00' })),
    /kind is envelope, offer or trust/,
  );
  t.regex(String(await board.ask('deliver')), /kind is envelope, offer or trust/);
  t.deepEqual(
    await board.ask('deliver', { kind: 'envelope', bytes: '0x00' }),
    { taken: false },
    'not in operation',
  );
});

test('what it is configured with it keeps; what it could not live with it never stores', async t => {
  const board = await started();
  for (const wrong of [{ trust: '0x00' }, { broker: 'nowhere' }, { broker: 'mqtt://h', images: ['nowhere'] }])
    t.regex(String(await board.ask('configure', wrong)), /refused|mqtt URL|http URLs/);
  const { trustConfiguration } = (await board.ask('configure', { trust: TRUST, ...CONNECTIONS })) as {
    trustConfiguration: string;
  };
  const again = await started(board.ports.flash as MemoryFlash);
  t.is(((await again.ask('identify')) as Record<string, unknown>).trustConfiguration, trustConfiguration);
  t.deepEqual(await again.ask('deliver', { kind: 'offer', bytes: '0x00' }), { taken: true }, 'in operation');
});

test('knowing whom to trust but not where to connect, or the other way round, it waits', async t => {
  for (const half of [{ trust: TRUST }, CONNECTIONS]) {
    const board = await started();
    await board.ask('configure', half);
    await settled();
    t.regex(board.lines.pop()!, /waits at its console to be configured/);
    t.deepEqual(await board.ask('deliver', { kind: 'offer', bytes: '0xc0' }), { taken: false });
    await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
    await settled();
    t.deepEqual(await board.ask('deliver', { kind: 'offer', bytes: '0xc0' }), { taken: true });
  }
});

test('configured again and again, one operation is left, and nothing of the others', async t => {
  const board = await started();
  const idle = board.clock.waiting;
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  const once = board.clock.waiting;
  await Promise.all([1, 2, 3].map(() => board.ask('configure', CONNECTIONS)));
  await settled();
  await settled();
  t.is(board.clock.waiting, once, `${idle} timers before`);
  t.deepEqual(await board.ask('deliver', { kind: 'envelope', bytes: '0x00' }), { taken: true });
  await settled();
  t.is(board.lines.filter(line => line.includes('malformed')).length, 1);
});

test('an envelope by wire is answered like one by broker, and junk leaves the store untouched', async t => {
  const board = await started();
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  const journal = board.ports.flash.open('journal');
  const before = journal.read(0, journal.size);
  for (const bytes of ['0x', '0xc0', `0x${'ff'.repeat(1500)}`]) {
    board.clock.advance(1000);
    t.deepEqual(await board.ask('deliver', { kind: 'envelope', bytes }), { taken: true });
  }
  t.deepEqual(await board.ask('deliver', { kind: 'offer', bytes: '0xc0' }), { taken: true });
  await settled();
  t.is(board.lines.filter(line => /rejected \(malformed\)/.test(line)).length, 4);
  t.deepEqual(journal.read(0, journal.size), before);
});

const offer = (version: number) => ({
  kind: 'offer',
  bytes: toHex(
    encodeOffer({ channel: address(1), version, imageSha256: word(version), size: 9, manifestHash: word(3) }),
  ),
});

test('too many deliveries at once are dropped, said so, and later ones are taken again', async t => {
  const board = await started();
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => board.ask('deliver', offer(i + 2))));
  const taken = answers.filter(answer => (answer as { taken: boolean }).taken).length;
  t.is(taken, 1);
  t.is(board.lines.filter(line => /dropped/.test(line)).length, 1);
  await settled();
  t.deepEqual(await board.ask('deliver', offer(99)), { taken: true });
  // The sender of the last that was dropped hears of it as well, and nobody twice.
  board.clock.advance(1000);
  t.is(board.lines.filter(line => /dropped/.test(line)).length, 2);
  board.clock.advance(5000);
  t.is(board.lines.filter(line => /dropped/.test(line)).length, 2);
});

test('one delivery that is dropped is said once, and a board that is closed says nothing of those before', async t => {
  for (const deliveries of [2, 3]) {
    const board = await started();
    await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
    await settled();
    await Promise.all(Array.from({ length: deliveries }, (_, i) => board.ask('deliver', offer(i + 2))));
    if (deliveries === 3) await board.ask('configure', CONNECTIONS);
    await settled();
    board.clock.advance(5000);
    t.is(board.lines.filter(line => /dropped/.test(line)).length, 1);
  }
});

test('what is longer than a message may be is neither hashed nor answered, and said at most once a second', async t => {
  const hashed: number[] = [];
  const board = await started();
  const { crypto } = board.ports as { crypto: Crypto };
  const { keccak256 } = crypto;
  crypto.keccak256 = (...parts) => {
    hashed.push(parts.reduce((sum, part) => sum + part.length, 0));
    return keccak256(...parts);
  };
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  const said = board.lines.length;
  hashed.length = 0;
  for (let i = 0; i < 20; i++) {
    const long = { kind: 'envelope', bytes: `0x${'aa'.repeat(4097)}` };
    t.deepEqual(await board.ask('deliver', long), { taken: false });
    t.deepEqual(await board.ask('deliver', { ...long, kind: 'offer', bytes: `0x${'aa'.repeat(1025)}` }), {
      taken: false,
    });
  }
  await settled();
  t.deepEqual(hashed, []);
  t.is(board.lines.length, said + 1);
  t.regex(board.lines[said], /skipped a message of 4097 bytes/);
  t.deepEqual(await board.ask('deliver', { kind: 'envelope', bytes: `0x${'aa'.repeat(4096)}` }), {
    taken: true,
  });
  t.true(
    board.lines.some(line => /rejected \(malformed\)/.test(line)),
    'the twin is answered',
  );
});

test('junk that needs no chain to be refused takes no turn, however much of it comes, and few answers', async t => {
  const board = await started();
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  for (let i = 0; i < 100; i++) {
    t.deepEqual(await board.ask('deliver', { kind: 'envelope', bytes: '0x00' }), { taken: true });
  }
  const answers = () => board.lines.filter(line => /rejected \(malformed\)/.test(line)).length;
  t.is(answers(), 1);
  board.clock.advance(1000);
  await board.ask('deliver', { kind: 'envelope', bytes: '0x00' });
  t.is(answers(), 2);
  t.true(board.lines.some(line => line.includes('99 more of command were malformed and not answered')));
});

test('a board whose identity cannot be read is nobody: it signs nothing and makes no new one', async t => {
  const board = await started();
  const flash = board.ports.flash as MemoryFlash;
  const who = (await board.ask('identify')) as { key: string };
  for (let at = 0; at < 200; at++) flipBits(flash.open('identity'), at, 0xff);
  const nobody = await started(flash);
  t.regex(nobody.lines.join('\n'), /the identity of this board cannot be read/);
  for (const method of ['identify', 'configure', 'possess', 'deliver'])
    t.regex(String(await nobody.ask(method, {})), /identity of this board cannot be read/);
  t.false(nobody.lines.join('\n').includes(who.key));
  const still = await started(flash);
  t.regex(String(await still.ask('identify')), /cannot be read/);
});

/** An idempotent action on its way, as the ledger writes it before it runs: relay.set {on: true}. */
const ON_ITS_WAY = encodeRecord([
  new Uint8Array(32).fill(1),
  1,
  'relay.set',
  Uint8Array.of(0xa1, 0x62, 0x6f, 0x6e, 0xf5),
  5,
  new Uint8Array(32).fill(2),
]);

/** A board that was configured and restarted once, and its flash. */
async function configured(): Promise<MemoryFlash> {
  const board = await started();
  await board.ask('configure', { trust: TRUST, ...CONNECTIONS });
  await settled();
  return (board.ports.flash as MemoryFlash).clone();
}

const storeOf = ({ ports }: FakeBoard) =>
  openStore({ crypto: ports.crypto ?? portableCrypto(), entropy: ports.entropy, flash: ports.flash })!;

test('a forged journal runs nothing: an idempotent action that somebody wrote into the flash is not the board’s', async t => {
  const flash = await configured();
  const genuine = flash.clone();
  storeOf(new FakeBoard(image(1), { flash: genuine })).journal.put([[StoreKey.inFlight, ON_ITS_WAY]]);
  const twin = await started(genuine);
  t.true(twin.outputs[4], 'what the board itself wrote is run again after a cut');
  for (const forge of [
    (raw: Journal) => raw.put([[StoreKey.inFlight, ON_ITS_WAY]]),
    (raw: Journal) => raw.put([[StoreKey.inFlight, Uint8Array.of(...ON_ITS_WAY, ...new Uint8Array(16))]]),
    (raw: Journal) => raw.put([...raw.entries()].map(([key]) => [key, undefined] as const)),
  ]) {
    const forged = flash.clone();
    forge(openJournal(forged.open('journal')));
    const board = await started(forged);
    t.false(board.outputs[4]);
    const { journal } = storeOf(board);
    t.is(journal.state, 'lost');
    t.is(journal.get(StoreKey.birth), undefined, 'nothing runs before the next proof of now');
  }
});

test('the journal alone, or identity and counter alone, put back to before an order is a lost journal', async t => {
  const flash = await configured();
  const before = flash.clone();
  const { journal } = storeOf(new FakeBoard(image(1), { flash }));
  journal.put([[StoreKey.inFlight, ON_ITS_WAY]]);
  journal.put([[StoreKey.inFlight, undefined]]);
  const mixed = (names: readonly PartitionName[]): MemoryFlash => {
    const copy = flash.clone();
    for (const name of names) copy.replace(name, before);
    return copy;
  };
  const stateOf = (which: MemoryFlash) => storeOf(new FakeBoard(image(1), { flash: which })).journal.state;
  t.is(stateOf(flash.clone()), 'restored');
  t.is(stateOf(mixed(['journal'])), 'lost');
  t.is(stateOf(mixed(['identity', 'counter'])), 'lost');
  t.is(stateOf(mixed(['counter'])), 'lost');
  t.is(stateOf(mixed(['journal', 'counter'])), 'restored', 'together: only the operator’s counter sees it');
});

test('a locked board locks its app at every start, and its console gives nothing away; the twin answers', async t => {
  for (const locked of [true, false]) {
    const flash = new MemoryFlash();
    const { identity } = openStore({ crypto: portableCrypto(), entropy: countingEntropy(), flash })!;
    identity.locked = locked;
    const board = new FakeBoard(image(1), { flash });
    let locks = 0;
    run(board.ports, { ...relay(board.ports.pins), lock: () => locks++ });
    await settled();
    t.is(locks, locked ? 1 : 0);
    for (const method of ['configure', 'possess', 'claim', 'trust', 'rotateKey']) {
      const said = String(await board.ask(method, {}));
      t.is(/the board is held/.test(said), locked, `${method}: ${said}`);
    }
    t.is(typeof ((await board.ask('identify')) as Record<string, unknown>).device, 'string');
    t.deepEqual(await board.ask('deliver', { kind: 'offer', bytes: '0x00' }), { taken: false });
  }
});

test('a board that was marked for its wipe starts as a blank one, with another key; the twin keeps its own', async t => {
  for (const marked of [true, false]) {
    const flash = new MemoryFlash();
    const { identity } = openStore({ crypto: portableCrypto(), entropy: countingEntropy(40), flash })!;
    const key = toHex(identity.address);
    if (marked) markForWipe(flash);
    const board = await started(flash);
    t.is(((await board.ask('identify')) as Record<string, unknown>).key === key, !marked);
  }
});
