import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import * as abis from '../../contracts/abi.generated.js';
import { artefacts, writeAtomically } from '../../contracts/build/cache.js';
import { CompileError, compile } from '../../contracts/build/compile.js';
import { generatedFiles, keysMax } from '../../contracts/build/generate.js';
import { ownSources, repositoryFolder } from '../../contracts/build/sources.js';
import { explainedErrors } from '../../contracts/client/errors.js';
import { deviceLayout, fleetLayout, KEYS_MAX } from '../../firmware/contract/layout.generated.js';

test('the generated files are those of the present contracts', t => {
  for (const [path, content] of Object.entries(generatedFiles(artefacts().artefacts))) {
    t.is(
      readFileSync(join(repositoryFolder, path), 'utf8'),
      content,
      `${path}: run npm run build and commit it`,
    );
  }
});

test('the slots that boards prove lie where the protocol says', t => {
  const at = (slot: number, offset: number) => ({ slot, offset });
  const { key, status, sequence, epoch, head, owner, fleet } = deviceLayout;
  const { channel, approval, appChannel, appApproval } = deviceLayout;
  const places = [
    key,
    status,
    sequence,
    epoch,
    head,
    owner,
    fleet,
    channel,
    approval,
    appChannel,
    appApproval,
  ];
  t.deepEqual(
    places.map(({ slot, offset }) => at(slot, offset)),
    [
      ...[at(0, 0), at(0, 20), at(0, 21), at(0, 25), at(1, 0), at(2, 0), at(3, 0)],
      ...[at(4, 0), at(5, 0), at(6, 0), at(7, 0)],
    ],
  );
  t.false(
    Object.values(deviceLayout).some(variable => (variable.type as string) === 'mapping'),
    'a device holds no mapping',
  );
  t.deepEqual([fleetLayout.paused.slot, fleetLayout.epoch.slot, fleetLayout.batchHead.slot], [0, 0, 1]);
});

test('contracts and firmware read one limit for sets of keys, and a source without it builds nothing', t => {
  const name = 'contracts/src/Quorum.sol';
  const source = ownSources().get(name)!;
  t.is(KEYS_MAX, 16);
  t.is(keysMax(source), KEYS_MAX);
  t.is(keysMax(source.replace('KEYS_MAX = 16;', 'KEYS_MAX = 12;')), 12, 'as the source says');
  t.throws(() => keysMax(source.replace('KEYS_MAX = 16;', 'KEYS_MAX = 2 ** 4;')), {
    instanceOf: CompileError,
  });
});

test('the ABI has one entry a line', t => {
  const lines = readFileSync(join(repositoryFolder, 'contracts/abi.generated.ts'), 'utf8').split('\n');
  for (const [name, entries] of Object.entries(abis)) {
    const from = lines.indexOf(`export const ${name} = [`);
    const own = lines.slice(from + 1, from + 1 + entries.length);
    t.deepEqual(
      own.map(line => JSON.parse(line.slice(0, -1))),
      [...entries],
    );
    t.is(lines[from + 1 + entries.length], '] as const;');
  }
});

test('an interrupted or damaged build is done again, a whole one is not', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const whole = JSON.stringify({
    ...JSON.parse(readFileSync(join(repositoryFolder, '.build/contracts/artefacts.json'), 'utf8')),
  });
  const file = join(folder, 'artefacts.json');
  writeFileSync(file, whole);
  t.false(artefacts(file).compiled, 'a whole one is used');
  writeFileSync(file, whole.slice(0, whole.length / 2));
  t.true(artefacts(file).compiled, 'half of one is not');
  t.false(artefacts(file).compiled, 'and has been made whole');
  t.false(writeAtomically(file, readFileSync(file, 'utf8')), 'nothing is written without a change');
});

test('a source that does not compile gives one line with file, line and remedy', t => {
  const sources = ownSources();
  const name = 'contracts/src/libraries/Links.sol';
  sources.set(name, sources.get(name)!.replace('30 days;', '30 dais;'));
  const error = t.throws(() => compile(sources), { instanceOf: CompileError })!;
  const line =
    ownSources()
      .get(name)!
      .split('\n')
      .findIndex(text => text.includes('30 days;')) + 1;
  t.true(error.message.startsWith(`${name}:${line}: `), error.message);
  t.regex(error.message, /npm run build/);
  t.false(error.message.includes('\n'));
  t.notThrows(() => compile(ownSources(), ['Factory']), 'the untouched twin compiles');
});

test('npm run build says in one line that everything is up to date', t => {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'contracts/build/main.ts'], {
    cwd: repositoryFolder,
    encoding: 'utf8',
  });
  t.is(status, 0);
  t.regex(stdout, /^contracts: up to date\n$/);
});

test('every error of the contracts has a sentence for a person', t => {
  // what cannot happen: names that are too long are refused at deployment, clones carry no ether
  const impossible = ['StringTooLong', 'InvalidShortString', 'InsufficientBalance'];
  const named = abis.errorsAbi.map(({ name }) => name as string).filter(name => !impossible.includes(name));
  t.deepEqual(
    named.filter(name => !explainedErrors.includes(name)),
    [],
  );
});
