/** The flags by which `demo` and `start` take their setting, and what they mean to it. */
import { engineNames } from '../../host-sim/rig/engines.js';
import { type Flag, flag, flags } from '../cli/command.js';
import { count, oneOf, url } from '../cli/kinds.js';
import type { SettingOptions } from './setting.js';

export const settingFlags = {
  engine: flag(oneOf(...engineNames), 'What the board runs on; xs needs npm run build:xs before', 'node'),
  rpc: flags(
    url('http', 'https'),
    'JSON-RPC endpoint of a development chain, in place of our own; up to two',
  ),
  broker: flag(url('mqtt', 'mqtts'), 'MQTT broker, in place of our own'),
  images: flag(url('http', 'https'), 'Where the board fetches images, in place of our server'),
  'chain-port': flag(count(0, 65535, 'PORT'), 'Port of our chain, which then starts even with --rpc', 0),
  'broker-port': flag(count(0, 65535, 'PORT'), 'Port of our broker, which then starts even with --broker', 0),
  'images-port': flag(count(0, 65535, 'PORT'), 'Port of our image server', 0),
};

type Given = {
  [Name in keyof typeof settingFlags]: (typeof settingFlags)[Name] extends Flag<infer T> ? T : never;
};

export const settingOf = (
  given: Given,
): Pick<SettingOptions, 'broker' | 'engine' | 'images' | 'ports' | 'rpc'> => ({
  rpc: given.rpc.length > 0 ? given.rpc : undefined,
  broker: given.broker,
  engine: given.engine,
  images: given.images,
  ports: { chain: given['chain-port'], broker: given['broker-port'], images: given['images-port'] },
});
