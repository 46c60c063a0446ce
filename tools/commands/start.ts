/** `holdfast start`: a simulated world that stays. */
import { defineCommand } from '../cli/command.js';
import { settingFlags, settingOf } from '../demo/settingFlags.js';

export default defineCommand({
  summary: 'Start a simulated board with its chain, broker and image server, and leave them running',
  details:
    'Writes .holdfast/project.json, from which every other command learns where things are. Ctrl-C stops all of it.',
  example: 'holdfast start',
  operands: {},
  flags: {
    ...settingFlags,
  },
  run: async ({ emit, flags: given, json, signal }) => {
    const { runStart } = await import('../demo/start.js');
    await runStart({
      ...settingOf(given),
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
