/** The lock file is whole: `npm ci` refuses one that lacks a package which another one names, even for another system. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../host-sim/node/repository.js';

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Names that some package asks for, and that have no entry. npm leaves out those that a registry does not have. */
function missing(packages: Readonly<Record<string, Locked>>): string[] {
  const locked = new Set(Object.keys(packages).map(path => path.replace(/^.*node_modules\//, '')));
  const asked = Object.values(packages).flatMap(({ dependencies, optionalDependencies }) =>
    Object.keys({ ...dependencies, ...optionalDependencies }),
  );
  return [...new Set(asked)].filter(name => !locked.has(name));
}

test('every package that another one names has its entry in the lock file', t => {
  const { packages } = JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8'));
  t.deepEqual(missing(packages), []);
});

test('a lock file without the optional package of another system is found, with it it is not', t => {
  const locked = { 'node_modules/a': { optionalDependencies: { 'a-win32': '1.0.0' } } };
  t.deepEqual(missing(locked), ['a-win32']);
  t.deepEqual(missing({ ...locked, 'node_modules/a/node_modules/a-win32': {} }), []);
});
