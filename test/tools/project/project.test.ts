import { mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
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

for (const [text, words] of [
  ['{"brokr":"mqtt://127.0.0.1"}', /^p\.json: brokr is no member of a project file; did you mean broker\?/],
  [
    '{"keystores":{"singers":["a.json"]}}',
    /^p\.json: keystores\.singers is no member .*; did you mean signers\?/,
  ],
  ['{"colour":"blue"}', /^p\.json: colour is no member of a project file\. /],
] as const) {
  test(`a misspelled member is refused: ${text}`, t => {
    t.throws(() => parseProject(text, 'p.json'), { message: words });
  });
}

test.serial(
  'the project of the nearest parent counts, a nearer one before it, and another user’s does not',
  t => {
    const top = temporaryDirectory(t);
    const below = join(top, 'a/b');
    mkdirSync(below, { recursive: true });
    const before = process.cwd();
    t.teardown(() => process.chdir(before));
    process.chdir(below);
    t.is(readProject(), undefined);
    writeProject(top, { chainId: 1 });
    t.like(readProject(), { chainId: 1, directory: join(realpathSync(top), '.holdfast') });
    const { getuid } = process;
    t.teardown(() => (process.getuid = getuid));
    process.getuid = () => (getuid?.() ?? 0) + 1;
    t.is(readProject(), undefined);
    process.getuid = getuid;
    writeProject(join(top, 'a'), { chainId: 2 });
    t.is(readProject()?.chainId, 2);
    writeProject(below, { chainId: 3 });
    t.is(readProject()?.chainId, 3);
  },
);

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
