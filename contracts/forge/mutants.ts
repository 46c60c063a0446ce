/** Mutants: contracts with one deliberate fault, to see that the tests notice it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artefact, CompileError, compile } from '../build/compile.js';
import type { ContractName } from '../build/settings.js';
import { ownSources } from '../build/sources.js';
import { codeVariables, type ForgeResult, forge } from './forge.js';

/** One replacement in one source. */
export interface Mutant {
  file: string;
  /** The offset at which the replaced text begins. */
  at: number;
  from: string;
  to: string;
}

/** Which contracts contain a source: a library's mutant is compiled into each of its users. */
const USERS: Record<string, readonly ContractName[]> = {
  'contracts/src/Device.sol': ['Device'],
  'contracts/src/Fleet.sol': ['Fleet'],
  'contracts/src/ReleaseChannel.sol': ['ReleaseChannel'],
  'contracts/src/Factory.sol': ['Factory'],
  'contracts/src/libraries/Links.sol': ['Device', 'Fleet', 'ReleaseChannel'],
  'contracts/src/Quorum.sol': ['Fleet', 'ReleaseChannel'],
  'contracts/src/libraries/ConsoleProofs.sol': ['Device', 'Factory'],
  'contracts/src/libraries/Receipts.sol': ['Fleet', 'ReleaseChannel'],
  'contracts/src/libraries/CloneCode.sol': ['Device'],
};

export const mutableSources = (): Map<string, string> =>
  new Map([...ownSources()].filter(([file]) => file in USERS));

/** The mutant's creation code, or undefined when it does not compile. */
export function compileMutant(mutant: Mutant): Partial<Record<ContractName, string>> | undefined {
  const sources = ownSources();
  const source = sources.get(mutant.file)!;
  const { at, from, to } = mutant;
  sources.set(mutant.file, source.slice(0, at) + to + source.slice(at + from.length));
  try {
    const compiled: Partial<Record<ContractName, Artefact>> = compile(sources, USERS[mutant.file]);
    return Object.fromEntries(Object.entries(compiled).map(([name, { bytecode }]) => [name, bytecode]));
  } catch (error) {
    if (error instanceof CompileError) return undefined;
    throw error;
  }
}

/** Runs tests on a mutant. What forge remembers of failures is thrown away, so that it haunts no later run. */
export async function testMutant(
  code: Partial<Record<ContractName, string>>,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ForgeResult> {
  const memory = mkdtempSync(join(tmpdir(), 'holdfast-mutant-'));
  try {
    return await forge(['test', ...args], {
      ...codeVariables(code),
      FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: memory,
      FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: memory,
      ...environment,
    });
  } finally {
    rmSync(memory, { recursive: true, force: true });
  }
}

/** Line number of a mutant, for people. */
export const lineOf = (mutant: Mutant): number =>
  ownSources().get(mutant.file)!.slice(0, mutant.at).split('\n').length;
