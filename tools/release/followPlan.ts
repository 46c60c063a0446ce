/** A roll-out in steps that watches its boards: it widens while few fail, and takes the release back from all others when more do. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContractError,
  type Contracts,
  type Hex,
  type PublishedRelease,
} from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import type { Paths } from './madeList.js';
import { type OutcomeReader, type Outcomes, receiptFields } from './outcomes.js';
import { nextStep, tooManyFailed } from './plan.js';
import { publishedRelease } from './published.js';

/** Milliseconds between two looks at receipts and channel, at most. */
const LOOK_MS_MAX = 10_000;

export interface Following {
  /** They write with a release key. */
  contracts: Contracts;
  channel: Hex;
  /** Rising, in thousandths. */
  plan: readonly number[];
  /** Milliseconds that a step is watched before the next. */
  afterMs: number;
  failuresMaxPerMille: number;
  reader: OutcomeReader;
  /** The proofs of the boards on the vendor's list: their failures are told to the contract, which halts by itself. */
  paths?: Paths | undefined;
  /** Resolves when the block is final, or at once where nobody waits. */
  final(block: number): Promise<void>;
}

export interface Step {
  /** Of a thousand. */
  rollout: number;
  done: number;
  failed: number;
}

export interface Followed {
  version: number;
  steps: Step[];
  /** The reason why it did not come to its end. */
  stopped?: 'failures' | 'paused' | 'halted' | 'newer';
}

/** Goes through the plan from where the channel stands. @throws ContractError; the signal's reason when it is interrupted */
export async function followPlan(
  input: Pick<Surroundings, 'emit' | 'progress' | 'signal' | 'warn'>,
  following: Following,
): Promise<Followed> {
  const { channel, contracts, plan } = following;
  const release = await publishedRelease(contracts, channel, undefined);
  const { version } = release;
  const reported = new Set<Hex>();
  const steps: Step[] = [];
  let { rollout } = await contracts.channel.read(channel);
  for (;;) {
    // A share that was rolled out before this began was watched by nobody, as far as is known here.
    if (rollout > 0) {
      const { outcomes, stopped } = await watch(input, { ...following, release, rollout, reported });
      const step = { rollout, done: outcomes.done.length, failed: outcomes.failed.length };
      steps.push(step);
      input.emit(
        { step },
        `${rollout} of 1000: ${step.done} boards run version ${version}, ${step.failed} left it`,
      );
      if (stopped === 'failures') await contracts.channel.narrow(channel, version, 0);
      if (stopped) return { version, steps, stopped };
    }
    const next = nextStep(plan, rollout);
    if (next === undefined) return { version, steps };
    const { blockNumber } = await contracts.channel.widen(channel, version, next);
    await following.final(Number(blockNumber));
    rollout = next;
  }
}

interface Watching extends Following {
  release: PublishedRelease;
  rollout: number;
  /** Boards whose failure the contract knows. */
  reported: Set<Hex>;
}

async function watch(
  input: Pick<Surroundings, 'progress' | 'signal' | 'warn'>,
  watching: Watching,
): Promise<{ outcomes: Outcomes; stopped?: NonNullable<Followed['stopped']> }> {
  const { afterMs, channel, contracts, failuresMaxPerMille, reader, release, rollout } = watching;
  const lookMs = Math.max(100, Math.min(LOOK_MS_MAX, afterMs / 10));
  for (let leftMs = afterMs; ; leftMs -= lookMs) {
    const outcomes = await reader.read(release);
    const told = `${outcomes.done.length} run it, ${outcomes.failed.length} left it`;
    input.progress?.(
      `${rollout} of 1000 boards: ${told}; ${Math.ceil(Math.max(0, leftMs) / 1000)} s to the next step`,
    );
    await report(input, watching, outcomes);
    if (tooManyFailed(outcomes, failuresMaxPerMille)) return { outcomes, stopped: 'failures' };
    const { halted, newest, paused } = await contracts.channel.read(channel);
    const stopped = halted ? 'halted' : paused ? 'paused' : newest !== release.version ? 'newer' : undefined;
    if (stopped) return { outcomes, stopped };
    if (leftMs <= 0) return { outcomes };
    await sleep(Math.min(lookMs, Math.max(0, leftMs)), undefined, { signal: input.signal });
  }
}

/** Tells the contract of the failures of genuine boards, each board once: enough of them halt the roll-out there. */
async function report(
  { warn }: Pick<Surroundings, 'warn'>,
  { channel, contracts, paths, release, reported }: Watching,
  { failed }: Outcomes,
): Promise<void> {
  if (!paths) return;
  for (const { device, receipt } of failed) {
    const path = paths(device);
    if (!path || reported.has(device)) continue;
    reported.add(device);
    const signature = `0x${Buffer.from(receipt.signature).toString('hex')}` as Hex;
    const fields = receiptFields(receipt.receipt);
    try {
      await contracts.channel.reportFailure(channel, device, fields, signature, release, path);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      if (error.code !== 'AlreadyCounted')
        warn(`the contract does not count the failure of ${device}: ${error.message}`);
    }
  }
}
