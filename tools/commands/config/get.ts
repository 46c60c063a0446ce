import { decodeParams } from '../../../firmware/app/params.js';
import { knownFace, runningApp } from '../../app/knownFace.js';
import { settingsOf } from '../../app/settingsFace.js';
import { openBoard, verifiedStatus } from '../../board/openBoard.js';
import { defineCommand, flag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { toJson } from '../../cli/json.js';
import { duration } from '../../cli/kinds.js';
import { boardFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Show the configuration of the app that a board runs',
  details:
    'What the owner has set comes from the board’s signed status; the defaults of the rest from the face of the app, by\n' +
    'the release that the chain names. Without that face, only what is set is shown.',
  example: 'holdfast config get',
  operands: {},
  flags: { ...boardFlags, wait: flag(duration(3600), 'how long to wait for the status (default 10s)', 10) },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chain();
    const board = await openBoard(settings, contracts, input);
    try {
      const status = await verifiedStatus(board, input.flags.wait * 1000);
      const { config } = status;
      const { address: device } = board.facts;
      const images = settings.find('images');
      const running = runningApp(board.facts, status);
      const face = await knownFace({ contracts, ...running, images, home: settings.home });
      if (config.length === 0) throw new Failure('order', 'The app of this board has no configuration.');
      const set = decodeParams(config) as Record<string, unknown>;
      return { ok: true, device, app: face?.app, settings: settingsOf(face, set) };
    } finally {
      board.close();
    }
  },
  show: ({ app, settings }) => [
    ...(app === undefined ? ['The face of the app is not known here: defaults are not shown.'] : []),
    ...(settings.length === 0 ? ['Nothing is set.'] : []),
    ...settings.map(
      ({ from, name, value }) =>
        `${name}  ${value === undefined ? 'not set' : toJson(value)}${from === 'default' ? '  (default)' : ''}`,
    ),
  ],
});
