/** The contracts that exist on a chain; all else is inlined into them. */
export const CONTRACTS = ['Device', 'Fleet', 'ReleaseChannel', 'Factory'] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** The compiler's settings. Changing anything here changes every address: frozen at the first release. */
export const EVM_VERSION = 'cancun';

export const COMPILER_SETTINGS = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: false,
  evmVersion: EVM_VERSION,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
} as const;
