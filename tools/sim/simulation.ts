/** A seeded world, from its first block to its verdict: one chain, a broker, endpoints, boards, operators, faults. */
import { withAbandoned } from '../../host-sim/world/abandoned.js';
import type { WorldBoard } from '../../host-sim/world/board.js';
import { VirtualBroker } from '../../host-sim/world/broker.js';
import type { MinedBlock } from '../../host-sim/world/chain.js';
import { Checkers } from '../../host-sim/world/checkers.js';
import { EventLog } from '../../host-sim/world/eventLog.js';
import type { Finding } from '../../host-sim/world/finding.js';
import { VirtualNetwork } from '../../host-sim/world/network.js';
import type { ReceiptFact } from '../../host-sim/world/receiptRules.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { SteppedRealms } from '../../host-sim/xs/steppedRealm.js';
import { Ascription } from './ascription.js';
import { Collusion, collude } from './collusion.js';
import { Decisions } from './decisions.js';
import { Ear } from './ear.js';
import { serveEndpoints } from './endpoints.js';
import { noFaults } from './faultNames.js';
import { FaultPlan } from './faultPlan.js';
import { serveFinality } from './finality.js';
import type { Finality } from './finalityGround.js';
import { forgerAt } from './forger.js';
import { fillBlocks } from './fullBlocks.js';
import { garbleLines } from './garble.js';
import { type Ground, layGround } from './ground.js';
import { guardPlace } from './guardian.js';
import { Hand } from './hand.js';
import { obeyHand, touchWorld } from './handTouches.js';
import { rotateKeys } from './keyRotations.js';
import { linksIn } from './linksIn.js';
import { Members } from './members.js';
import { orderMisfits } from './misfits.js';
import { beginEpochs } from './newEpochs.js';
import { BROKER } from './provision.js';
import { reorganise } from './reorganisations.js';
import { rotStores } from './rot.js';
import type { SimOptions, SimResult } from './run.js';
import { sellBoards } from './sale.js';
import { Settling } from './settling.js';
import type { Stage } from './stage.js';
import { suspendBoards } from './suspension.js';
import { stealKey } from './thief.js';
import { Updates } from './updates.js';
import type { VerdictCounts } from './verdicts.js';

const MINUTE_MS = 60_000;
/** After the last fault: how long everything may take to be receipted. An owner who errs waits 45 minutes of it. */
const HEAL_MS_MAX = 120 * MINUTE_MS;

/** A run that ends at its first finding. @throws Error when the world itself cannot go on */
export async function simulate(options: SimOptions): Promise<SimResult> {
  const simulation = new Simulation(options, await layGround(options));
  try {
    return await withAbandoned(
      error => simulation.fail(error),
      () => simulation.run(),
    );
  } finally {
    await simulation.close();
  }
}

class Simulation {
  readonly #options: SimOptions;
  readonly #log: EventLog;
  readonly #finality: Finality | undefined;
  readonly #realms: SteppedRealms | undefined;
  readonly #stage: Stage;
  readonly #members: Members;
  readonly #updates: Updates;
  readonly #collusion = new Collusion();
  readonly #findings: Finding[] = [];
  readonly #verdicts: VerdictCounts = {};
  readonly #cpuBefore = process.cpuUsage();
  #blocks = 0;
  #events = 0;

