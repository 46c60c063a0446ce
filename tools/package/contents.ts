/** The contents of the package that authors install, as data: what is compiled, what goes along as it is. */

/** A module that authors import: its name after `holdfast/`, its source, and whether it runs without Node. */
export interface Face {
  name: string;
  source: string;
  /** True: one file without any import of Node, for boards, browsers and Node alike. */
  portable: boolean;
}

export const faces: readonly Face[] = [
  { name: 'app', source: 'firmware/app/face.ts', portable: true },
  { name: 'contracts', source: 'tools/package/faces/contracts.ts', portable: false },
  { name: 'rig', source: 'tools/rig/scenario.ts', portable: true },
  { name: 'testing', source: 'host-sim/testing/index.ts', portable: false },
  { name: 'verify', source: 'tools/verify/index.ts', portable: true },
  { name: 'sim', source: 'tools/package/faces/sim.ts', portable: false },
];

/** Programs for authors to read and run; a test runs each. */
export const examples = 'tools/package/examples';

/** Programs that host-sim/node/program/run.mjs and tools/holdfast.mjs start by the paths of their sources. */
export const programs: readonly string[] = [
  'tools/main.ts',
  'host-sim/board/main.ts',
  'host-sim/board/replayMain.ts',
];

/** Files and folders that go along unchanged: what is read or started while the tools run, and the sources of images. */
export const unchanged: readonly string[] = [
  'LICENSE',
  'firmware',
  'host-sim/board/prelude.cjs',
  'host-sim/board/watchdogThread.mjs',
  'host-sim/chain/supervise.mjs',
  // Bundled with an author's app, to describe it.
  'host-sim/image/describe.ts',
  'host-sim/image/jsonSchema.ts',
  'host-sim/node/board/busLines.ts',
  'host-sim/node/board/buses.ts',
  'host-sim/node/board/registers.ts',
  'host-sim/node/board/serialLines.ts',
  'host-sim/node/program/importCompiled.mjs',
  'host-sim/node/program/run.mjs',
  'tools/holdfast.mjs',
  'tools/package/templates',
];

/**
 * Packages that stay outside: images are made of some at the author's, `aedes` and `esbuild` are no ECMAScript modules
 * in themselves, `esptool-js` reads files beside it, `serialport` has compiled ones. Everything else that the tools use is
 * inside.
 */
export const dependencies: readonly string[] = [
  '@noble/curves',
  '@noble/hashes',
  '@noble/secp256k1',
  'aedes',
  'buffer',
  'esbuild',
  'esptool-js',
  'mqtt-packet',
  'rlp',
  'serialport',
  'valibot',
];

/** Of those the ones that are inside too: as it is installed, the reader of packets loads streams that nobody here asks for. */
export const insideToo: readonly string[] = ['mqtt-packet'];

/** Packages that are used where they are there: a chain for the simulator, and BLS that is faster than our own. */
export const isOptional = (name: string): boolean => name.startsWith('@foundry-rs/anvil-');

/** Packages that a part of the tools needs which works in the repository alone, or does without. */
export const absent: readonly string[] = ['@chainsafe/blst', 'solc', 'terser', 'tsx', 'typescript', 'vite'];
