/** A seeded world, from its first block to its verdict: one chain, a broker, endpoints, boards, operators, faults. */
import { createHash } from 'node:crypto';
import { fromHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { withAbandoned } from '../../host-sim/world/abandoned.js';
import { WorldBoard, type WorldFlash } from '../../host-sim/world/board.js';
import { VirtualBroker } from '../../host-sim/world/broker.js';
import type { MinedBlock, VirtualChain } from '../../host-sim/world/chain.js';
import { Checkers } from '../../host-sim/world/checkers.js';
import { serveEndpoint } from '../../host-sim/world/endpoint.js';
import { EventLog } from '../../host-sim/world/eventLog.js';
import type { Finding } from '../../host-sim/world/finding.js';
import { VirtualNetwork } from '../../host-sim/world/network.js';
import type { ReceiptFact } from '../../host-sim/world/receiptRules.js';
import { seededChance, seededEntropy } from '../../host-sim/world/seed.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { MarkReader } from '../attack/marks.js';
import { Ear } from './ear.js';
import { FaultPlan } from './faultPlan.js';
import { BoardOperator, BROKER, ENDPOINTS } from './fleetOperator.js';
import { type Forger, forgerAt } from './forger.js';
import { type Ground, layGround } from './ground.js';
import { guardPlace } from './guardian.js';
import { linksIn } from './linksIn.js';
import type { Place } from './place.js';
import type { SimOptions, SimResult } from './run.js';
import { Updates } from './updates.js';
import type { Customer } from './vendor.js';
import { countVerdicts, type VerdictCounts } from './verdicts.js';

const MINUTE_MS = 60_000;
/** After the last fault: how long everything may take to be receipted. */
const HEAL_MS_MAX = 60 * MINUTE_MS;
/** Until a block with the contracts is final: a board that is asked before has nothing to go by. */
const FIRST_FINAL_MS = 3 * MINUTE_MS;

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

interface Member {
  board: WorldBoard;
  operator: BoardOperator;
  marks: MarkReader;
  /** Once it is active. */
  customer?: Customer;
  /** Of the mutant that forgets. */
  snapshot?: WorldFlash;
}

class Simulation {
  readonly #options: SimOptions;
  readonly #crypto: Crypto | undefined;
  readonly #time: VirtualTime;
  readonly #network: VirtualNetwork;
  readonly #chain: VirtualChain;
  readonly #place: Place;
  readonly #log: EventLog;
  readonly #plan: FaultPlan;
  readonly #checkers = new Checkers();
  readonly #members: Member[] = [];
  readonly #ear: Ear;
  readonly #updates: Updates;
  readonly #forger: Forger | undefined;
  readonly #findings: Finding[] = [];
  readonly #verdicts: VerdictCounts = {};
  readonly #cpuBefore = process.cpuUsage();
  #blocks = 0;
  #events = 0;

  constructor(options: SimOptions, { chain, crypto, image, place, time }: Ground) {
    const { boards, faults, onLine, seed } = options;
    this.#options = options;
    this.#crypto = crypto;
    this.#time = time;
    this.#chain = chain;
    this.#place = place;
    this.#log = new EventLog(onLine);
    this.#network = new VirtualNetwork(time, seededChance(seed, 'network'));
    for (const name of ENDPOINTS) serveEndpoint(this.#network, name, chain);
    this.#ear = new Ear({
      tell: (actor, what) => this.#tell(actor, what),
      judge: findings => this.#judge(findings),
      onReceipt: (board, receipt) => this.#receipted(board, receipt),
    });
    const broker = new VirtualBroker(time, this.#network, BROKER);
    broker.onMessage(message => this.#ear.hear(message));
    this.#plan = new FaultPlan({
      ...{ time, network: this.#network, chance: seededChance(seed, 'faults'), faults },
      untilMs: this.#endMs,
      tell: (actor, what) => this.#tell(actor, what),
      onPowerCut: board => this.#forget(board),
    });
    chain.onBlock(block => this.#mined(block));
    if (faults.includes('forge')) {
      this.#forger = forgerAt(broker, { time, seed, untilMs: this.#endMs }, what => {
        this.#plan.counts.forge++;
        this.#tell('forger', what);
      });
    }
    this.#updates = new Updates({
      ...{ time, network: this.#network, place, seed, boards, faults, checkers: this.#checkers },
      ...{ first: image, untilMs: this.#endMs, counts: this.#plan.counts },
      customers: () => this.#members.flatMap(({ customer }) => customer ?? []),
      tell: (actor, what) => this.#tell(actor, what),
    });
    for (let i = 1; i <= boards; i++) this.#members.push(this.#newMember(`board-${i}`, image));
  }

  async run(): Promise<SimResult> {
    for (const member of this.#members) this.#time.spawn(this.#live(member));
    if (this.#options.faults.includes('pause')) this.#time.spawn(this.#guard());
    this.#updates.begin();
    await this.#runUntil(this.#endMs);
    const healedMs = this.#endMs + HEAL_MS_MAX;
    while (this.#findings.length === 0 && this.#time.nowMs < healedMs && !this.#isQuiet()) {
      await this.#runUntil(this.#time.nowMs + MINUTE_MS);
    }
    if (this.#findings.length === 0)
      this.#findings.push(...this.#checkers.end(), ...this.#updates.rules.end());
    const { system, user } = process.cpuUsage(this.#cpuBefore);
    const chainCpuSeconds = this.#chain.cpuSeconds();
    const hours = this.#time.nowMs / 3_600_000;
    return {
      ok: this.#findings.length === 0,
      seed: this.#options.seed,
      findings: this.#findings,
      ...{ lines: this.#log.count, logHash: this.#log.digest(), tail: this.#log.tail },
      ...{ events: this.#events, links: this.#checkers.links, receipts: this.#checkers.receipts },
      ...{
        blocks: this.#blocks,
        faults: this.#plan.counts,
        verdicts: this.#verdicts,
        hours,
        boardHours: hours * this.#members.length,
      },
      cpuSeconds: (user + system) / 1e6,
      ...(chainCpuSeconds !== undefined && { chainCpuSeconds }),
    };
  }

  /** An error that nobody handled restarts the board whose image it is of; any other ends the run. */
  fail(error: unknown): void {
    if (this.#members.some(({ board }) => board.takeFault(error))) return;
    this.#time.spawn(Promise.reject(error));
  }

  close(): Promise<void> {
    for (const { board } of this.#members) board.powerCut();
    return this.#chain.close();
  }

  get #endMs(): number {
    return this.#options.hours * 3_600_000;
  }

  async #runUntil(untilMs: number): Promise<void> {
    while (this.#time.nowMs < untilMs && this.#findings.length === 0) {
      this.#options.signal.throwIfAborted();
      this.#events += await this.#time.run(Math.min(untilMs, this.#time.nowMs + MINUTE_MS / 6));
      this.#options.onProgress?.(this.#time.nowMs, this.#events);
    }
  }

  #isQuiet(): boolean {
    const { links, receipts, unlinked } = this.#checkers;
    return unlinked.length === 0 && receipts === links && this.#updates.isDone;
  }

  #newMember(name: string, image: Uint8Array): Member {
    const { seed } = this.#options;
    const [crypto, time] = [this.#crypto, this.#time];
    const board = new WorldBoard({
      seed: seededChance(seed, `flash of ${name}`).below(2 ** 31),
      ...{ name, time, network: this.#network, entropy: seededEntropy(seed, name), crypto },
      onEvent: what => {
        member.marks.begin();
        this.#tell(name, what);
      },
      onStart: started => this.#judge(this.#updates.rules.started(name, started)),
      onNothingToStart: why => this.#judge(this.#updates.rules.hasNothingToStart(name, why)),
      onTorn: () => this.#plan.torn(board),
      onPin: (pin, on) => this.#moved(member, pin, on),
      onLine: line => {
        countVerdicts(this.#verdicts, line);
        this.#tell(name, `│ ${line}`);
      },
    });
    board.flashImage(image);
    this.#updates.rules.flashed(name, createHash('sha256').update(image).digest('hex'));
    const world = {
      ...{ time, network: this.#network, place: this.#place },
      onOrder: (envelope: string, mark: number, notAfter: number) => {
        this.#checkers.ordered(envelope, { board: name, mark, notAfter });
        this.#tell(operator.name, `orders mark ${mark}: ${envelope}`);
      },
      onRefused: (envelope: string) => {
        this.#checkers.refused(envelope);
        this.#tell(operator.name, `is refused the link of ${envelope}`);
      },
      isReceipted: (envelope: string) => this.#checkers.isReceipted(envelope),
      onDelivery: () => this.#delivered(member),
      forged: (bytes: Uint8Array) => this.#forger?.insteadOf(bytes),
    };
    const operator = new BoardOperator(board, world, seededEntropy(seed, `operator of ${name}`));
    const member: Member = { board, operator, marks: new MarkReader() };
    return member;
  }

  #guard(): Promise<void> {
    const [time, checkers] = [this.#time, this.#checkers];
    const world = { time, checkers, place: this.#place, seed: this.#options.seed, untilMs: this.#endMs };
    return guardPlace({
      ...world,
      counts: this.#plan.counts,
      tell: (actor, what) => this.#tell(actor, what),
    });
  }

  async #live(member: Member): Promise<void> {
    const { board, operator } = member;
    board.powerOn();
    await this.#time.wait(FIRST_FINAL_MS);
    const { device, key } = await operator.provision();
    const domain = { chainId: this.#place.chainId, verifyingContract: fromHex(device, 20)! };
    this.#ear.listen(board.name, operator.access, domain, key);
    member.customer = { name: board.name, device, offer: bytes => operator.offer(bytes) };
    this.#tell(board.name, `is active as ${device}`);
    this.#plan.begin(board, operator.name);
    const { orderPauseMs = 5 * MINUTE_MS, seed } = this.#options;
    await operator.work(this.#endMs, device, orderPauseMs, seededChance(seed, `orders of ${board.name}`));
  }

  #tell(actor: string, what: string): void {
    this.#log.add(this.#time.nowMs, actor, what);
  }

  #judge(findings: readonly Finding[]): void {
    for (const { rule, what } of findings) this.#tell('checker', `${rule}: ${what}`);
    this.#findings.push(...findings);
  }

  #moved({ board, marks }: Member, pin: number, on: boolean): void {
    const { mark, stray } = marks.take({ pin, on });
    if (stray) this.#judge([{ rule: 'unlinked', what: `${board.name} moved its pins: ${stray}` }]);
    if (mark === undefined) return;
    this.#tell(board.name, `runs mark ${mark}`);
    const nowMs = this.#time.nowMs;
    this.#judge(this.#checkers.ran(board.name, mark, { nowMs, nowSeconds: this.#chain.nowSeconds }));
  }

  #receipted(board: string, receipt: ReceiptFact): void {
    this.#judge(this.#checkers.receipted(board, receipt));
    this.#judge(this.#updates.receipted(board, receipt));
  }

  /** Links are read from the chain's own logs: a link is one there, whatever its sender believes. */
  async #mined({ hash, number, transactions }: MinedBlock): Promise<void> {
    this.#blocks = number;
    this.#tell('chain', `block ${number} ${hash}, ${transactions} transactions`);
    if (transactions === 0) return;
    const { unlinked } = this.#checkers;
    for (const envelope of await linksIn(this.#chain, number, unlinked)) this.#checkers.linked(envelope);
  }

  #delivered(member: Member): void {
    if (this.#options.mutant === 'forgets') member.snapshot ??= member.board.snapshot();
    this.#plan.delivered(member.board);
  }

  #forget(board: WorldBoard): void {
    const member = this.#members.find(each => each.board === board);
    if (member?.snapshot) board.putBack(member.snapshot);
    if (member) member.snapshot = undefined;
  }
}
