import test from 'ava';
import { isCode, readSources, type Sources } from './sources.js';

/** Said in pieces, so that this file does not find itself. */
const join = (...pieces: string[]) => pieces.join('');

interface Rule {
  name: string;
  pattern: RegExp;
  applies(path: string): boolean;
  /** Text that the rule finds, and text beside it that it does not. */
  found: string;
  spared: string;
}

const machineFolders = ['work', 'tmp', 'home', 'root', 'Users', 'mnt'].join('|');

const rules: Rule[] = [
  {
    name: 'a path of some machine',
    pattern: new RegExp(`(^|[\\s'"\`(=:])(/(${machineFolders})/|[A-Z]:\\\\\\\\?\\w)`, 'm'),
    applies: () => true,
    found: join("'", '/wo', "rk/main/x'"),
    spared: "'https://example.org/work/x' and ./tmp/x and 0 /work",
  },
  {
    // The lock was made without any, so that everybody's works.
    name: 'the host of a package registry',
    pattern: new RegExp(join('registry', '\\.|artifact', 'ory|verda', 'ccio|["\']resolved["\']\\s*:'), 'i'),
    applies: path => !/\.md$/.test(path),
    found: join('https://registry', '.example.org/'),
    spared: 'the registry holds, resolved',
  },
  {
    name: 'a test that is switched off, or switches others off',
    // A platform's lack may choose between the test and its skipped form; a call that always skips may not stay.
    pattern: new RegExp(join('\\btest\\.(serial\\.)?(only\\b|(sk', 'ip|todo|failing)\\s*\\()')),
    applies: path => path.startsWith('test/'),
    found: join('test.on', "ly('x')"),
    spared: join("test.serial('x'); const linux = isLinux ? test : test.sk", 'ip;'),
  },
  {
    name: 'the folder that only the gate knows',
    pattern: new RegExp(join('\\.\\.[/\\\\]sha', 'red')),
    applies: path => path !== '.ci/run',
    found: join('../sha', 'red/vectors'),
    spared: join('./sha', 'red/x'),
  },
  {
    name: 'a conflict that nobody resolved',
    pattern: /^(<{7} |>{7} |={7}$)/m,
    applies: () => true,
    found: join('<<<<', '<<< HEAD'),
    spared: '<< HEAD',
  },
];

const isText = (path: string) => !/\.(png|jpg|gif|ico|wasm|woff2?|bin)$/.test(path);

function complaints(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    for (const { name, pattern, applies } of rules) {
      const at = applies(path) ? text.search(pattern) : -1;
      if (at >= 0) wrong.push(`${path}:${text.slice(0, at).split('\n').length}: ${name}`);
    }
  }
  return wrong;
}

const longest = 300;
const isCounted = (path: string) =>
  isCode(path) && /^(firmware|host-sim|tools)\//.test(path) && !/\.generated\./.test(path);

const tooLong = (sources: Sources): string[] =>
  [...sources]
    .map(([path, text]) => [path, text.replace(/\n$/, '').split('\n').length] as const)
    .filter(([path, lines]) => isCounted(path) && lines > longest)
    .map(([path, lines]) => `${path} has ${lines} lines`);

test('no file names a machine, a registry or what only the gate knows; no test is switched off', t => {
  const sources = readSources(isText);
  t.log(`${sources.size} files`);
  t.true(sources.size > 50);
  t.deepEqual(complaints(sources), []);
});

for (const { name, found, spared } of rules) {
  test(`it is found, and what is near it is not: ${name}`, t => {
    const path = 'test/x.test.ts';
    t.deepEqual(complaints(new Map([[path, `\n${found}\n`]])), [`${path}:2: ${name}`]);
    t.deepEqual(complaints(new Map([[path, `\n${spared}\n`]])), []);
  });
}

test(`no file is longer than ${longest} lines`, t => {
  t.deepEqual(tooLong(readSources(isCounted)), []);
});

test('a file that is longer is found, one that is not or was generated is not', t => {
  const lines = (count: number) => 'x\n'.repeat(count);
  t.is(tooLong(new Map([['firmware/a.ts', lines(longest + 1)]])).length, 1);
  t.is(tooLong(new Map([['firmware/a.ts', lines(longest)]])).length, 0);
  t.is(tooLong(new Map([['firmware/a.generated.ts', lines(longest + 1)]])).length, 0);
});
