import { Follower } from '../board/follow.js';
import { listen } from '../board/listen.js';
import { defineCommand, flag } from '../cli/command.js';
import { duration } from '../cli/kinds.js';
import { boardFlags, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Follow what a board says, until Ctrl-C',
  details:
    'Receipts and statuses are checked against the board’s key on chain and marked when they are forged; answers are\n' +
    'unsigned and prove nothing. Good receipts are kept, for holdfast audit. With --json the document grows while it\n' +
    'runs, one event a line, and is whole after Ctrl-C.',
  example: 'holdfast monitor --for 10m',
  operands: {},
  flags: {
    ...boardFlags,
    for: flag(duration(365 * 86_400), 'end by itself after so long'),
    ...receiptsFlag,
  },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const { device, listener } = await listen(
      settings,
      input,
      flags.for,
      board => new Follower(input, { ...board, receipts: settings.receipts }),
    );
    return { ok: true, device, ...listener.counts };
  },
  show: ({ answers, forged, receipts, statuses }) => [
    `${receipts} receipts, ${answers} answers, ${statuses} statuses${forged ? `, ${forged} FORGED` : ''}.`,
  ],
});
