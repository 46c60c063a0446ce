import { once } from 'node:events';
import { Follower } from '../board/follow.js';
import { openBoard } from '../board/openBoard.js';
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
    const { flags, note, signal } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const device = settings.need('device');
    const follower = new Follower(input, { contracts, device, receipts: flags.receipts });
    const board = await openBoard(settings, contracts, input, {
      onOpen: channel => follower.listen(channel),
      unchecked: true,
    });
    note(`Listening to ${device}; Ctrl-C ends it.`);
    const ends = flags.for === undefined ? [signal] : [signal, AbortSignal.timeout(flags.for * 1000)];
    const end = AbortSignal.any(ends);
    if (!end.aborted) await once(end, 'abort');
    board.close();
    await follower.end();
    return { ok: true, device, ...follower.counts };
  },
  show: ({ answers, forged, receipts, statuses }) => [
    `${receipts} receipts, ${answers} answers, ${statuses} statuses${forged ? `, ${forged} FORGED` : ''}.`,
  ],
});
