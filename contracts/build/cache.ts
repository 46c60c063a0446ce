/**
 * Compiled contracts, kept in `.build/contracts` with the hash of all that they were compiled from. The file is
 * written beside and renamed, so that an interrupted build leaves the old one or none, never half of one.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Artefacts, compile } from './compile.js';
import { COMPILER_SETTINGS, CONTRACTS } from './settings.js';
import { ownSources, packageVersion, repositoryFolder } from './sources.js';

const cacheFile = join(repositoryFolder, '.build', 'contracts', 'artefacts.json');

/** The compiled contracts; compiles (CompileError) only when a source, a setting or a tool changed since `file` was written. */
export function artefacts(file = cacheFile): { artefacts: Artefacts; compiled: boolean } {
  const sources = ownSources();
  const key = hashOf(sources);
  const cached = read(file, key);
  if (cached) return { artefacts: cached, compiled: false };
  const fresh = compile(sources);
  writeAtomically(file, JSON.stringify({ key, artefacts: fresh }));
  return { artefacts: fresh, compiled: true };
}

/** Replaces `file` as a whole or not at all; does nothing when it holds just this. */
export function writeAtomically(file: string, content: string): boolean {
  if (readOrUndefined(file) === content) return false;
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, content);
  renameSync(beside, file);
  return true;
}

function hashOf(sources: Map<string, string>): string {
  const tools = { solc: packageVersion('solc'), openzeppelin: packageVersion('@openzeppelin/contracts') };
  return createHash('sha256')
    .update(JSON.stringify([[...sources], COMPILER_SETTINGS, tools]))
    .digest('hex');
}

function read(file: string, key: string): Artefacts | undefined {
  try {
    const cached = JSON.parse(readOrUndefined(file) ?? '') as { key: string; artefacts: Artefacts };
    const whole = CONTRACTS.every(name => cached.artefacts[name].bytecode.length > 2);
    return cached.key === key && whole ? cached.artefacts : undefined;
  } catch {
    return undefined; // absent or damaged: it is made again
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
