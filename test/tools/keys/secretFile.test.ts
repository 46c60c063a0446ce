import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readSecretFile, writeSecretFile } from '../../../tools/keys/secretFile.js';
import { temporaryDirectory } from '../support.js';

test('a file that anybody else could read or write is refused, whatever the bit; the same file at 0600 is read', t => {
  const file = join(temporaryDirectory(t), 'secret');
  writeFileSync(file, 'the secret');
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777]) {
    chmodSync(file, mode);
    const error = t.throws(() => readSecretFile(file, 100), { message: /chmod 600/ });
    t.false(error.message.includes('the secret'));
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(file, mode);
    t.is(readSecretFile(file, 100), 'the secret');
  }
});

test('a link does not hide the mode of what it leads to', t => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'open'), 'x', { mode: 0o644 });
  symlinkSync('open', join(directory, 'link'));
  t.throws(() => readSecretFile(join(directory, 'link'), 100), { message: /chmod 600/ });
});

test('a file that is too long, a directory and an absent file are one line each', t => {
  const directory = temporaryDirectory(t);
  const long = join(directory, 'long');
  writeFileSync(long, 'x'.repeat(101), { mode: 0o600 });
  t.throws(() => readSecretFile(long, 100), { message: /^[^\n]*101 bytes[^\n]*$/ });
  t.is(readSecretFile(long, 101).length, 101);
  t.throws(() => readSecretFile(directory, 100), { message: /^[^\n]*directory[^\n]*$/ });
  t.throws(() => readSecretFile(join(directory, 'none'), 100), { message: /^[^\n]*no such file[^\n]*$/ });
});

test('what is written is 0600 in a directory that is 0700, and never over another file', t => {
  const directory = temporaryDirectory(t);
  const before = process.umask(0);
  t.teardown(() => process.umask(before));
  const file = join(directory, 'keys', 'a.json');
  writeSecretFile(file, 'first');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(statSync(join(directory, 'keys')).mode & 0o777, 0o700);
  t.throws(() => writeSecretFile(file, 'second'), { message: /exists and is left as it is/ });
  t.is(readFileSync(file, 'utf8'), 'first');
  mkdirSync(join(directory, 'directory'));
  t.throws(() => writeSecretFile(join(directory, 'directory'), 'x'));
});
