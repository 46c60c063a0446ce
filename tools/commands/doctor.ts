import { defineCommand } from '../cli/command.js';
import { examine } from '../doctor/examine.js';
import { boardFlags, imagesFlag, senderFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Look whether everything is in place, and say what to do where it is not',
  details:
    'Asks every endpoint that is named by a flag or the project file. What is not named is passed over. Keystores are\n' +
    'read, not opened. Exit status 1 when there is a problem.',
  example: 'holdfast doctor --rpc http://127.0.0.1:8545',
  operands: {},
  flags: { ...boardFlags, ...imagesFlag, ...senderFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const checks = await examine(settings, input);
    return { ok: checks.every(({ state }) => state !== 'problem'), checks };
  },
  show: ({ checks }) =>
    checks.flatMap(({ detail, name, remedy, state }) => [
      `${state.padEnd(8)} ${name.padEnd(14)} ${detail}`,
      ...(remedy ? [`${''.padEnd(23)} → ${remedy}`] : []),
    ]),
});
