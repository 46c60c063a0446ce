/** A board's sealing key per epoch, its access to the broker, and topics that tell neither its Device nor its epochs. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { accessFault, encodeAccess, openAccess, parseAccess } from '../../../firmware/device/brokerAccess.js';
import { Mailbox } from '../../../firmware/device/mailbox.js';
import { openStore } from '../../../firmware/device/store.js';
import { presenceTopic, sharedKey, topicsOf } from '../../../firmware/device/topics.js';
import { newKey, open, seal } from '../../../firmware/seal/sealed.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { address } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';

const crypto = rememberingCrypto();
const DOMAIN = { chainId: 31337, verifyingContract: address(0xde) };
const ACCESS = { user: 'b-0123456789', password: 'secret', topicSecret: new Uint8Array(32).fill(7) };
const CONNECTIONS = { broker: 'mqtt://a', images: ['http://b'] };
const restored = (flash: Pick<MemoryFlash, 'open'>, entropy = countingEntropy()) =>
  openStore({ crypto, entropy, flash: flash as MemoryFlash })!.identity!;

test('an epoch has one sealing key, the same after a restart; the next epoch another, and the old one is gone', t => {
  const flash = new MemoryFlash();
  const entropy = countingEntropy(40);
  const identity = restored(flash);
  const first = identity.sealingKeys(3, entropy);
  t.deepEqual(identity.sealingKeys(3, entropy), first);
  t.deepEqual(restored(flash).sealingKeys(3, countingEntropy(90)), first);
  const second = identity.sealingKeys(4, entropy);
  t.notDeepEqual(second.publicKey, first.publicKey);
  t.deepEqual(restored(flash).sealingKeys(4, countingEntropy(91)), second);
  // A head that only seemed to begin epoch 4 is overruled: the key of 3 is a new one, what was sealed to the old is not read.
  t.notDeepEqual(restored(flash).sealingKeys(3, countingEntropy(92)).privateKey, first.privateKey);
});

test('a cut at any flash operation leaves the old key of the epoch or the new one, whole', t => {
  let cuts = 0;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash();
      const old = restored(memory).sealingKeys(1, countingEntropy(40));
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as never;
      const identity = restored(flash);
      power.cutAt(operation, moment);
      try {
        identity.sealingKeys(2, countingEntropy(50));
        break;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cuts++;
      }
      power.restore();
      const key = restored(flash).sealingKeys(2, countingEntropy(60));
      t.notDeepEqual(key.privateKey, old.privateKey);
      t.deepEqual(restored(flash).sealingKeys(2, countingEntropy(70)), key, 'the same from then on');
    }
  }
  t.true(cuts > 0);
});

test('access to the broker is kept with where it is, and a board that was told none is open', t => {
  const flash = new MemoryFlash();
  const identity = restored(flash);
  t.deepEqual(identity.access, openAccess());
  identity.connect(CONNECTIONS);
  t.deepEqual(identity.access, openAccess(), 'an old record, or one without access');
  const proverKey = newKey(crypto, countingEntropy(5)).publicKey;
  identity.connect({ ...CONNECTIONS, proverKey }, ACCESS);
  t.deepEqual(restored(flash).access, ACCESS);
  t.deepEqual(restored(flash).connections, { ...CONNECTIONS, proverKey });
  identity.connect(CONNECTIONS);
  t.deepEqual(restored(flash).access, ACCESS, 'another broker, the same board');
  t.deepEqual(restored(flash).connections, CONNECTIONS);
});

test('none of it is in the hash of the trust configuration', t => {
  const flash = new MemoryFlash();
  const identity = restored(flash);
  const before = identity.configurationHash;
  identity.connect(CONNECTIONS, ACCESS);
  identity.sealingKeys(0, countingEntropy(9));
  t.deepEqual(restored(flash).configurationHash, before);
});

test('an access whose user could be a topic of somebody else’s is refused', t => {
  t.is(accessFault(ACCESS), undefined);
  for (const user of ['', 'a/b', '+', '#', 'A', 'a b', 'x'.repeat(65), 'ä', '$sys'])
    t.regex(accessFault({ ...ACCESS, user })!, /^user/, user);
  t.regex(accessFault({ ...ACCESS, password: 'x'.repeat(129) })!, /^password/);
  t.regex(accessFault({ ...ACCESS, topicSecret: new Uint8Array(31) })!, /^topicSecret/);
  t.deepEqual(parseAccess(encodeAccess(ACCESS)), ACCESS);
  t.is(parseAccess(encodeAccess({ ...ACCESS, user: 'a/b' })), undefined);
  t.is(parseAccess(Uint8Array.of(1, 2, 3)), undefined);
});

test('topics differ with secret, Device, chain and epoch, and hold none of them', t => {
  const topics = topicsOf(crypto, ACCESS, DOMAIN, 0);
  t.regex(topics, /^holdfast\/b-0123456789\/[0-9a-f]{32}$/);
  const others = [
    topicsOf(crypto, { ...ACCESS, topicSecret: new Uint8Array(32) }, DOMAIN, 0),
    topicsOf(crypto, ACCESS, { ...DOMAIN, verifyingContract: address(1) }, 0),
    topicsOf(crypto, ACCESS, { ...DOMAIN, chainId: 1 }, 0),
    topicsOf(crypto, ACCESS, DOMAIN, 1),
  ];
  t.is(new Set([topics, ...others]).size, 5);
  t.false(topics.includes(toHex(DOMAIN.verifyingContract).slice(2)));
  t.is(presenceTopic(ACCESS), 'holdfast/b-0123456789/presence');
  t.notDeepEqual(sharedKey(crypto, ACCESS, DOMAIN), sharedKey(crypto, openAccess(), DOMAIN));
});

test('replies go to the sender, without one to the telemetry key, without that to nobody', t => {
  const entropy = countingEntropy(20);
  const [sender, telemetry] = [newKey(crypto, entropy), newKey(crypto, entropy)];
  const given = {
    crypto,
    domain: DOMAIN,
    entropy,
    identity: restored(new MemoryFlash()),
    ledger: { position: { epoch: 0 } },
  };
  const hash = new Uint8Array(32).fill(3);
  const bytes = Uint8Array.of(1, 2);
  const mailbox = new Mailbox({ ...given, telemetryKey: telemetry.publicKey });
  const reply = mailbox.reply('receipt', sender.publicKey, hash, bytes)!;
  t.deepEqual(open(crypto, 'receipt', sender, reply), { hash, bytes });
  const none = mailbox.reply('answer', new Uint8Array(0), hash, bytes)!;
  t.deepEqual(open(crypto, 'answer', telemetry, none), { hash, bytes });
  t.is(new Mailbox(given).reply('answer', undefined, hash, bytes), undefined);
  const batch = mailbox.telemetry(bytes);
  t.deepEqual(open(crypto, 'telemetry', telemetry, batch)?.bytes, bytes);
  t.is(open(crypto, 'telemetry', sender, batch), undefined);
  t.is(mailbox.openShared('telemetry', batch), undefined, 'nor who knows the topics');
  const shared = new Mailbox(given).telemetry(bytes);
  t.deepEqual(new Mailbox(given).openShared('telemetry', shared), bytes);
});

test('a mailbox opens what is sealed to the key that it publishes, in this epoch only', t => {
  const entropy = countingEntropy(30);
  const position = { epoch: 0 };
  const mailbox = new Mailbox({
    ...{ crypto, domain: DOMAIN, entropy, identity: restored(new MemoryFlash()) },
    ledger: { position },
  });
  const hash = new Uint8Array(32).fill(3);
  const { sealingKey, topics } = mailbox;
  const message = seal({ crypto, entropy }, 'envelope', sealingKey, hash, Uint8Array.of(9))!;
  t.deepEqual(mailbox.unseal(message)?.bytes, Uint8Array.of(9));
  position.epoch = 1;
  t.is(mailbox.unseal(message), undefined);
  t.notDeepEqual(mailbox.sealingKey, sealingKey);
  t.not(mailbox.topics, topics);
  const status = mailbox.shared('status', Uint8Array.of(5));
  t.deepEqual(mailbox.openShared('status', status), Uint8Array.of(5));
  t.is(mailbox.openShared('offer', status), undefined);
});
