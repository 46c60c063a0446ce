import { setTimeout as sleep } from 'node:timers/promises';
import type { Contracts } from '../../../contracts/client/index.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { cohort } from '../../../firmware/update/offer.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { duration, type Hex } from '../../cli/kinds.js';
import { crypto } from '../../operator/boardChannel.js';
import { OutcomeReader } from '../../release/outcomes.js';
import { publishedRelease } from '../../release/published.js';
import { type Placed, type RolloutState, rolloutState, stateLines } from '../../release/rolloutState.js';
import { channelFlags, receiptsFlag } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

const LOOK_MS = 2000;

export default defineCommand({
  summary: 'Show how far the newest release is, tenth by tenth of the boards',
  details:
    'The boards are those that are registered and follow the channel. Their word is the newest receipt about this release\n' +
    'that holdfast monitor and others have kept here, its signature checked. With --watch it goes on and tells each\n' +
    'change, until Ctrl-C.',
  example: 'holdfast release status --watch',
  operands: {},
  flags: {
    ...channelFlags,
    ...receiptsFlag,
    watch: toggle('go on, and tell each change'),
    for: flag(duration(365 * 86_400), 'with --watch: end by itself after so long'),
  },
  run: async input => {
    const { flags, signal } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const channel = settings.need('channel').toLowerCase() as Hex;
    const reader = new OutcomeReader(contracts, settings.receipts, channel);
    const look = async (): Promise<RolloutState> => {
      const facts = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
      const release = await publishedRelease(contracts, channel, undefined);
      const boards = await followers(contracts, channel, release.version);
      return rolloutState(release.version, facts, boards, await reader.read(release));
    };
    let state = await look();
    const until = flags.for === undefined ? Number.POSITIVE_INFINITY : performance.now() + flags.for * 1000;
    if (flags.watch) input.emit({ state }, stateLines(state).join('\n'));
    while (flags.watch && !signal.aborted && performance.now() < until) {
      input.progress?.(`watches version ${state.version}: ${state.done} run it, ${state.failed} left it`);
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const now = await look();
      if (JSON.stringify(now) === JSON.stringify(state)) continue;
      state = now;
      input.emit({ state }, stateLines(state).join('\n'));
    }
    return { ok: !state.halted, channel, watched: flags.watch, ...state };
  },
  show: ({ channel: _, ok: __, watched, ...state }) => (watched ? [] : stateLines(state)),
});

/** The registered boards that follow the channel, each with its place. */
async function followers(contracts: Contracts, channel: Hex, version: number): Promise<Placed[]> {
  const registered = await contracts.factory.registrations();
  const facts = await Promise.all(registered.map(({ device }) => contracts.device.read(device)));
  const place = (device: Hex) => cohort(crypto, fromHex(channel, 20)!, fromHex(device, 20)!, version);
  return facts
    .filter(each => each.channel === channel)
    .map(({ address }) => ({ device: address, place: place(address) }));
}
