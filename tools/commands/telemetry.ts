import { TelemetryFollower } from '../board/followTelemetry.js';
import { listen } from '../board/listen.js';
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
    const { flags } = input;
    const { device, listener } = await listen(
      new Settings(flags),
      input,
      flags.for,
      board => new TelemetryFollower(input, board),
    );
    return { ok: true, device, ...listener.counts };
  },
  show: ({ batches, dropped, forged, missing, reports }) => [
    `${reports} reports in ${batches} batches${missing ? `, ${missing} batches missing` : ''}${dropped ? `, ${dropped} reports dropped on the board` : ''}${forged ? `, ${forged} FORGED` : ''}.`,
  ],
});
