// The emulated board is work under way: its suite runs with HOLDFAST_ENGINES=1.
const engines = ['test/host-sim/rv32/**'];

// tsx needs process workers: its loader hooks do not reach ava's worker threads.
export default {
  files: ['test/**/*.test.ts', ...(process.env.HOLDFAST_ENGINES ? [] : engines.map(files => `!${files}`))],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '5m',
};
