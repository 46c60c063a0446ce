/**
 * `npm run attack`: a real world in which a board obeys genuine orders while everybody else attacks it, for some
 * minutes, and a judgement of what it did.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Chance } from '../../host-sim/node/chance.js';
import { patient } from '../../host-sim/node/patience.js';
import { Closing, unlessStopped } from '../demo/closing.js';
import { createSetting, type Setting } from '../demo/setting.js';
import { benchImage } from './app.js';
import { brokerFoe } from './foes/broker.js';
import { endpointFoe } from './foes/endpoint.js';
import type { Foe } from './foes/foe.js';
import { imageFoe } from './foes/images.js';
import { proverFoe } from './foes/prover.js';
import { type Finding, judge } from './judge.js';
import { type LargestMemory, type MemoryProbe, memoryProbe } from './memory.js';
import { Operator } from './operator.js';
import type { CampaignRecord } from './record.js';
import { Tally } from './tally.js';
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
  /** What happens, a line at a time; lines of the board too. */
  tell(line: string): void;
}

export interface CampaignResult {
  /** Nothing ran wrongly, twice or not at all, and the board never restarted by itself. */
  ok: boolean;
  seed: number;
  engine: CampaignOptions['engine'];
  seconds: number;
  orders: { placed: number; done: number; slowestSeconds: number };
  updates: number;
  pauses: number;
  powerCuts: number;
  /** How many questions or messages met each kind. */
  attacks: Record<string, number>;
  /** The board's answers: kind, verdict, code or cause. */
  verdicts: Record<string, number>;
  memory: LargestMemory;
  findings: Finding[];
}

/** Milliseconds between two lines of progress, each with a look at the memory. */
const PROGRESS_MS = 10_000;
/** The last part of a campaign, in which no update begins. */
const LAST_PART = 0.3;
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
      ...{ engine, level: 4, ports: { chain: 0, broker: 0, images: 0 }, hostile: true },
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
  const orderMsMax = patient(ORDER_MS_MAX[engine]);
  const bounds = { orderMsMax, releaseMsMax: patient(60_000), reportMsMax: patient(15_000) };
  const genuine = new Genuine(
    new Operator({ setting, witness, signal, ...bounds }),
    new Chance(seed),
    engine,
  );
  const judged = async () => judge(await recordOf(setting, witness), { nowMs: now(), ...bounds });
  // The board knows the time, and its broker's prover, before anybody lies to it.
  await setting.finality!.answerAtBroker(setting.broker);
  await genuine.act('order');
  const ended = new AbortController();
  const foes = await startFoes(setting, tally, options, AbortSignal.any([signal, ended.signal]));
  const progress = tellProgress({ from, judged, probe, tally, witness }, options, ended.signal);
  try {
    for (const until = from + minutes * 60_000; now() < until && !witness.dead; ) {
      signal.throwIfAborted();
      await genuine.next((until - now()) / (minutes * 60_000));
    }
    if (engine === 'rv32' && !witness.dead) await genuine.act('update');
  } finally {
    ended.abort();
    await Promise.all([...foes, progress]);
  }
  const findings = await judged();
  if (witness.dead)
    findings.push({ kind: 'restart', what: `the board is gone: ${witness.dead}`, atMs: now() });
  return {
    ...{ ok: findings.length === 0, seed, engine, seconds: Math.round((now() - from) / 1000) },
    ...figuresOf(witness),
    ...genuine.counts,
    ...{ attacks: tally.all, verdicts: witness.answers.all, memory: await probe(), findings },
  };
}

/** What the operator does, drawn. */
class Genuine {
  readonly counts = { updates: 0, pauses: 0, powerCuts: 0 };
  readonly #operator: Operator;
  readonly #chance: Chance;
  #done = 0;

  constructor(
    operator: Operator,
    chance: Chance,
    readonly engine: CampaignOptions['engine'],
  ) {
    this.#operator = operator;
    this.#chance = chance;
  }

