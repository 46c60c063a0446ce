/** `holdfast start`: a simulated world that stays. */
import { defineCommand, flag } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { path } from '../cli/kinds.js';
import { settingFlags, settingOf } from '../demo/settingFlags.js';

export default defineCommand({
  summary: 'Start a simulated board with its chain, broker and image server, and leave them running',
  details:
    'Writes .holdfast/project.json, from which every other command learns where things are. With --app the board runs\n' +
    'that app, which is built and started once first; its faults name the lines of its source. Ctrl-C stops all of it.',
  example: 'holdfast start --app app.ts',
  operands: {},
  flags: {
    ...settingFlags,
    app: flag(path, 'the app of the board (holdfast init writes one); the relay of the examples if left out'),
  },
  run: async ({ emit, flags: given, json, signal, warn }) => {
    if (given.app && given.engine !== 'node' && given.engine !== 'xs')
      throw new UsageError(`--app is for boards of node and xs, not of ${given.engine}.`);
    const app =
      given.app === undefined
        ? undefined
        : await (await import('../demo/authorsApp.js')).authorsApp(given.app, signal, warn);
    const { runStart } = await import('../demo/start.js');
    await runStart({
      ...settingOf(given),
      ...app,
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
