/** `holdfast demo`: the main job, end to end, and everything that must fail. */
import { defineCommand, flag, toggle } from '../cli/command.js';
import { oneOf } from '../cli/kinds.js';
import { settingFlags, settingOf } from '../demo/settingFlags.js';

export default defineCommand({
  summary: 'See a board obey its contracts and nobody else, end to end',
  details:
    'Starts a chain, a broker, an image server and a board, each for real, and stops them again. To attack it yourself, ' +
    'fix a port of ours and put a proxy in front: --chain-port 8545 --rpc http://127.0.0.1:9545',
  example: 'holdfast demo --verbose',
  operands: {},
  flags: {
    ...settingFlags,
    until: flag(oneOf('order', 'update'), 'Stop after this chapter'),
    verbose: toggle('Show every line of the board'),
  },
  run: async ({ flags: given, json, signal }) => {
    const { runDemo } = await import('../demo/demo.js');
    return runDemo({
      ...settingOf(given),
      until: given.until,
      json,
      verbose: given.verbose,
      signal,
    });
  },
  show: () => [],
});
