/** `holdfast demo`: the main job, end to end, and everything that must fail. */
import { engineNames } from '../../host-sim/rig/engines.js';
import { defineCommand, flag, flags, toggle } from '../cli/command.js';
import { count, oneOf, url } from '../cli/kinds.js';

export default defineCommand({
  summary: 'See a board obey its contracts and nobody else, end to end',
  details:
    'Starts a chain, a broker, an image server and a board, each for real, and stops them again. To attack it yourself, ' +
    'fix a port of ours and put a proxy in front: --chain-port 8545 --rpc http://127.0.0.1:9545',
  example: 'holdfast demo --verbose',
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
    until: flag(oneOf('order', 'update'), 'Stop after this chapter'),
    verbose: toggle('Show every line of the board'),
  },
  run: async ({ flags: given, json, signal }) => {
    const { runDemo } = await import('../demo/demo.js');
    return runDemo({
      rpc: given.rpc.length > 0 ? given.rpc : undefined,
      broker: given.broker,
      engine: given.engine,
      images: given.images,
      ports: { chain: given['chain-port'], broker: given['broker-port'], images: given['images-port'] },
      until: given.until,
      json,
      verbose: given.verbose,
      signal,
    });
  },
  show: () => [],
});
