import test from 'ava';
import fc from 'fast-check';
import { nearest } from '../../../tools/cli/nearest.js';
import { parseCommandLine } from '../../../tools/cli/parse.js';
import { looksSecret } from '../../../tools/cli/secrets.js';
import { commands } from '../../../tools/commands/index.js';
import { runCommandLine } from '../../../tools/main.js';
import { document, inProcess, oneLineFailure } from '../support.js';

const names = Object.keys(commands);

for (const name of names) {
  test(`holdfast ${name} --help has a summary, its flags and an example that begins with its name`, async t => {
    const { status, stderr, stdout } = await inProcess([...name.split(' '), '--help']);
    t.is(status, 0);
    t.is(stderr, '');
    t.regex(stdout, new RegExp(`\\nExample: holdfast ${name}\\b`));
    t.regex(stdout, /--json /);
    const { default: command } = await commands[name].load();
    for (const flag of Object.keys(command.flags)) t.true(stdout.includes(`--${flag}`), flag);
    t.deepEqual(await inProcess(['help', ...name.split(' ')]), { status, stderr, stdout });
  });

  test(`holdfast ${name} refuses an unknown flag: exit 2, one line with the nearest flag, one JSON document`, async t => {
    const ran = await inProcess([...name.split(' '), '--jsom', '--json']);
    t.regex(oneLineFailure(t, ran, 2), /no flag --jsom for holdfast .*did you mean --json\?/);
    t.is(document(t, ran).error.code, 'usage');
  });
}

test('-v is the version where it stands alone, and more words of a command that has them', async t => {
  const { status, stdout } = await inProcess(['-v']);
  t.is(status, 0);
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
  t.deepEqual(await inProcess(['--version']), { status, stdout, stderr: '' });
  const { default: demo } = await commands.demo.load();
  t.true(parseCommandLine('demo', demo, ['-v']).flags.verbose);
  t.false(parseCommandLine('demo', demo, []).flags.verbose);
  t.regex(oneLineFailure(t, await inProcess(['status', '-v']), 2), /no flag -v for holdfast status/);
});

test('help fits a terminal of 80 columns, but for words that nobody can break', async t => {
  for (const words of [[], ['device'], ...names.map(name => name.split(' '))]) {
    const { stdout } = await inProcess([...words, '--help']);
    for (const line of stdout.split('\n')) {
      t.true(line.length <= 80 || !/ /.test(line.trim()) || line.startsWith('Example: '), line);
    }
  }
});

test('a key anywhere in a command line is refused, whatever the command, and never repeated', async t => {
  const key = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map(bytes => Buffer.from(bytes).toString('hex'));
  const shape = fc.constantFrom(
    (text: string) => [text],
    (text: string) => [`0x${text}`],
    (text: string) => [text.toUpperCase()],
    (text: string) => [`--key=${text}`],
    (text: string) => ['--private-key', `0x${text}`],
    (text: string) => [`--rpc=http://127.0.0.1/0x${text}`],
    (text: string) => ['--rpc', text],
    (text: string) => [`--0x${text}`],
    (text: string) => ['--keystore', `0x${text}`],
    (text: string) => ['--nonsense', text],
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), key, shape, fc.boolean(), async (name, secret, put, json) => {
      const ran = await inProcess([...name.split(' '), ...put(secret), ...(json ? ['--json'] : [])]);
      t.is(ran.status, 2);
      t.notRegex(ran.stdout + ran.stderr, new RegExp(secret.slice(4, 40), 'i'));
      if (json) document(t, ran);
    }),
    { numRuns: 300 },
  );
});

test('the refusal of a key names the remedy; its twin with a public hash is taken where a hash belongs', async t => {
  const bytes = `0x${'5a'.repeat(32)}`;
  const ran = await inProcess(['command', bytes]);
  t.regex(oneLineFailure(t, ran, 2), /keystore.*HOLDFAST_KEY/);
  // Refused for what is missing, not for the hash.
  const create = ['channel', 'create', '--hardware', bytes, '--threshold', '1'];
  t.regex(oneLineFailure(t, await inProcess(create), 2), /--release-key/);
});

