/** A whole board is recorded, and its recording played: orders, a forgery, an update with its restart. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { IdentityKey } from '../../../firmware/device/identityKeys.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { openFileFlash } from '../../../host-sim/node/flash/fileFlash.js';
import type { PlayedLine } from '../../../host-sim/recording/playedLines.js';
import { deliver, placeOrder } from '../../../tools/demo/orders.js';
import { approve, buildRelease, proveNow, publish } from '../../../tools/demo/releases.js';
import { createSetting } from '../../../tools/demo/setting.js';
import type { SeenReceipt } from '../../../tools/operator/boardChannel.js';
import { playOnNode } from '../../../tools/recording/play.js';
import { testWithChain } from '../chain/withChain.js';

/** The place of these bytes in those; −1 for none. */
const find = (where: Uint8Array, what: Uint8Array) => Buffer.from(where).indexOf(what);

/** The same bytes with a text of the same length in the place of another. */
function replaced(bytes: Uint8Array, text: string, by: string): Uint8Array {
  const changed = Buffer.from(bytes.slice());
  const at = changed.indexOf(text);
  if (at < 0 || by.length !== text.length) throw new Error('there is no such text');
  changed.write(by, at, 'latin1');
  return changed;
}

testWithChain(
  'what a board was told and did is replayed to the same outputs, and no secret is in its recording',
  async t => {
    t.timeout(480_000);
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-record-'));
    t.teardown(() => rm(directory, { recursive: true, force: true }));
    const file = join(directory, 'recording');
    const { signal } = new AbortController();
    const setting = await createSetting({
      ...{ engine: 'node', level: 4, ports: { chain: 0, broker: 0, images: 0 }, record: file, signal },
      onBoardLine() {},
      onEvent() {},
    });
    t.teardown(() => setting.close());
    const order = await placeOrder(setting, 'relay.set', { on: true });
    t.is((await deliver(setting, order)).verdict, 'accepted');
    const forged = await deliver(setting, {
      ...order,
      envelope: { ...order.envelope, sequence: order.envelope.sequence + 1 },
    });
    t.is(forged.verdict, 'rejected', 'a forged order');

    const second = await buildRelease(setting, 2);
    await publish(setting, second);
    await approve(setting, second);
    await proveNow(setting);
    const installed = new Promise<SeenReceipt>(resolve => {
      setting.boardChannel.on('receipt', seen => {
        if (toHex(seen.receipt.envelopeHash) === toHex(second.hash)) resolve(seen);
      });
    });
    await setting.boardChannel.send('offer', encodeOffer(second.offer));
    t.is((await installed).receipt.outcome, 'done');
    // The challenge of the boot before would be no proof of now.
    while ((await setting.boardChannel.status()).version !== 2)
      await new Promise(resolve => setTimeout(resolve, 10));
    const again = await placeOrder(setting, 'relay.set', { on: false });
    const obeyed = await deliver(setting, again);
    t.is(obeyed.verdict, 'accepted', `the second image obeys: ${obeyed.code} ${obeyed.evidence}`);
    await setting.board.powerCut();

    const recording = readFileSync(file);
    const flash = openFileFlash(setting.directory);
    const identity = openJournal(flash.open('identity'));
    const keyed = [IdentityKey.identity, IdentityKey.journalKey, IdentityKey.sealingKey] as const;
    for (const key of keyed) {
      const stored = identity.get(key)!;
      t.true(stored.length >= 32, `record ${key} is there`);
      // A key is the only field of 32 bytes before an address; each window of the record is looked for.
      const at =
        key === IdentityKey.identity ? find(stored, Uint8Array.of(0xa0)) + 1 : stored.indexOf(0xa0) + 1;
      t.is(find(recording, stored.subarray(at, at + 32)), -1, `the key of record ${key}`);
    }
    flash.close();
    const { password, topicSecret } = setting.access;
    t.is(topicSecret.length, 32);
    const secrets = { topicSecret, password: encodeText(password) };
    for (const [name, secret] of Object.entries(secrets)) {
      if (secret.length === 0) continue;
      for (const spelt of [secret, encodeText(toHex(secret).slice(2))])
        t.is(find(recording, spelt), -1, `${name} is in the recording`);
    }

    const lines: PlayedLine[] = [];
    const played = await playOnNode({ file, signal, tell: line => void lines.push(line) });
    t.is(played.verdict, 'same', JSON.stringify(played));
    t.is(played.starts, 2);
    t.is(played.bytes, recording.length);
    t.log(`${played.entries} entries, ${recording.length} bytes`);

    const other = join(directory, 'other');
    await writeFile(other, replaced(setting.firstImage.bytes, 'decision: ', 'decided : '));
    const different = await playOnNode({ file, image: other, signal, tell() {} });
    if (different.verdict !== 'different') return t.fail(`another firmware: ${JSON.stringify(different)}`);
    t.regex(different.expected, /^says: .*decision: accepted/);
    t.regex(different.came, /^says: .*decided : accepted/);
  },
);
