import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { addressOfKey, parsePrivateKey } from '../../tools/keys/privateKey.js';
import { bin, cleanEnvironment, document, holdfast, oneLineFailure, temporaryDirectory } from './support.js';

/** Of the public test mnemonic, account 0. */
const privateKey = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';

test('--help names every command and exits 0; so does --version', async t => {
  const help = await holdfast(['--help']);
  t.is(help.status, 0);
  t.is(help.stderr, '');
  for (const name of ['demo', 'start', 'doctor', 'command', 'audit', 'release publish'])
    t.true(help.stdout.includes(name));
  const version = await holdfast(['--version']);
  t.is(version.stdout.trim(), JSON.parse(readFileSync(join(bin, '../../package.json'), 'utf8')).version);
});

test('help reads no package, neither as it is installed nor compiled into a bundle', t => {
  const help = () =>
    spawnSync(process.execPath, [bin, '--help'], {
      env: { ...cleanEnvironment(), NODE_DEBUG: 'esm' },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  help();
  const ran = help();
  t.is(ran.status, 0);
  const bundles = new Set(ran.stderr.match(/\/\.build\/node\/[^'" ]+\.mjs/g));
  const sources = [...bundles].flatMap(
    bundle => JSON.parse(readFileSync(join(repositoryRoot, `${bundle}.map`), 'utf8')).sources as string[],
  );
  t.true(
    sources.some(source => source.endsWith('tools/commands/index.ts')),
    'the trace shows what is read',
  );
  t.false(ran.stderr.includes('node_modules/'));
  t.deepEqual(
    sources.filter(source => source.includes('node_modules/')),
    [],
  );
});

test('an imported key comes out as the same address; the passphrase decides, the mode decides', async t => {
  const cwd = temporaryDirectory(t);
  const environment = { HOLDFAST_PASSPHRASE: 'correct horse battery staple' };
  const imported = await holdfast(['key', 'import', 'keys/a.json', '--json'], {
    cwd,
    environment,
    input: `${privateKey}\n`,
  });
  t.is(document(t, imported).address, address);
  const file = join(cwd, 'keys/a.json');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.false(readFileSync(file, 'utf8').includes(privateKey.slice(2)));

  const right = await holdfast(['key', 'address', 'keys/a.json'], { cwd, environment });
  t.is(right.stdout, `${address}\n`);
  const wrong = await holdfast(['key', 'address', 'keys/a.json'], {
    cwd,
    environment: { HOLDFAST_PASSPHRASE: 'wrong' },
  });
  t.regex(oneLineFailure(t, wrong, 1), /passphrase does not open/);

  const passphrase = join(cwd, 'passphrase');
  writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 });
  const fromFile = { HOLDFAST_PASSPHRASE_FILE: passphrase };
  t.is(
    (await holdfast(['key', 'address', 'keys/a.json'], { cwd, environment: fromFile })).stdout,
    `${address}\n`,
  );
  chmodSync(passphrase, 0o644);
  t.regex(
    oneLineFailure(t, await holdfast(['key', 'address', 'keys/a.json'], { cwd, environment: fromFile }), 1),
    /passphrase is open to others/,
  );

  chmodSync(file, 0o640);
  t.regex(
    oneLineFailure(t, await holdfast(['key', 'address', 'keys/a.json'], { cwd, environment }), 1),
    /a\.json is open to others \(mode 0640\)/,
  );
});

test('a new key is one of a kind, opens, and is never written over', async t => {
  const cwd = temporaryDirectory(t);
  const environment = { HOLDFAST_PASSPHRASE: 'short' };
  const made = await holdfast(['key', 'new', 'a.json', '--json'], { cwd, environment });
  const { address: first, warnings } = document(t, made);
  t.regex(warnings[0], /can be guessed/);
  const again = await holdfast(['key', 'new', 'a.json', '--json'], { cwd, environment });
  t.is(again.status, 1);
  t.is(document(t, again).error.code, 'exists');
  t.is((await holdfast(['key', 'address', 'a.json'], { cwd, environment })).stdout, `${first}\n`);
  const other = await holdfast(['key', 'new', 'b.json', '--json'], { cwd, environment });
  t.not(document(t, other).address, first);
});

test('nobody at a terminal and no passphrase: one line that names the variable, and nothing is written', async t => {
  const cwd = temporaryDirectory(t);
  t.regex(
    oneLineFailure(t, await holdfast(['key', 'new', 'a.json'], { cwd }), 1),
    /HOLDFAST_PASSPHRASE_FILE/,
  );
  t.false(existsSync(join(cwd, 'a.json')));
});

test('a key as an argument is refused and not repeated, in text and in JSON', async t => {
  for (const args of [['key', 'import', privateKey], ['deploy', '--key', privateKey], [privateKey]]) {
    for (const json of [[], ['--json']]) {
      const ran = await holdfast([...args, ...json]);
      t.is(ran.status, 2);
      t.false((ran.stdout + ran.stderr).includes(privateKey.slice(2, 20)));
    }
  }
});

test('a board that is not there is not run: one line says how to make it', async t => {
  const cwd = temporaryDirectory(t);
  const ran = await holdfast(['board', 'run', 'boards/1'], { cwd });
  t.regex(
    oneLineFailure(t, ran, 1),
    /no board in boards\/1: flash one first \(holdfast flash boards\/1 IMAGE\)/,
  );
});

test('a key of the environment acts, and appears in no output', async t => {
  const environment = { HOLDFAST_OWNER_KEY: privateKey };
  const cwd = temporaryDirectory(t);
  const ran = await holdfast(['key', 'address', '--role', 'owner', '--json'], { cwd, environment });
  t.deepEqual(document(t, ran), { ok: true, address, source: 'HOLDFAST_OWNER_KEY' });
  const none = await holdfast(['key', 'address', '--role', 'operator'], { cwd, environment });
  t.regex(oneLineFailure(t, none, 1), /HOLDFAST_OPERATOR_KEY/);
  const doctor = await holdfast(['doctor', '--json'], { cwd, environment });
  t.false((doctor.stdout + doctor.stderr).includes(privateKey.slice(2, 20)));
  t.true(document(t, doctor).checks.some((check: { detail: string }) => check.detail.includes(address)));
});

test('what needs a place and has none says which flag is missing', async t => {
  const cwd = temporaryDirectory(t);
  const environment = { HOLDFAST_KEY: privateKey };
  for (const args of [['status'], ['deploy'], ['fleet', 'show'], ['audit'], ['command', 'relay.set']]) {
    const ran = await holdfast([...args, '--json'], { cwd, environment });
    t.is(ran.status, 1);
    t.regex(document(t, ran).error.message, /--rpc URL/);
  }
});

test('an endpoint that is not there is one line, for every command that asks it', async t => {
  const cwd = temporaryDirectory(t);
  const environment = { HOLDFAST_KEY: privateKey };
  const rpc = [
    '--rpc',
    'http://127.0.0.1:1',
    '--device',
    `0x${'11'.repeat(20)}`,
    '--broker',
    'mqtt://127.0.0.1:1',
  ];
  for (const args of [
    ['status', ...rpc],
    ['command', 'relay.set', ...rpc],
    ['deploy', ...rpc.slice(0, 2)],
  ]) {
    t.regex(oneLineFailure(t, await holdfast(args, { cwd, environment }), 1), /does not answer/);
  }
  const doctor = await holdfast(['doctor', ...rpc, '--images', 'http://127.0.0.1:1', '--json'], { cwd });
  t.is(doctor.status, 1);
  const problems = document(t, doctor).checks.filter((check: { state: string }) => check.state === 'problem');
  t.deepEqual(
    problems.map(({ name, remedy }: { name: string; remedy?: string }) => [name, remedy !== undefined]),
    [
      ['chain', true],
      ['broker', true],
      ['images', true],
    ],
  );
});

test('a reader that closes the pipe early is no failure', t => {
  const ran = spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" --help | head -1`], {
    encoding: 'utf8',
  });
  t.is(ran.stderr, '');
  t.is(ran.stdout.split('\n').length, 2);
});

const script = spawnSync('script', ['--version']).status === 0;
const title = 'at a terminal the passphrase is asked for twice, and what is typed is not shown';
if (script || process.env.HOLDFAST_REQUIRE_TOOLS) {
  test(title, async t => {
    const cwd = temporaryDirectory(t);
    const typed = 'no one sees these words';
    const run = (line: string, input: string) =>
      spawnSync('sh', ['-c', `(sleep 2; printf '${input}'; sleep 4) | script -qec "${line}" typescript`], {
        cwd,
        env: cleanEnvironment(),
        encoding: 'utf8',
      });
    const command = `'${process.execPath}' '${bin}'`;
    const made = run(`${command} key new a.json`, `${typed}\\r${typed}\\r`);
    t.regex(made.stdout, /New passphrase for a\.json: [\s\S]*once more: [\s\S]*0x[0-9a-f]{40}/);
    t.false(made.stdout.includes(typed));
    const found = /0x[0-9a-f]{40}/.exec(made.stdout)![0];
    const opened = await holdfast(['key', 'address', 'a.json'], {
      cwd,
      environment: { HOLDFAST_PASSPHRASE: typed },
    });
    t.is(opened.stdout, `${found}\n`);
    const interrupted = run(`${command} key new b.json`, 'abc\\003');
    t.regex(interrupted.stdout, /interrupted/);
    t.false(existsSync(join(cwd, 'b.json')));
  });
} else {
  test(`SKIPPED, NO script(1): ${title}`, t => {
    t.log('script of util-linux makes the terminal');
    t.pass();
  });
}

test('the key that these tests use is the one they say', t => {
  t.is(addressOfKey(parsePrivateKey(privateKey)!), address);
});
