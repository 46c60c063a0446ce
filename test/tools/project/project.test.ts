import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { Failure } from '../../../tools/cli/failure.js';
import { parseProject, readProject, writeProject } from '../../../tools/project/project.js';
import { temporaryDirectory } from '../support.js';

const whole = {
  rpc: 'http://127.0.0.1:8545',
  broker: 'mqtt://127.0.0.1:1883',
  images: 'http://127.0.0.1:8080',
  chainId: 31337,
  fleet: `0x${'Aa'.repeat(20)}`,
  channel: `0x${'22'.repeat(20)}`,
  device: `0x${'33'.repeat(20)}`,
  console: { host: '127.0.0.1', port: 4711, token: 'ab'.repeat(16) },
  keystores: { operator: 'keys/operator.json', signers: ['a.json', 'b.json'] },
  passphraseFile: 'passphrase',
} as const;

test('what is written is read, with paths beside the file; only this user may read it', t => {
  const directory = temporaryDirectory(t);
  const path = writeProject(directory, {
    ...whole,
    keystores: { ...whole.keystores, signers: ['a.json', 'b.json'] },
  });
  t.is(statSync(path).mode & 0o777, 0o600);
  const project = readProject(path)!;
  t.is(project.rpc, whole.rpc);
  t.is(project.fleet, `0x${'aa'.repeat(20)}`);
  t.is(project.keystores?.operator, join(directory, '.holdfast/keys/operator.json'));
  t.deepEqual(project.keystores?.signers, [
    join(directory, '.holdfast/a.json'),
    join(directory, '.holdfast/b.json'),
  ]);
  t.is(project.passphraseFile, join(directory, '.holdfast/passphrase'));
});

const wrong: [member: string, value: unknown][] = [
  ['rpc', 'ftp://127.0.0.1'],
  ['rpc', 'http://user:password@127.0.0.1'],
  ['broker', 'http://127.0.0.1'],
  ['chainId', 0],
  ['chainId', '31337'],
  ['chainId', 2 ** 60],
  ['fleet', '0x12'],
  ['device', `0x${'zz'.repeat(20)}`],
  ['console', { ...whole.console, host: 'example.org' }],
  ['console', { ...whole.console, port: 70_000 }],
  ['console', { ...whole.console, token: 'short' }],
  ['keystores', { signers: new Array(33).fill('a.json') }],
  ['keystores', { operator: '' }],
];
for (const [member, value] of wrong) {
  test(`a project whose ${member} is ${JSON.stringify(value).slice(0, 50)} is refused in one line that names it`, t => {
    t.truthy(parseProject(JSON.stringify(whole), 'p.json'));
    const error = t.throws(() => parseProject(JSON.stringify({ ...whole, [member]: value }), 'p.json'));
    t.regex(error.message, new RegExp(`^p\\.json: ${member}[^\\n]*$`));
  });
}

test('no text is more than a failure of one line', t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      try {
        parseProject(text, 'p.json');
      } catch (error) {
        t.true(error instanceof Failure);
        t.false((error as Error).message.includes('\n'));
      }
    }),
  );
});

test('a file that is too long is not even read; an absent one is none, unless it was named', t => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, '.holdfast'));
  const path = join(directory, '.holdfast/project.json');
  writeFileSync(path, `{"rpc":"${'x'.repeat(70_000)}"}`);
  t.throws(() => readProject(path), { message: /65536 at most/ });
  t.throws(() => readProject(join(directory, 'other.json')), { message: /no such file/ });
});
