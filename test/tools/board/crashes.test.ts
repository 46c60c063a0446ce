/** Crash receipts at the tools: the board's own are kept and grouped, others' are told as forged. */
import { EventEmitter } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { type Crash, crashHash, encodeCrash } from '../../../firmware/device/crashReceipt.js';
import { groupCrashes } from '../../../tools/board/crashGroups.js';
import { keepCrash, readCrashes } from '../../../tools/board/crashLog.js';
import { CrashFollower } from '../../../tools/board/followCrashes.js';
import { crypto } from '../../../tools/operator/boardMail.js';
import { seenCrash } from '../../../tools/operator/crash.js';
import { address, word } from '../../fakes/bytes.js';

const BOARD = word(7);
const FORGER = word(8);
const chainId = 31337;
const key = toHex(crypto.addressOf(BOARD)!);
const domainOf = (device: number) => ({ chainId, verifyingContract: address(device) });

const crashOf = (text: string, more: Partial<Crash> = {}): Crash => ({
  ...{ number: 1, count: 1, reason: 1, imageHash: word(5), uptime: 9, text: Buffer.from(text, 'latin1') },
  ...more,
});

function signed(crash: Crash, { by = BOARD, device = 9 } = {}) {
  const domain = domainOf(device);
  const bytes = encodeCrash({ crash, signature: crypto.sign(crashHash(crypto, domain, crash), by) });
  return seenCrash(crypto, domainOf(9), bytes)!;
}

function fileIn(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crashes-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'crashes.jsonl');
}

test('a forged crash receipt is told and not kept; the same of the board’s key is kept', async t => {
  const file = fileIn(t);
  const told: object[] = [];
  const contracts = {
    chain: { chainId },
    device: { read: async () => ({ key }), finalKey: async () => key },
  };
  const surroundings = { note: () => {}, emit: (event: object) => void told.push(event) };
  const device = toHex(address(9));
  const follower = new CrashFollower(surroundings as never, { contracts, device, file } as never);
  const channel = new EventEmitter();
  follower.listen(channel as never);
  const crash = crashOf('Error: a\nat b (image:1:2)');
  channel.emit('crash', signed(crash, { by: FORGER }));
  channel.emit('crash', signed(crash, { device: 8 }));
  channel.emit('crash', { ...signed(crash), signer: undefined });
  await follower.end();
  t.deepEqual(follower.counts, { came: 0, forged: 3 });
  t.is(readCrashes(file, chainId).crashes.length, 0);
  channel.emit('crash', signed(crash));
  await follower.end();
  t.deepEqual(follower.counts, { came: 1, forged: 3 });
  t.like(told.at(-1), { kind: 'crash', number: 1 });
  const kept = readCrashes(file, chainId);
  t.like(kept, { unreadable: 0, crashes: [{ device, number: 1, signer: key }] });
  t.is(readCrashes(file, 1).crashes.length, 0, 'of another chain');
});

test('nothing in the file of crashes is believed', t => {
  const file = fileIn(t);
  const board = { chainId, device: toHex(address(9)) };
  keepCrash(file, board, signed(crashOf('Error: a')));
  const line = (change: object) =>
    JSON.stringify({
      chainId,
      device: board.device,
      key,
      receipt: toHex(signed(crashOf('Error: b')).bytes),
      ...change,
    });
  const wrong = [
    line({ device: toHex(address(8)) }),
    line({ key: toHex(address(1)) }),
    line({ receipt: '0x00' }),
    '{',
    'null',
  ];
  for (const text of wrong) appendFileSync(file, `${text}\n`);
  t.like(readCrashes(file, chainId), { unreadable: wrong.length });
  t.is(readCrashes(file, chainId).crashes.length, 1);
  appendFileSync(file, `${line({})}\n`);
  t.is(readCrashes(file, chainId).crashes.length, 2);
});

test('crashes are grouped by image, reason and the author’s frame; what came again counts once, and a gap shows', t => {
  const at = (frames: string, more: Partial<Crash> = {}, device = toHex(address(9))) => ({
    ...signed(crashOf(`Error: a\n${frames}`, more)),
    device,
  });
  const read = (frame: string) => ({ text: frame.toUpperCase(), isAuthors: frame.includes('author') });
  const frames = 'at f (firmware)\nat g (author)';
  const { crashes, groups, missing } = groupCrashes(
    [
      at(frames, { number: 1, count: 1 }),
      at(frames, { number: 1, count: 4 }),
      at('at h (firmware)\nat g (author)', { number: 8 }),
      at(frames, {}, toHex(address(8))),
      at('at f (firmware)', { number: 9 }),
      at(frames, { number: 10, imageHash: word(6) }),
      at('', { number: 11, reason: 6, text: new Uint8Array(0) }),
    ],
    () => read,
  );
  t.is(missing, 3, 'numbers 5 to 7');
  t.is(crashes, 9);
  t.like(groups[0], { count: 6, top: 'AT G (AUTHOR)', reason: 'exception', image: toHex(word(5)) });
  t.deepEqual(groups[0].boards, { [toHex(address(9))]: 5, [toHex(address(8))]: 1 });
  t.deepEqual(
    groups.slice(1).map(({ count, reason, top }) => [count, reason, top]),
    [
      [1, 'exception', 'AT F (FIRMWARE)'],
      [1, 'exception', 'AT G (AUTHOR)'],
      [1, 'watchdog', ''],
    ],
  );
});
