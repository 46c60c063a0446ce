// The engines of chips are work under way: their suites run with HOLDFAST_ENGINES=1, minutes long, not all green.
const engines = ['test/host-sim/rv32/**', 'test/host-sim/xs/suites.test.ts'];

// tsx needs process workers: its loader hooks do not reach ava's worker threads.
export default {
  files: ['test/**/*.test.ts', ...(process.env.HOLDFAST_ENGINES ? [] : engines.map(files => `!${files}`))],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '5m',
};
