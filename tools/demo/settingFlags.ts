/** The flags by which `demo` and `start` take their setting, and what they mean to it. */
import { engineNames } from '../../host-sim/process/engines.js';
import { type Flag, flag, flags, toggle } from '../cli/command.js';
import { count, oneOf, url } from '../cli/kinds.js';
import type { SettingOptions } from './settingOptions.js';

export const settingFlags = {
  engine: flag(
    oneOf(...engineNames),
    engineNames.length === 1
      ? 'What the board runs on'
      : 'What the board runs on; xs, rv32 and lin need npm run build:xs, build:rv32, build:moddable before, c3 build:esp32 and an emulator',
    'node',
  ),
  portable: toggle(
    engineNames.length === 1
      ? 'No native crypto on the board: slow, and level 1 only'
      : 'No native crypto on a board of xs or rv32, and more heap on rv32: slow, and level 1 only',
  ),
  level: flag(
    oneOf('1', '4'),
    'Header trust of the board: 4, a sync committee whose signatures it verifies; 1, endpoints that agree',
    '4',
  ),
  'one-socket': toggle(
    'At level 4: the board asks everything but images over its broker connection, and is told no endpoint',
  ),
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

/** Bytes: keys and signatures of noble's curve take more than native ones. */
const portableHeap = 262_144;

type Given = {
  [Name in keyof typeof settingFlags]: (typeof settingFlags)[Name] extends Flag<infer T> ? T : never;
};

/** The options of a setting that the flags stand for. */
export const settingOf = (
  given: Given,
): Pick<
  SettingOptions,
  'board' | 'broker' | 'engine' | 'images' | 'level' | 'oneSocket' | 'ports' | 'rpc'
> => ({
  rpc: given.rpc.length > 0 ? given.rpc : undefined,
  broker: given.broker,
  engine: given.engine,
  board: given.portable
    ? { portable: true, ...(given.engine === 'rv32' && { heap: portableHeap }) }
    : undefined,
  // Portable BLS would take such a board minutes for each update.
  level: given.level === '4' && !given.portable ? 4 : 1,
  oneSocket: given['one-socket'],
  images: given.images,
  ports: { chain: given['chain-port'], broker: given['broker-port'], images: given['images-port'] },
});

/** The header trust of the setting's board, in words for a person. */
export const describeTrust = (level: SettingOptions['level']): string =>
  level === 4
    ? "Development profile: header trust L4 (the board verifies the chain's finality by its sync committee of 512)."
    : "Development profile: header trust L1 (two endpoints agree), the chain's own finality.";