  constructor(options: SimOptions, ground: Ground) {
    this.#options = options;
    this.#log = new EventLog(options.onLine);
    this.#finality = ground.finality;
    this.#realms = ground.realms;
    this.#stage = this.#newStage(ground);
    const { broker, chain, counts, faults, judge, seed, tell, time, untilMs } = this.#stage;
    const { crypto, finality, image, realms } = ground;
    chain.onBlock(block => this.#mined(block));
    const { checkers } = this.#stage;
    const ear = new Ear({
      ...{ tell, judge, onReceipt: (board, receipt) => this.#receipted(board, receipt) },
      isLossy: board => checkers.isLossy(board),
      onBirth: (board, birth) => checkers.born(board, birth),
    });
    broker.onMessage(message => ear.hear(message));
    const plan = new FaultPlan(this.#stage, board => this.#members.powerWasCut(board));
    const forger = faults.includes('forge')
      ? forgerAt(broker, { time, seed, untilMs }, what => {
          counts.forge++;
          tell('forger', what);
        })
      : undefined;
    const ascription = new Ascription(this.#stage);
    this.#updates = new Updates({
      ...{ stage: this.#stage, boards: options.boards, first: image, rollout: options.rollout },
      customers: () => this.#members.customers,
      onUngiven: () => ascription.begin(),
    });
    const approvalFor = (device: string) => this.#updates.ungiven(device);
    serveEndpoints(this.#stage, approvalFor, this.#collusion, ascription);
    if (finality) serveFinality(this.#stage, finality);
    obeyHand(this.#stage);
    const { isPrompt, mutant, orderPauseMs } = options;
    this.#members = new Members(
      {
        ...{ stage: this.#stage, crypto, finality, image, ear, forger, plan, updates: this.#updates },
        ...{ verdicts: this.#verdicts, forgets: mutant === 'forgets', isPrompt, orderPauseMs },
        makeRealm: realms?.make,
      },
      options.boards,
    );
  }

  async run(): Promise<SimResult> {
    const { faults, time, untilMs } = this.#stage;
    this.#members.begin();
    const customers = () => this.#members.customers;
    if (faults.includes('pause')) time.spawn(guardPlace(this.#stage));
    if (faults.includes('suspend')) time.spawn(suspendBoards(this.#stage, customers));
    if (faults.includes('epoch')) time.spawn(beginEpochs(this.#stage, customers));
    if (faults.includes('thief')) time.spawn(stealKey(this.#stage, customers));
    if (faults.includes('transfer')) time.spawn(sellBoards(this.#stage, this.#finality, customers));
    if (faults.includes('reorg')) time.spawn(reorganise(this.#stage, customers));
    if (faults.includes('full')) time.spawn(fillBlocks(this.#stage));
    if (faults.includes('garble')) time.spawn(garbleLines(this.#stage, customers));
    if (faults.includes('rot')) time.spawn(rotStores(this.#stage, customers));
    const signers = this.#finality?.signers;
    if (faults.includes('keys') && signers) rotateKeys(this.#stage, signers, customers);
    if (faults.includes('collude') && !this.#finality)
      time.spawn(collude(this.#stage, this.#collusion, customers));
    if (faults.includes('misfit')) time.spawn(orderMisfits(this.#stage, customers));
    this.#updates.begin();
    await this.#runUntil(untilMs);
    this.#stage.hand.release();
    const healedMs = untilMs + HEAL_MS_MAX;
    while (this.#findings.length === 0 && time.nowMs < healedMs && !this.#isQuiet()) {
      await this.#runUntil(time.nowMs + MINUTE_MS);
    }
    if (this.#findings.length === 0) {
      const { checkers } = this.#stage;
      this.#findings.push(...checkers.end(), ...this.#updates.rules.end(), ...this.#members.outOfBounds());
    }
    return this.#result();
  }

  /** An error that nobody handled restarts the board whose image it is of; any other ends the run. */
  fail(error: unknown): void {
    if (!this.#members.takeFault(error)) this.#stage.time.spawn(Promise.reject(error));
  }

  close(): Promise<void> {
    this.#members.close();
    return this.#stage.chain.close();
  }

  #newStage({ chain, place, time }: Ground): Stage {
    const { faults, hours, seed } = this.#options;
    const network = new VirtualNetwork(time, seededChance(seed, 'network'));
    return {
      ...{ time, network, chain, place, seed, faults },
      broker: new VirtualBroker(time, network, BROKER),
      checkers: new Checkers(),
      settling: new Settling(),
      decisions: new Decisions(),
      counts: noFaults(),
      hand: this.#options.hand ?? new Hand(),
      untilMs: hours * 60 * MINUTE_MS,
      tell: (actor, what) => this.#log.add(time.nowMs, actor, what),
      judge: findings => this.#judge(findings),
    };
  }

  #result(): SimResult {
    const { chain, checkers, counts, settling, time } = this.#stage;
    const { system, user } = process.cpuUsage(this.#cpuBefore);
    const chainCpuSeconds = chain.cpuSeconds();
    const hours = time.nowMs / (60 * MINUTE_MS);
    const { boards, seed } = this.#options;
    return {
      ...{ ok: this.#findings.length === 0, seed, findings: this.#findings },
      ...{ lines: this.#log.count, logHash: this.#log.digest(), tail: this.#log.tail },
      ...{ events: this.#events, links: checkers.links, receipts: checkers.receipts, blocks: this.#blocks },
      ...{ faults: counts, verdicts: this.#verdicts, hours, boardHours: hours * boards },
      settling: settling.times,
      ...(this.#updates.outcomes && { outcomes: this.#updates.outcomes }),
      cpuSeconds: (user + system) / 1e6 + (this.#realms?.cpuSeconds ?? 0),
      ...(chainCpuSeconds !== undefined && { chainCpuSeconds }),
    };
  }

  async #runUntil(untilMs: number): Promise<void> {
    const { hand, time } = this.#stage;
    while (time.nowMs < untilMs && this.#findings.length === 0) {
      const { pacing, signal } = this.#options;
      signal.throwIfAborted();
      const pacedMs = (await pacing?.until(time.nowMs, time.nextMs)) ?? untilMs;
      const sliceMs = Math.min(untilMs, pacedMs, hand.nextMs, time.nowMs + MINUTE_MS / 6);
      this.#events += await time.run(Math.max(time.nowMs, sliceMs));
      await this.#touch();
      this.#options.onProgress?.(time.nowMs, this.#events);
    }
  }

  /** Touches that are due, each between two events: what one begins at once has happened before the next. */
  async #touch(): Promise<void> {
    const { hand, time, untilMs } = this.#stage;
    const world = {
      ...{ stage: this.#stage, finality: this.#finality, boards: this.#options.boards },
      isReady: () => this.#members.areActive,
      customers: () => this.#members.customers,
      board: (name: string) => this.#members.named(name),
      onPowerCut: (board: WorldBoard) => this.#members.powerWasCut(board),
      approvalFor: (device: string) => this.#updates.ungiven(device),
    };
    while (time.nowMs < untilMs && this.#findings.length === 0) {
      const next = hand.take(time.nowMs);
      if (!next) return;
      next.answer(touchWorld(world, next.touch));
      this.#events += await time.run(time.nowMs);
    }
  }

  #isQuiet(): boolean {
    return this.#stage.checkers.isQuiet && this.#updates.isDone;
  }

  #judge(findings: readonly Finding[]): void {
    for (const { rule, what } of findings) this.#stage.tell('checker', `${rule}: ${what}`);
    this.#findings.push(...findings);
  }

  #receipted(board: string, receipt: ReceiptFact): void {
    const { chain, checkers, settling, time } = this.#stage;
    if (receipt.outcome === 'done') settling.done(receipt.envelope, time.nowMs);
    this.#judge(checkers.receipted(board, receipt, chain.nowSeconds));
    this.#judge(this.#updates.receipted(board, receipt));
  }

  /** Links are read from the chain's own logs: a link is one there, whatever its sender believes. */
  async #mined({ hash, number, transactions }: MinedBlock): Promise<void> {
    const { chain, checkers, tell } = this.#stage;
    this.#blocks = number;
    tell('chain', `block ${number} ${hash}, ${transactions} transactions`);
    if (transactions === 0) return;
    for (const envelope of await linksIn(chain, number, checkers.unlinked))
      checkers.linked(envelope, number, chain.nowSeconds);
  }
}
