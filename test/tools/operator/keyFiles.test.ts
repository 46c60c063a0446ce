/** The secrets that the tools keep of boards: made once, for this user only, never replaced by something new. */
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { accessFault } from '../../../firmware/device/brokerAccess.js';
import { accessFor, keepAccess, newAccess, readAccess } from '../../../tools/board/accessFile.js';
import {
  keyFromFile,
  replyKeyOf,
  telemetryKeyFile,
  telemetryKeyOf,
} from '../../../tools/operator/keyFiles.js';
import { temporaryDirectory } from '../support.js';

const modeOf = (path: string) => statSync(path).mode & 0o777;
const device = `0x${'Ab'.repeat(20)}`;

test('a reply key is made by who sends, and is the same from then on', t => {
  const home = temporaryDirectory(t);
  t.is(replyKeyOf(home, false), undefined);
  const made = replyKeyOf(home, true)!;
  t.is(made.publicKey.length, 33);
  t.is(modeOf(join(home, 'reply-key')), 0o600);
  t.deepEqual(replyKeyOf(home, true), made);
  t.deepEqual(replyKeyOf(home, false), made, 'who only listens opens results too');
});

test('a telemetry key is there once it was made, and is the same from then on', t => {
  const home = temporaryDirectory(t);
  t.is(telemetryKeyOf(home), undefined);
  const made = keyFromFile(telemetryKeyFile(home));
  t.deepEqual(telemetryKeyOf(home), made);
});

test('a key file that holds none, or that others may read, is refused and left alone', t => {
  const path = join(temporaryDirectory(t), 'key');
  writeFileSync(path, '0x00\n', { mode: 0o600 });
  t.throws(() => keyFromFile(path), { code: 'file' });
  chmodSync(path, 0o644);
  t.throws(() => keyFromFile(path), { code: 'file_mode' });
});

test('a board’s access is made once, kept for this user only, and read back', t => {
  const home = temporaryDirectory(t);
  t.is(readAccess(home, device), undefined);
  const made = accessFor(home, device);
  t.is(accessFault(made), undefined);
  t.deepEqual(accessFor(home, device.toLowerCase()), made);
  t.is(modeOf(join(home, 'access', `${device.toLowerCase()}.json`)), 0o600);
  t.throws(() => keepAccess(home, device, newAccess()), { code: 'exists' });
  t.notDeepEqual(newAccess(), newAccess());
});

test('an access file that holds none is named, not replaced', t => {
  const home = temporaryDirectory(t);
  keepAccess(home, device, newAccess());
  for (const text of ['', '{}', '{"user":"A/b","password":"","topicSecret":"0x00"}']) {
    writeFileSync(join(home, 'access', `${device.toLowerCase()}.json`), text);
    t.throws(() => accessFor(home, device), { code: 'file', message: /bring it back/ });
  }
});
