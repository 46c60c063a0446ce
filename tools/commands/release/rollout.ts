import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag, optionalOperand, type Surroundings } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { bytesOfFile, count, duration } from '../../cli/kinds.js';
import { type Followed, followPlan } from '../../release/followPlan.js';
import { LIST_BYTES_MAX, madeList } from '../../release/madeList.js';
import { OutcomeReader } from '../../release/outcomes.js';
import { share, shares } from '../../release/plan.js';
import { channelFlags, mineFlag, receiptsFlag, signerFlags } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

const DAY_SECONDS = 86_400;

export default defineCommand({
  summary: 'Let more, or fewer, boards take the newest release (a release key)',
  details:
    'Each board has a place from 0 to 999 for each version, by its address; those below the number take it. More counts\n' +
    'for a board once it is final, fewer at once. One of the release keys is enough. With --plan it goes step by step:\n' +
    'after each it watches the receipts that holdfast monitor keeps, and where more boards than --max-failures left the\n' +
    'release, no other board takes it. With --made the failures of genuine boards are told to the channel, which halts by\n' +
    'itself. Begun again, it goes on where the channel stands. Exit status 1 when it stopped.',
  example: 'holdfast release rollout --plan 1,10,50,100 --after 1h --max-failures 2%',
  operands: { boards: optionalOperand(count(0, 1000), 'how many of a thousand boards') },
  flags: {
    ...channelFlags,
    ...signerFlags,
    plan: flag(shares, 'the steps instead, in percent of the boards'),
    after: flag(duration(30 * DAY_SECONDS), 'how long a step is watched (default 1h)', 3600),
    'max-failures': flag(share, 'of the boards that tried it, how many may have left it (default 2%)', 20),
    made: flag(
      bytesOfFile(LIST_BYTES_MAX),
      'the list of the boards that the vendor made, a Device’s address a line',
    ),
    ...receiptsFlag,
    ...mineFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    if ((operands.boards === undefined) === (flags.plan === undefined))
      throw new UsageError('holdfast release rollout needs a number of boards, or --plan.');
    const settings = new Settings(flags);
    const [key] = await settings.signers(input, 'releaseKeys', flags.signer);
    const contracts = await settings.chainWith(key);
    const channel = settings.need('channel');
    const facts = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    const { newest: version, rollout: before } = facts;
    if (version === 0)
      throw new Failure('not_published', `The channel ${channel} has no release: publish one first.`);
    const final = finality(input, settings, contracts.chain.chainId, !flags['no-mine']);
    if (flags.plan !== undefined) {
      const text = flags.made && Buffer.from(flags.made).toString();
      const followed = await followPlan(input, {
        ...{ contracts, channel, final, plan: flags.plan, afterMs: flags.after * 1000 },
        failuresMaxPerMille: flags['max-failures'],
        reader: new OutcomeReader(contracts, settings.receipts, channel),
        paths: text === undefined ? undefined : madeList(text, facts.manufactureRoot),
      });
      return { ok: followed.stopped === undefined, channel, before, ...followed };
    }
    const rollout = operands.boards!;
    const about = { ok: true, channel, version, before, rollout };
    if (rollout === before) return about;
    const change = rollout > before ? 'widen' : 'narrow';
    const { blockNumber, transactionHash } = await contracts.channel[change](channel, version, rollout);
    await final(Number(blockNumber));
    return { ...about, blockNumber, transactionHash };
  },
  show: result => {
    const { before, version } = result;
    if ('steps' in result) return planLines(result);
    return [
      before === result.rollout
        ? `Version ${version} is for ${before} of 1000 boards already.`
        : `Version ${version} is for ${result.rollout} of 1000 boards now, it was for ${before}.`,
    ];
  },
});

const reasons: Readonly<Record<NonNullable<Followed['stopped']>, string>> = {
  failures: 'too many boards left it: no other board takes it now. Publish a newer version',
  paused: 'a guardian paused the channel: holdfast channel resume lets it go on',
  halted:
    'failures of genuine boards halted it by contract: publish a newer version, or holdfast channel resume',
  newer: 'a newer version was published',
};

function planLines({ steps, stopped, version }: Followed): string[] {
  const last = steps.at(-1);
  const told = last ? `${last.done} boards run it, ${last.failed} left it` : 'nothing was to be done';
  return [
    stopped === undefined
      ? `Version ${version} is through its plan: ${told}.`
      : `Version ${version} stopped: ${reasons[stopped]} (${told}).`,
  ];
}

/** Waits until a block is final, or mines a development chain to it. */
const finality =
  (input: Surroundings, settings: Settings, chainId: number, mine: boolean) =>
  async (block: number): Promise<void> => {
    const rpc: string = settings.need('rpc');
    await seeToFinality(input, { rpc, chainId, block, mine });
  };
