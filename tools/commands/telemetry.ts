import { once } from 'node:events';
import { TelemetryFollower } from '../board/followTelemetry.js';
import { openBoard } from '../board/openBoard.js';
import { defineCommand, flag } from '../cli/command.js';
import { duration } from '../cli/kinds.js';
import { boardFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Follow what the app of a board reports, until Ctrl-C',
  details:
    'Reports come in batches that the board signs and counts: a forged batch, a missing one and a restart are said. A\n' +
    'board that reaches nobody keeps its newest batches and gives them later, under their own time. Where the trust\n' +
    'configuration names a telemetry key, its holder alone reads them. With --json, one event a line.',
  example: 'holdfast telemetry --for 10m',
  operands: {},
  flags: { ...boardFlags, for: flag(duration(365 * 86_400), 'end by itself after so long') },
  run: async input => {
    const { flags, note, signal } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const device = settings.need('device');
    const follower = new TelemetryFollower(input, { contracts, device });
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
  show: ({ batches, dropped, forged, missing, reports }) => [
    `${reports} reports in ${batches} batches${missing ? `, ${missing} batches missing` : ''}${dropped ? `, ${dropped} reports dropped on the board` : ''}${forged ? `, ${forged} FORGED` : ''}.`,
  ],
});
