/**
 * `npm run attack`: a real world in which a board obeys genuine orders while everybody else attacks it, for some
 * minutes, and a judgement of what it did.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mine } from '../../host-sim/node/chain/time.js';
import { Chance } from '../../host-sim/node/chance.js';
import { patient } from '../../host-sim/node/patience.js';
import { Closing, unlessStopped } from '../demo/closing.js';
import { createSetting, type Setting } from '../demo/setting.js';
import { benchImage } from './app.js';
import type { FoeName } from './foes/names.js';
import { startFoes } from './foes/start.js';
import { Tally } from './foes/tally.js';
import { type Act, Genuine } from './genuine.js';
import { type Finding, type JudgeOptions, judge } from './judge.js';
import { type LargestMemory, type MemoryProbe, memoryProbe } from './memory.js';
import { Operator } from './operator.js';
import { figuresOf, type OrderFigures, tellProgress } from './progress.js';
import type { CampaignRecord } from './record.js';
import { now, Witness } from './witness.js';

export interface CampaignOptions {
  /** Of all that is drawn: 0 to 2^31. */
  seed: number;
  minutes: number;
  engine: 'node' | 'xs' | 'rv32';
  /** Bytes of the board's heap on XS; its own choice if left out. */
  heap?: number;
  /** The hostile ones; all if left out. */
  foes?: readonly FoeName[];
  signal: AbortSignal;
  /** Told of all that happens, a line at a time; lines of the board too. */
  tell(line: string): void;
}

export interface CampaignResult {
  /** Nothing ran wrongly, twice or not at all, and the board never restarted by itself. */
  ok: boolean;
  seed: number;
  engine: CampaignOptions['engine'];
  seconds: number;
  orders: OrderFigures;
  /** The acts of operator, vendor and owner, and power cuts of ours. */
  acts: Readonly<Record<Act, number>>;
  /** Questions and messages by the kind that met them. */
  attacks: Record<string, number>;
  /** The board's answers: kind, verdict, code or cause. */
  verdicts: Record<string, number>;
  memory: LargestMemory;
  findings: Finding[];
}

/** Milliseconds after the last act in which the board ends what it is at. */
const SETTLE_MS = 3000;
/** Ethereum's slot. */
const BLOCK_EVERY_MS = 12_000;
/** Milliseconds in which an order must be receipted on an engine whose machine is quiet; an emulated board takes longer. */
const ORDER_MS_MAX = { node: 60_000, xs: 60_000, rv32: 180_000 };

/** Runs one campaign and ends all that it started. @throws Error with one line, when the world does not stand */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const closing = new Closing();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-attack-'));
  await closing.add(() => rmSync(directory, { recursive: true, force: true }));
  try {
    const { engine, heap, signal, tell } = options;
    const report = join(directory, 'report.json');
    const setting = await createSetting({
      ...{ engine, level: 4, ports: { chain: 0, broker: 0, images: 0 }, hostile: { images: true } },
      image: await benchImage(1, engine),
      board: { ...(engine !== 'node' && { report }), ...(heap !== undefined && { heap }) },
      signal,
      onBoardLine: line => tell(`board │ ${line}`),
      onEvent: (name, detail) => tell(`${name}: ${detail}`),
    });
    await closing.add(() => setting.close());
    return await unlessStopped(signal, attacked(setting, options, memoryProbe(setting, report)));
  } finally {
    await closing.close();
  }
}

async function attacked(
  setting: Setting,
  options: CampaignOptions,
  probe: MemoryProbe,
): Promise<CampaignResult> {
  const { engine, minutes, seed, signal } = options;
  const from = now();
  const { key } = await (await setting.as('owner')).device.read(setting.device);
  const witness = new Witness(setting.board, setting.boardChannel, key);
  const tally = new Tally();
  setting.board.on('ended', ({ detail, why }) => {
    if (why === 'fault' || why === 'watchdog')
      options.tell(`the board ended (${why}, ${detail}) after ${tally.latest.join('; ')}`);
  });
  const orderMsMax = patient(ORDER_MS_MAX[engine]);
  const bounds = { orderMsMax, releaseMsMax: patient(60_000), reportMsMax: patient(15_000) };
  const operator = new Operator({ setting, witness, signal, ...bounds });
  const genuine = new Genuine(operator, new Chance(seed), signal);
  const judged = async (change: Partial<JudgeOptions> = {}) =>
    judge(await recordOf(setting, witness), { nowMs: now(), ...bounds, ...change });
  // The board knows the time, and its broker's prover, before anybody lies to it.
  await setting.finality!.answerAtBroker(setting.broker);
  await genuine.act('order');
  const ended = new AbortController();
  const foes = await startFoes(
    setting,
    tally,
    { names: options.foes, seed },
    AbortSignal.any([signal, ended.signal]),
  );
  const blocks = mineOnAndOn(setting, ended.signal);
  const progress = tellProgress({ from, judged, probe, tally, witness }, options.tell, ended.signal);
  try {
    for (const until = from + minutes * 60_000; now() < until && !witness.dead; ) {
      signal.throwIfAborted();
      await genuine.next((until - now()) / (minutes * 60_000));
    }
    if (engine === 'rv32' && !witness.dead) await genuine.act('update');
  } finally {
    ended.abort();
    await Promise.all([...foes, progress, blocks]);
  }
  // What came of the last messages is on the pins, and signed, by then.
  await setTimeout(patient(SETTLE_MS), undefined, { signal });
  const findings = await judged({ reportMsMax: 0 });
  if (witness.dead)
    findings.push({ kind: 'restart', what: `the board is gone: ${witness.dead}`, atMs: now() });
  return {
    ...{ ok: findings.length === 0, seed, engine, seconds: Math.round((now() - from) / 1000) },
    ...{ orders: figuresOf(witness), acts: genuine.counts },
    ...{ attacks: tally.all, verdicts: witness.answers.all, memory: await probe(), findings },
  };
}

/**
 * A block now and then whatever happens, as every chain has them: once in an hour anvil leaves a transaction that comes
 * while it mines for the block after, and nobody else may be about to make one.
 */
async function mineOnAndOn({ rpc }: Setting, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await setTimeout(BLOCK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await mine(rpc, 1);
  }
}

/** All that was seen, beside the links as the chain has them. */
async function recordOf(setting: Setting, witness: Witness): Promise<CampaignRecord> {
  const owner = await setting.as('owner');
  const links = (await owner.device.links(setting.device)).map(({ commandHash }) =>
    commandHash.toLowerCase(),
  );
  const { effects, holds, orders, receipts, releases, restarts, strays } = witness;
  return { links, effects, holds, orders, receipts, releases, restarts, strays };
}
