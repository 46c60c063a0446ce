import { setTimeout as sleep } from 'node:timers/promises';
import type { Contracts } from '../../../contracts/client/index.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { cohort } from '../../../firmware/update/offer.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { count, duration, type Hex } from '../../cli/kinds.js';
import { crypto } from '../../operator/boardChannel.js';
import { OutcomeReader } from '../../release/outcomes.js';
import { toldRelease } from '../../release/published.js';
import { type Placed, type RolloutState, rolloutState, stateLines } from '../../release/rolloutState.js';
import { channelFlags, receiptsFlag } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

const LOOK_MS = 2000;

export default defineCommand({
  summary: 'Show how far a release is, tenth by tenth of the boards',
  details:
    'The boards are those that are registered and follow the channel. Their word is the newest receipt about this release\n' +
    'that holdfast monitor and others have kept here, its signature checked. A board whose newest receipt of all names\n' +
    'another image ran it, and was brought elsewhere since. With --watch it goes on and tells each change, until Ctrl-C.',
  example: 'holdfast release status --watch',
  operands: {},
  flags: {
    ...channelFlags,
    ...receiptsFlag,
    version: flag(count(1, 0xffffffff), 'which version; the newest if left out'),
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
      const release = await toldRelease(contracts, channel, flags.version);
      const boards = await followers(contracts, channel, release.version);
      // Only the newest version rolls out step by step; boards take an older one without asking for their place.
      const isOlder = release.version !== facts.newest;
      const channelFacts = { ...facts, ...(isOlder && { rollout: 1000, halted: false }) };
      const outcomes = await reader.read(release);
      return rolloutState(release, channelFacts, boards, outcomes);
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
