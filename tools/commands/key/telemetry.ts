import { toHex } from '../../../firmware/bytes/hex.js';
import { defineCommand } from '../../cli/command.js';
import { keyFromFile, telemetryKeyFile } from '../../operator/keyFiles.js';
import { projectFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Show the key that boards seal to what no sender asked for, and make it if need be',
  details:
    'Boards that are provisioned with it (--telemetry-key, or telemetryKey in a trust file) seal answers and results to it\n' +
    'where an envelope names no key for the reply. Its secret stays in .holdfast/telemetry-key, and every command of this\n' +
    'project opens what is sealed to it.',
  example: 'holdfast key telemetry',
  operands: {},
  flags: { ...projectFlag },
  run: async ({ flags }) => {
    const file = telemetryKeyFile(new Settings(flags).home);
    return { ok: true, publicKey: toHex(keyFromFile(file).publicKey), file };
  },
  show: ({ publicKey }) => [publicKey],
});
