/** Files that somebody named: a regular one within its bound, or one line; nothing that never ends. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { FileProblem, readBoundedFile } from '../../../tools/cli/boundedFile.js';
import { bytesOfFile } from '../../../tools/cli/kinds.js';
import { readSecretFile } from '../../../tools/keys/secretFile.js';
import { document, holdfast, inProcess, oneLineFailure, temporaryDirectory } from '../support.js';

const reasonOf = (path: string, most = 100) => {
  try {
    return readBoundedFile(path, most).length;
  } catch (error) {
    return error instanceof FileProblem ? error.reason : error;
  }
};

test('what is no regular file is refused, what is too long as well; a regular one is read, by a link too', t => {
  const directory = temporaryDirectory(t);
  const place = (name: string) => join(directory, name);
  writeFileSync(place('file'), 'x'.repeat(100));
  symlinkSync('file', place('link'));
  mkdirSync(place('directory'));
  for (const name of ['file', 'link']) t.is(reasonOf(place(name)), 100);
  t.is(reasonOf(place('file'), 99), 'too_long');
  t.is(reasonOf(place('directory')), 'directory');
  t.is(reasonOf(place('none')), 'absent');
  t.is(reasonOf(join(place('file'), 'below')), 'absent');
  if (process.platform === 'linux') {
    t.is(reasonOf('/dev/zero'), 'not_regular');
    // Says that it has no bytes, and has some.
    t.is(reasonOf('/proc/self/status', 1), 'too_long');
  }
});

if (process.platform !== 'win32') {
  test('a FIFO hangs nobody, whoever writes to it or not', async t => {
    const cwd = temporaryDirectory(t);
    const fifo = join(cwd, 'a.json');
    execFileSync('mkfifo', ['-m', '600', fifo]);
    t.is(reasonOf(fifo), 'not_regular');
    t.throws(() => readSecretFile(fifo, 100), { message: /not a regular file/ });
    t.throws(() => bytesOfFile(100).parse(fifo), { message: /not a regular file/ });
    const environment = { HOLDFAST_PASSPHRASE: 'x' };
    const keystore = await holdfast(['key', 'address', 'a.json'], { cwd, environment });
    t.regex(oneLineFailure(t, keystore, 1), /a\.json is not a regular file/);
    const others = [
      ['status', '--project', fifo],
      ['audit', '--rpc', 'http://127.0.0.1:1', '--receipts', fifo],
      ['deliver', fifo],
      ['checkpoint', '--rpc', 'http://127.0.0.1:1', '--add', fifo],
    ];
    for (const args of others) t.not((await inProcess([...args, '--json'])).status, 0, args.join(' '));
    const doctor = await holdfast(['doctor', '--keystore', 'a.json', '--json'], { cwd });
    const key = document(t, doctor).checks.find((check: { name: string }) => check.name === 'key');
    t.regex(key.remedy, /not a regular file/);
  });
}
