/** Crash records on their way out: signed, counted, one after the other, and given at least once. */
import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { CrashOutflow } from '../../../firmware/device/crashOutflow.js';
import {
  CRASH_RECEIPT_BYTES_MAX,
  type Crash,
  crashHash,
  encodeCrash,
  parseCrash,
} from '../../../firmware/device/crashReceipt.js';
import type { Partition } from '../../../firmware/port/flash.js';
import { keepCrash } from '../../../host-sim/node/board/crashWriter.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { address, word } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';

const crypto = portableCrypto();
const DOMAIN = { chainId: 1, verifyingContract: address(9) };
const crashes = (partition: Partition, ...words: string[]) => {
  for (const description of words)
    keepCrash(partition, { reason: 'exception', imageHash: word(5), uptime: 3, description });
};

/** A board's start, with a broker that takes what it is given or not. */
function started(partition: Partition, taken: Crash[], { takes = true } = {}) {
  const clock = new HandClock();
  const log: string[] = [];
  const outflow = new CrashOutflow({
    clock,
    partition,
    log: line => log.push(line),
    deliver: async crash => {
      if (takes) taken.push(crash);
      return takes;
    },
  });
  return { clock, log, outflow };
}

/** Ten minutes, with a turn of the event loop for what each half of them brings. */
async function minutes(clock: HandClock): Promise<void> {
  for (let half = 0; half < 20; half++) await clock.advance(30_000);
}

test('each crash is sent once, the oldest first, one in half a minute, over restarts', async t => {
  const partition = new MemoryFlash().open('crash');
  crashes(partition, 'a', 'a', 'b', 'c');
  const taken: Crash[] = [];
  const first = started(partition, taken);
  await first.clock.advance(2_900);
  t.is(taken.length, 0, 'not before the board had time for what matters more');
  await first.clock.advance(200);
  t.deepEqual(
    taken.map(({ count, number }) => [number, count]),
    [[1, 2]],
  );
  await first.clock.advance(29_000);
  t.is(taken.length, 1);
  first.outflow.close();
  await minutes(first.clock);
  t.is(taken.length, 1, 'closed');
  const second = started(partition, taken);
  await minutes(second.clock);
  t.deepEqual(
    taken.map(({ count, number }) => [number, count]),
    [
      [1, 2],
      [3, 1],
      [4, 1],
    ],
  );
  t.deepEqual(second.log, ['crash 3 is published', 'crash 4 is published']);
  const third = started(partition, taken);
  await minutes(third.clock);
  t.is(taken.length, 3);
});

test('what the broker does not take stays; a flash that takes no mark sends nothing for ever', async t => {
  const partition = new MemoryFlash().open('crash');
  crashes(partition, 'a');
  const taken: Crash[] = [];
  const silent = started(partition, taken, { takes: false });
  await silent.clock.advance(200_000);
  silent.outflow.close();
  const worn: Partition = {
    ...geometryOf(partition),
    read: (...at) => partition.read(...at),
    write() {},
    erase() {},
  };
  const onWorn = started(worn, taken);
  await minutes(onWorn.clock);
  t.is(taken.length, 1, 'once a start');
  const sound = started(partition, taken);
  await minutes(sound.clock);
  t.is(taken.length, 2);
});

const geometryOf = ({ sectorSize, size }: Partition) => ({ sectorSize, size });

test('a flash that fails and a table without the partition end the outflow, not the board', async t => {
  const failing: Partition = {
    ...geometryOf(new MemoryFlash().open('crash')),
    read: () => {
      throw new Error('worn');
    },
    write() {},
    erase() {},
  };
  const { clock, log } = started(failing, []);
  await minutes(clock);
  t.deepEqual(log, ['crash records: worn']);
  const none = started(new MemoryFlash({ crash: 0 }).open('crash'), []);
  await minutes(none.clock);
  t.deepEqual(none.log, []);
});

test('a receipt names its signer only as it was signed: chain, board, number, count, reason, image, time and text', t => {
  const key = word(7);
  const crash: Crash = {
    number: 3,
    count: 2,
    reason: 1,
    imageHash: word(5),
    uptime: 60,
    text: Uint8Array.of(65, 66),
  };
  const signature = crypto.sign(crashHash(crypto, DOMAIN, crash), key);
  const bytes = encodeCrash({ crash, signature });
  const parsed = parseCrash(bytes);
  if (parsed.verdict !== 'accepted') return void t.fail();
  const signerOf = (given: Crash, domain = DOMAIN) =>
    crypto.recoverAddress(crashHash(crypto, domain, given), signature);
  t.deepEqual(signerOf(parsed.value.crash), crypto.addressOf(key));
  const forged: Partial<Crash>[] = [
    ...[{ number: 4 }, { count: 3 }, { reason: 2 }, { imageHash: word(6) }, { uptime: 61 }],
    { text: Uint8Array.of(65, 67) },
  ];
  for (const change of forged) t.notDeepEqual(signerOf({ ...crash, ...change }), crypto.addressOf(key));
  t.notDeepEqual(signerOf(crash, { ...DOMAIN, chainId: 2 }), crypto.addressOf(key));
  t.notDeepEqual(signerOf(crash, { ...DOMAIN, verifyingContract: address(8) }), crypto.addressOf(key));
  t.is(parseCrash(bytes.subarray(1)).verdict, 'rejected');
  t.is(parseCrash(new Uint8Array(CRASH_RECEIPT_BYTES_MAX + 1)).verdict, 'rejected');
});
