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

export interface StorageLayout {
  storage: StorageEntry[];
  types: Record<string, { label: string; numberOfBytes: string; encoding: string }> | null;
}

export interface Artefact {
  abi: readonly AbiEntry[];
  /** Creation code without constructor arguments, with 0x. */
  bytecode: `0x${string}`;
  storageLayout: StorageLayout;
}

export type AbiEntry = Record<string, unknown> & { type: string; name?: string };
export type Artefacts = Record<ContractName, Artefact>;

/** Only what exists on a chain: asking for the code of every library would double the time. */
const OUTPUT_SELECTION = Object.fromEntries(
  CONTRACTS.map(name => [
    `contracts/src/${name}.sol`,
    { [name]: ['abi', 'evm.bytecode.object', 'storageLayout'] },
  ]),
);

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

export function compile(sources = ownSources()): Artefacts {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries([...sources].map(([name, content]) => [name, { content }])),
    settings: { ...COMPILER_SETTINGS, outputSelection: OUTPUT_SELECTION },
  };
  const output = runCompiler(input);
  const error = output.errors?.find(one => one.severity === 'error');
  if (error) throw new CompileError(oneLine(error, sources));
  const artefacts = {} as Artefacts;
  for (const name of CONTRACTS) {
    const compiled = output.contracts?.[`contracts/src/${name}.sol`]?.[name];
    if (!compiled?.evm.bytecode.object)
      throw new CompileError(`contracts/src/${name}.sol defines no contract ${name}: add it.`);
    artefacts[name] = {
      abi: compiled.abi,
      bytecode: `0x${compiled.evm.bytecode.object}`,
      storageLayout: compiled.storageLayout,
    };
  }
  return artefacts;
}

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
