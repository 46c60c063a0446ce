/** `holdfast start`: a simulated world that stays. */
import { engineNames } from '../../host-sim/rig/engines.js';
import { defineCommand, flag, flags } from '../cli/command.js';
import { count, oneOf, url } from '../cli/kinds.js';

export default defineCommand({
  summary: 'Start a simulated board with its chain, broker and image server, and leave them running',
  details:
    'Writes .holdfast/project.json, from which every other command learns where things are. Ctrl-C stops all of it.',
  example: 'holdfast start',
  operands: {},
  flags: {
    engine: flag(oneOf(...engineNames), 'What the board runs on; xs needs npm run build:xs before', 'node'),
    rpc: flags(
      url('http', 'https'),
      'JSON-RPC endpoint of a development chain, in place of our own; up to two',
    ),
    broker: flag(url('mqtt', 'mqtts'), 'MQTT broker, in place of our own'),
    images: flag(url('http', 'https'), 'Where the board fetches images, in place of our server'),
    'chain-port': flag(count(0, 65535, 'PORT'), 'Port of our chain, which then starts even with --rpc', 0),
    'broker-port': flag(
      count(0, 65535, 'PORT'),
      'Port of our broker, which then starts even with --broker',
      0,
    ),
    'images-port': flag(count(0, 65535, 'PORT'), 'Port of our image server', 0),
  },
  run: async ({ emit, flags: given, json, signal }) => {
    const { runStart } = await import('../demo/start.js');
    await runStart({
      rpc: given.rpc.length > 0 ? given.rpc : undefined,
      broker: given.broker,
      engine: given.engine,
      images: given.images,
      ports: { chain: given['chain-port'], broker: given['broker-port'], images: given['images-port'] },
      directory: process.cwd(),
      print: !json,
      onReady: facts => {
        if (json) emit({ ready: facts }, '');
      },
      signal,
    });
    return { ok: true };
  },
  show: () => [],
});
