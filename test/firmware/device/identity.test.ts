/** The identity of a board: made once, restored for ever, never silently another. */
import test from 'ava';
import type { SignedPossession } from '../../../firmware/device/possession.js';
import { openStore } from '../../../firmware/device/store.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { CONFIGURATION_BYTES_MAX, encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { flipBits, type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { address } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { DEVELOPMENT } from './trust.js';

const crypto = rememberingCrypto();
const TRUST = encodeConfiguration(DEVELOPMENT);
const POSSESSION: SignedPossession = {
  deadline: 1_800_000_000,
  owner: address(1),
  fleet: address(2),
  channel: address(3),
  signature: new Uint8Array(65).fill(4),
};

const open = (flash: Pick<MemoryFlash, 'open'>, entropy = countingEntropy()) =>
  openStore({ crypto, entropy, flash: flash as MemoryFlash })?.identity;
const journalOf = (flash: Pick<MemoryFlash, 'open'>) =>
  openStore({ crypto, entropy: countingEntropy(98), flash: flash as MemoryFlash })!.journal;

test('a blank board makes itself a key, with a journal that is born', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  t.deepEqual(made.originalAddress, made.address);
  t.is(made.configuration, undefined);
  t.deepEqual(made.configurationHash, new Uint8Array(32));
  t.truthy(journalOf(flash).get(StoreKey.birth));
  const blank = openStore({ crypto, entropy: countingEntropy(), flash: new MemoryFlash() })!;
  t.truthy(blank.journal.get(StoreKey.birth), 'in its first boot as well');
});

test('it is the same at every start, with what it was told', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  made.configure(TRUST);
  made.connect({ broker: 'mqtt://a', images: ['http://b', 'http://c'] });
  made.possess(POSSESSION);
  const again = open(flash, countingEntropy(99))!;
  t.deepEqual(again.privateKey, made.privateKey);
  t.deepEqual(again.originalAddress, made.originalAddress);
  t.deepEqual(again.configuration, DEVELOPMENT);
  t.deepEqual(again.configurationHash, crypto.keccak256(TRUST));
  t.deepEqual(again.possession, POSSESSION);
  t.deepEqual(again.connections, { broker: 'mqtt://a', images: ['http://b', 'http://c'] });
});

test('entropy that gives no valid key is asked again', t => {
  let asked = 0;
  const entropy = { fill: (target: Uint8Array) => void target.fill(asked++ === 0 ? 0 : 5) };
  t.truthy(open(new MemoryFlash(), entropy)?.address);
  t.is(asked, 3, 'two for the key of the board, one for that of its journal');
});

test('an identity that cannot be read is nobody, and is not replaced by a new one', t => {
  const flash = new MemoryFlash();
  open(flash);
  const partition = flash.open('identity');
  for (let at = 0; at < 200; at++) flipBits(partition, at, 0xff);
  t.is(open(flash), undefined);
  t.is(open(flash), undefined, 'nor at the next start');
  t.deepEqual([...openJournal(flash.open('journal')).entries()].length, 2, 'and the journal is left alone');
});

test('a lost journal is noticed: it has no birth', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  flash.wipe('journal');
  t.deepEqual(open(flash)?.privateKey, made.privateKey);
  t.is(journalOf(flash).get(StoreKey.birth), undefined);
  t.is(journalOf(flash).state, 'lost');
});

test('a new identity starts without what another one did here before', t => {
  const flash = new MemoryFlash();
  open(flash);
  journalOf(flash).put([
    [StoreKey.position, Uint8Array.of(1)],
    [StoreKey.receipts + 3, Uint8Array.of(2)],
  ]);
  flash.wipe('identity');
  t.truthy(open(flash, countingEntropy(9)));
  t.deepEqual(
    [...journalOf(flash).entries()].map(([key]) => key),
    [StoreKey.birth],
  );
});

test('the longest configuration fits beside key and possession proof', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  const longest = new Uint8Array(CONFIGURATION_BYTES_MAX).fill(1);
  made.configure(longest);
  t.notThrows(() => made.possess({ ...POSSESSION, deadline: Number.MAX_SAFE_INTEGER }));
  t.notThrows(() => made.connect({ broker: 'b'.repeat(200), images: new Array(4).fill('i'.repeat(200)) }));
  t.deepEqual(open(flash)?.configurationHash, crypto.keccak256(longest));
});

test('what does not fit is not half believed', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  made.configure(TRUST);
  t.throws(() => made.configure(new Uint8Array(1025)));
  t.deepEqual(made.configurationHash, crypto.keccak256(TRUST));
  t.deepEqual(open(flash)?.configurationHash, crypto.keccak256(TRUST));
});

test('a cut at any flash operation of its making leaves a blank board or this one; later ones lose nothing', t => {
  let cuts = 0;
  const steps = ['made', 'configured', 'possessed'] as const;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const power = new Power({ seed: operation });
      const flash = withFaults(new MemoryFlash(), power);
      power.cutAt(operation, moment);
      let reached = 0;
      let key: Uint8Array | undefined;
      try {
        const identity = open(flash as never)!;
        key = identity.privateKey;
        reached = 1;
        identity.configure(TRUST);
        reached = 2;
        identity.possess(POSSESSION);
        reached = 3;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      if (reached === 3) break;
      cuts++;
      power.restore();
      const label = `cut ${moment} ${operation}, ${steps[reached]}`;
      const after = open(flash as never, countingEntropy(77));
      if (!after) return t.fail(`${label}: nobody`);
      // A key that anybody could have seen is there for ever.
      if (key) t.deepEqual(after.privateKey, key, label);
      if (reached >= 2) t.deepEqual(after.configuration, DEVELOPMENT, label);
      t.truthy(journalOf(flash as never).get(StoreKey.birth), label);
      t.true(after.possession === undefined || after.possession.deadline === POSSESSION.deadline, label);
    }
  }
  t.true(cuts > 20, `${cuts}`);
});

test('a board of before there were codes keeps its journal, once', t => {
  const flash = new MemoryFlash();
  const made = open(flash)!;
  // As an older firmware left it: no key of a journal, no codes, no counter.
  const identity = openJournal(flash.open('identity'));
  identity.put([[4, undefined]]);
  flash.wipe('journal');
  flash.wipe('counter');
  openJournal(flash.open('journal')).put([
    [StoreKey.birth, Uint8Array.of(0xc1, 0x80)],
    [StoreKey.nonceCounters, Uint8Array.of(7)],
  ]);
  t.deepEqual(open(flash)!.privateKey, made.privateKey);
  t.deepEqual(journalOf(flash).get(StoreKey.nonceCounters), Uint8Array.of(7));
  // From now on a journal without codes is a lost one.
  flash.wipe('journal');
  openJournal(flash.open('journal')).put([[StoreKey.birth, Uint8Array.of(0xc1, 0x80)]]);
  t.is(journalOf(flash).state, 'lost');
});