  /** The next act; rare ones come early too, so that a short campaign has each. @param left part of the campaign */
  async next(left: number): Promise<void> {
    const turn = this.#done++ % 12;
    if (turn === 3) return this.act('cut');
    if (turn === 5) return this.act('pause');
    if (turn === 7 && left > LAST_PART) return this.act('update');
    await this.act('order');
    await setTimeout(this.#chance.below(1500));
  }

  async act(what: 'order' | 'cut' | 'pause' | 'update'): Promise<void> {
    if (what === 'cut') this.counts.powerCuts++;
    if (what === 'pause') this.counts.pauses++;
    if (what === 'update') this.counts.updates++;
    await this.#operator[what](this.#chance);
  }
}

export const foeNames = ['endpoint', 'prover', 'images', 'broker'] as const;
export type FoeName = (typeof foeNames)[number];

/** Each has its own chance, so that none waits for another and the seed gives each the same attacks. */
async function startFoes(
  setting: Setting,
  tally: Tally,
  { foes: names = foeNames, seed }: CampaignOptions,
  signal: AbortSignal,
): Promise<Promise<void>[]> {
  const { hostile: prover, beacon } = setting.finality!;
  const { endpoint, images } = setting.hostile!;
  const { committeeSize } = beacon.chain;
  const made: Record<FoeName, () => Foe | Promise<Foe>> = {
    endpoint: () => endpointFoe(endpoint, tally, signal),
    prover: () => proverFoe({ prover: prover!, committeeSize }, tally, signal),
    images: () => imageFoe(images, tally, signal),
    broker: () => brokerFoe(setting, tally, signal),
  };
  const foes = await Promise.all(names.map(async name => ({ name, foe: await made[name]() })));
  return foes.map(async ({ foe, name }) => {
    const chance = new Chance(seed * (foeNames.length + 1) + foeNames.indexOf(name) + 1);
    while (!signal.aborted) {
      // A board that is off has no topics; the foe tries again.
      await foe.strike(chance).catch(() => setTimeout(200));
    }
  });
}

async function recordOf(setting: Setting, witness: Witness): Promise<CampaignRecord> {
  const owner = await setting.as('owner');
  const links = (await owner.device.links(setting.device)).map(({ commandHash }) =>
    commandHash.toLowerCase(),
  );
  const { effects, holds, orders, receipts, releases, restarts, strays } = witness;
  return { links, effects, holds, orders, receipts, releases, restarts, strays };
}

function figuresOf({ orders, receipts }: Witness): Pick<CampaignResult, 'orders'> {
  const seconds = orders.flatMap(({ fromMs, hash }) => {
    const receipt = receipts.find(each => each.hash === hash && each.outcome === 'done');
    return receipt ? [Math.max(0, (receipt.atMs - fromMs) / 1000)] : [];
  });
  const slowestSeconds = Math.round(10 * Math.max(0, ...seconds)) / 10;
  return { orders: { placed: orders.length, done: seconds.length, slowestSeconds } };
}

interface Watched {
  from: number;
  judged(): Promise<Finding[]>;
  probe: MemoryProbe;
  tally: Tally;
  witness: Witness;
}

/** A line every ten seconds, and each finding when it is first seen. */
async function tellProgress(
  { from, judged, probe, tally, witness }: Watched,
  { tell }: CampaignOptions,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    await setTimeout(PROGRESS_MS, undefined, { signal }).catch(() => {});
    const { bytes = 0 } = await probe();
    const findings = await judged().catch(() => []);
    for (const { kind, what } of findings) {
      // What is late stays so, with other figures.
      const name = what.replace(/\d+ s$/, '');
      if (told.has(name)) continue;
      told.add(name);
      tell(`FOUND ${kind}: ${what}`);
    }
    const { done, placed, slowestSeconds } = figuresOf(witness).orders;
    tell(
      `${Math.round((now() - from) / 1000)} s: ${done} of ${placed} orders done, slowest ${slowestSeconds} s; ` +
        `${tally.sum} attacks; memory ${Math.round(bytes / 1024)} KB; ${findings.length} findings`,
    );
  }
}
