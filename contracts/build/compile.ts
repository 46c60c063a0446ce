/** Compiles the contracts with solc's WebAssembly build (standard JSON). Loading it takes about half a second. */
import { createRequire } from 'node:module';
import { COMPILER_SETTINGS, CONTRACTS, type ContractName } from './settings.js';
import { importedSource, ownSources } from './sources.js';

/** One member of solc's storageLayout. */
export interface StorageEntry {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

/** solc's storageLayout of one contract. */
export interface StorageLayout {
  storage: StorageEntry[];
  types: Record<string, { label: string; numberOfBytes: string; encoding: string }> | null;
}

/** A compiled contract. */
export interface Artefact {
  abi: readonly AbiEntry[];
  /** Creation code without constructor arguments, with 0x. */
  bytecode: `0x${string}`;
  storageLayout: StorageLayout;
}

/** A member of the ABI, as solc writes it. */
export type AbiEntry = Record<string, unknown> & { type: string; name?: string };
export type Artefacts = Record<ContractName, Artefact>;

interface CompilerOutput {
  errors?: {
    severity: string;
    formattedMessage: string;
    message: string;
    sourceLocation?: { file: string; start: number };
  }[];
  contracts?: Record<
    string,
    Record<string, { abi: AbiEntry[]; evm: { bytecode: { object: string } }; storageLayout: StorageLayout }>
  >;
}

/** The contracts do not compile, or the compiler does not run. The message is one line for a person. */
export class CompileError extends Error {}

/** Compiles `contracts` (default: all of ours) from `sources` (default: as they lie in `contracts/src`). Throws CompileError. */
export function compile<Name extends ContractName = ContractName>(
  sources = ownSources(),
  contracts: readonly Name[] = CONTRACTS as readonly ContractName[] as readonly Name[],
): Record<Name, Artefact> {
  const outputSelection = Object.fromEntries(
    // Only what exists on a chain: asking for the code of every library would double the time.
    contracts.map(name => [sourceOf(name), { [name]: ['abi', 'evm.bytecode.object', 'storageLayout'] }]),
  );
  const output = runCompiler({
    language: 'Solidity',
    sources: Object.fromEntries([...sources].map(([name, content]) => [name, { content }])),
    settings: { ...COMPILER_SETTINGS, outputSelection },
  });
  const error = output.errors?.find(one => one.severity === 'error');
  if (error) throw new CompileError(oneLine(error, sources));
  const artefacts = {} as Record<Name, Artefact>;
  for (const name of contracts) {
    const compiled = output.contracts?.[sourceOf(name)]?.[name];
    if (!compiled?.evm.bytecode.object) {
      throw new CompileError(`${sourceOf(name)} defines no contract ${name}: add it.`);
    }
    artefacts[name] = {
      abi: compiled.abi,
      bytecode: `0x${compiled.evm.bytecode.object}`,
      storageLayout: compiled.storageLayout,
    };
  }
  return artefacts;
}

const sourceOf = (name: ContractName) => `contracts/src/${name}.sol`;

function runCompiler(input: unknown): CompilerOutput {
  let solc: { compile(input: string, callbacks: { import(name: string): object }): string };
  try {
    solc = createRequire(import.meta.url)('solc');
  } catch (cause) {
    throw new CompileError(
      `The Solidity compiler does not load (${firstLine(cause)}): run \`npm ci\` again.`,
    );
  }
  try {
    const resolve = (name: string) => {
      const contents = importedSource(name);
      return contents === undefined ? { error: 'not installed; run `npm ci`' } : { contents };
    };
    return JSON.parse(solc.compile(JSON.stringify(input), { import: resolve })) as CompilerOutput;
  } catch (cause) {
    throw new CompileError(
      `The Solidity compiler broke off (${firstLine(cause)}): run \`npm ci\` and try again.`,
    );
  }
}

function oneLine(error: NonNullable<CompilerOutput['errors']>[number], sources: Map<string, string>): string {
  const { file, start } = error.sourceLocation ?? { file: 'contracts/src', start: 0 };
  const line = (sources.get(file) ?? '').slice(0, Math.max(0, start)).split('\n').length;
  return `${file}:${line}: ${error.message.replaceAll(/\s+/g, ' ')} Fix it there and run \`npm run build\` again.`;
}

const firstLine = (cause: unknown) => String(cause instanceof Error ? cause.message : cause).split('\n')[0];