test('a recovery phrase and a passphrase flag are refused as well', async t => {
  const phrase = 'test test test test test test test test test test test junk';
  for (const args of [
    ['command', phrase],
    ['deploy', '--mnemonic', phrase],
    ['deploy', '--password', 'hunter2'],
  ]) {
    const ran = await inProcess(args);
    t.regex(oneLineFailure(t, ran, 2), /looks like a secret/);
    t.notRegex(ran.stderr, /junk|hunter2/);
  }
});

test('what is no secret is not called one', t => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), text => {
      t.false(looksSecret(text));
    }),
  );
  for (const text of [
    `0x${'ab'.repeat(20)}`,
    'relay.set',
    '{"on":true}',
    'http://127.0.0.1:8545/v3/0123456789abcdef',
  ]) {
    t.false(looksSecret(text));
  }
});

const usage: [args: string[], line: RegExp][] = [
  [[], /No command given/],
  [['--json'], /No command given/],
  [['comand', 'relay.set'], /no command comand: did you mean command\?/],
  [['fleet', 'pasue'], /did you mean fleet pause\?/],
  [['fleet'], /needs one of: create, show/],
  [['xyzzy'], /no command xyzzy\. See/],
  [['toString'], /no command toString/],
  [['__proto__'], /no command __proto__/],
  [['fleet', 'constructor'], /no command holdfast fleet constructor/],
  [['deploy', '--__proto__', '1'], /no flag/],
  [['deploy', '--constructor=1'], /no flag/],
  [['deploy', '--rpc'], /--rpc needs a value/],
  [['deploy', '--rpc', '--keystore', 'x'], /--rpc needs a value/],
  [['deploy', '--rpc', 'http://a', '--rpc', 'http://b'], /given 2 times/],
  [['deploy', '--rpc', 'ws://127.0.0.1'], /takes a URL like http/],
  [['deploy', '--rpc', 'http://me:pw@127.0.0.1'], /without user name and password/],
  [['deploy', 'extra'], /does not know what to do with "extra"/],
  [['command'], /needs ACTION/],
  [['command', 'relay'], /takes an action like relay\.set/],
  [['command', 'relay.set', '{on:true}'], /takes JSON, in single quotes/],
  [['command', 'relay.set', '['.repeat(17)], /levels at most/],
  [['command', 'relay.set', `"${'x'.repeat(9000)}"`], /characters of JSON at most/],
  [['command', 'relay.set', '--no-mine=1'], /--no-mine takes no value/],
  [['command', 'relay.set', '--life', '31d'], /takes a time/],
  [['command', 'relay.set', '--device', '0x12'], /takes an address/],
  [['fleet', 'create', '--threshold', '1'], /from 2 to 16/],
  [['fleet', 'create', '--threshold', '2'], /as many --signers/],
  [['fleet', 'create'], /needs --threshold N/],
  [
    ['release', 'publish', 'no-such-file.img'],
    /IMAGE "no-such-file.img" cannot be opened: there is no such file/,
  ],
];
for (const [args, line] of usage) {
  test(`a wrong command line is exit 2 and one line: ${args.join(' ').slice(0, 60)}`, async t => {
    t.regex(oneLineFailure(t, await inProcess(args), 2), line);
    t.is(document(t, await inProcess([...args, '--json'])).ok, false);
  });
}

test('what a user typed cannot write control characters to the terminal', async t => {
  const { stderr } = await inProcess(['deploy', '\u001b]0;title\u0007\u202e', '--json']);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  t.notRegex(stderr.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test('the nearest name is a near one, and nothing is near to nonsense', t => {
  t.is(nearest('deplyo', names), 'deploy');
  t.is(nearest('stat', names), 'status');
  t.is(nearest('qqqqqqqq', names), undefined);
  fc.assert(
    fc.property(fc.constantFrom(...names), name => {
      t.is(nearest(name, names), name);
    }),
  );
});

test('a moving line tells of every command but those that are live; with --json there is none', async t => {
  const toldBy = async (...args: string[]) => {
    const told: string[] = [];
    const spinner = { tell: (what: string) => told.push(what), show: () => {}, stop: () => {} };
    const [signal, streams] = [new AbortController().signal, { out: () => {}, err: () => {} }];
    await runCommandLine(args, { signal, streams, environment: {}, spinner });
    return told;
  };
  t.deepEqual(await toldBy('explain', 'expired'), ['holdfast explain']);
  t.deepEqual(await toldBy('explain', 'expired', '--json'), []);
  t.deepEqual(await toldBy('monitor'), []);
});
