/** The boards of a simulated world, each with its operator and the reader of its marks, from power-on to its last order. */
import { createHash } from 'node:crypto';
import { fromHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { PartitionName } from '../../firmware/port/flash.js';
import { BlockRules } from '../../host-sim/world/blockRules.js';
import { type RealmMaker, WorldBoard, type WorldFlash } from '../../host-sim/world/board.js';
import { judgeBounds } from '../../host-sim/world/boundRules.js';
import type { Order } from '../../host-sim/world/checkers.js';
import type { Finding } from '../../host-sim/world/finding.js';
import { seededChance, seededEntropy } from '../../host-sim/world/seed.js';
import { MarkReader } from '../attack/marks.js';
import type { Customer } from './customer.js';
import type { Ear } from './ear.js';
import type { FaultPlan } from './faultPlan.js';
import type { Finality } from './finalityGround.js';
import { BoardOperator } from './fleetOperator.js';
import type { Forger } from './forger.js';
import { consoleOf } from './provision.js';
import type { Stage } from './stage.js';
import type { Updates } from './updates.js';
import { countVerdicts, type VerdictCounts } from './verdicts.js';

const MINUTE_MS = 60_000;
/** Until a block with the contracts is final: a board that is asked before has nothing to go by. */
const FIRST_FINAL_MS = 3 * MINUTE_MS;
const ORDER_PAUSE_MS = 5 * MINUTE_MS;

interface Member {
  board: WorldBoard;
  operator: BoardOperator;
  marks: MarkReader;
  starts: number;
  /** Bits that flipped in its stores. */
  rots: number;
  /** Power cuts within one of its flash operations. */
  tears: number;
  /** Once it is active. */
  customer?: Customer;
  /** Of the mutant that forgets. */
  snapshot?: WorldFlash;
}

export interface MembersWorld {
  stage: Stage;
  /** That of the boards' images; their own if undefined. */
  crypto: Crypto | undefined;
  /** Bare realms of this process if undefined. */
  makeRealm: RealmMaker | undefined;
  finality: Finality | undefined;
  /** The image that they begin with. */
  image: Uint8Array;
  ear: Ear;
  forger: Forger | undefined;
  plan: FaultPlan;
  updates: Updates;
  verdicts: VerdictCounts;
  /** True: at each power cut the flash of a board returns to what it was at the first delivery after the one before. */
  forgets: boolean;
  /** Milliseconds between two orders to a board, on average. */
  orderPauseMs?: number;
  /** True: routine orders are delivered at once. */
  isPrompt?: boolean;
}

export class Members {
  readonly #world: MembersWorld;
  readonly #members: Member[] = [];
  readonly #blocks = new BlockRules();

  /** Boards that are off. */
  constructor(world: MembersWorld, count: number) {
    this.#world = world;
    world.stage.chain.onBlock(async ({ hash, number }) => this.#blocks.mined(number, hash));
    for (let i = 1; i <= count; i++) this.#members.push(this.#newMember(`board-${i}`));
  }

  /** Switches them on, and lets their operators work. */
  begin(): void {
    for (const member of this.#members) this.#world.stage.time.spawn(this.#live(member));
  }

  /** The active ones, but for those that are being sold. */
  get customers(): readonly Customer[] {
    return this.#members.flatMap(({ customer }) =>
      customer && customer.engagement !== 'sale' ? customer : [],
    );
  }

  /** True when every board is active. */
  get areActive(): boolean {
    return this.#members.every(({ customer }) => customer !== undefined);
  }

  /** The active board of that name. */
  named(name: string): { board: WorldBoard; customer: Customer } | undefined {
    const { board, customer } = this.#members.find(each => each.board.name === name) ?? {};
    return board && customer && { board, customer };
  }

  /** An error that nobody handled restarts the board whose image it is of. @returns false when it is of none */
  takeFault(error: unknown): boolean {
    return this.#members.some(({ board }) => board.takeFault(error));
  }

  /** The power of that board was cut. */
  powerWasCut(board: WorldBoard): void {
    const member = this.#members.find(each => each.board === board);
    if (member?.snapshot) board.putBack(member.snapshot);
    if (member) member.snapshot = undefined;
  }

  /** The boards that wore or kept more than they may. */
  outOfBounds(): Finding[] {
    const { stage, updates } = this.#world;
    const { checkers } = stage;
    return this.#members.flatMap(({ board, rots, starts, tears }) => {
      const { burden, name, wear } = board;
      const { connections, timers } = burden;
      const kept = { connections, timers, most: (partition: PartitionName) => wear.most(partition) };
      const releases = updates.approvalsOf(name);
      // A release is written down like an order.
      const orders = checkers.actsOf(name) + releases;
      return judgeBounds(name, kept, { orders, rots, starts, tears, releases });
    });
  }

  close(): void {
    for (const { board } of this.#members) board.powerCut();
  }

  #newMember(name: string): Member {
    const { crypto, finality, image, makeRealm, plan, stage, updates, verdicts } = this.#world;
    const { faults, judge, network, seed, tell, time } = stage;
    const { rules } = updates;
    const board = new WorldBoard({
      seed: seededChance(seed, `flash of ${name}`).below(2 ** 31),
      ...{ name, time, network, entropy: seededEntropy(seed, name), crypto, bls: finality?.light?.bls },
      ...(makeRealm && { makeRealm }),
      onEvent: what => {
        member.marks.begin();
        tell(name, what);
      },
      onStart: started => {
        member.starts++;
        judge(rules.started(name, started));
      },
      onNothingToStart: why => judge(rules.hasNothingToStart(name, why)),
      onTorn: () => {
        member.tears++;
        plan.torn(board);
      },
      onPin: (pin, on) => this.#moved(member, pin, on),
      onLine: line => {
        countVerdicts(verdicts, line);
        updates.words.hear(name, line);
        tell(name, `│ ${line}`);
        // Two who conspire are a quorum: for a board that begins anew their blocks are the chain's.
        if (faults.includes('collude')) return;
        const contradicted = (number: number, hash: string) =>
          finality?.light?.beacon.hasContradicted(number, hash) ?? false;
        judge(this.#blocks.said(name, line, this.#finalNumber, contradicted));
      },
    });
    board.flashImage(image);
    rules.flashed(name, createHash('sha256').update(image).digest('hex'));
    const operator = this.#operatorOf(board, () => member);
    const member: Member = { board, operator, marks: new MarkReader(), starts: 0, rots: 0, tears: 0 };
    return member;
  }

  #operatorOf(board: WorldBoard, member: () => Member): BoardOperator {
    const { finality, forger, stage } = this.#world;
    const { chain, checkers, faults, network, place, seed, settling, tell, time } = stage;
    const { name } = board;
    const world = {
      ...{ time, network, place, finality },
      onOrder: (envelope: string, order: Omit<Order, 'board'>) => {
        settling.sent(envelope, time.nowMs);
        checkers.ordered(envelope, { board: name, ...order });
        tell(operator.name, `orders mark ${order.mark}: ${envelope}`);
      },
      onRefused: (envelope: string) => {
        checkers.refused(envelope);
        tell(operator.name, `is refused the link of ${envelope}`);
      },
      isReceipted: (envelope: string) => checkers.isReceipted(envelope),
      isTakenBack: (envelope: string) => chain.isWhole && checkers.isTakenBack(envelope),
      mayTolerate: faults.includes('reorg'),
      isPrompt: this.#world.isPrompt ?? false,
      onDelivery: () => this.#delivered(member()),
      forged: (bytes: Uint8Array) => forger?.insteadOf(bytes),
    };
    const operator = new BoardOperator(board, world, seededEntropy(seed, `operator of ${name}`));
    return operator;
  }

  async #live(member: Member): Promise<void> {
    const { ear, orderPauseMs = ORDER_PAUSE_MS, plan, stage } = this.#world;
    const { place, seed, tell, time, untilMs } = stage;
    const { board, operator } = member;
    // Each in an event of its own: what one began is done before the next begins, on every engine.
    await time.wait(0);
    board.powerOn();
    await time.wait(FIRST_FINAL_MS);
    const { device, key } = await operator.provision();
    const domain = { chainId: place.chainId, verifyingContract: fromHex(device, 20)! };
    ear.listen(board.name, operator.access, domain, key);
    member.customer = {
      ...{ name: board.name, operator: operator.name, device, offer: bytes => operator.offer(bytes) },
      order: (commander, times, party, isSentAnyway) => operator.order(commander, times, party, isSentAnyway),
      orderTrust: (trust, lifeSeconds, isWrong) => operator.orderTrust(trust, lifeSeconds, isWrong),
      proveNow: () => operator.proveNow(),
      restart: offMs => plan.restart(board, offMs),
      replay: () => operator.replay(),
      serve: party => operator.serve(party),
      get party() {
        return operator.party;
      },
      console: consoleOf(board),
      askStatus: () => operator.askStatus(),
      rot: (store, place) => {
        const isRotten = board.rotStored(store, place);
        if (isRotten) member.rots++;
        return isRotten;
      },
      engagement: undefined,
      stranger: key => operator.stranger(key),
    };
    tell(board.name, `is active as ${device}`);
    plan.begin(board, operator.name);
    await operator.work(untilMs, orderPauseMs, seededChance(seed, `orders of ${board.name}`));
  }

  #moved({ board, marks }: Member, pin: number, on: boolean): void {
    const { chain, checkers, judge, tell, time } = this.#world.stage;
    const { mark, stray } = marks.take({ pin, on });
    if (stray) judge([{ rule: 'unlinked', what: `${board.name} moved its pins: ${stray}` }]);
    if (mark === undefined) return;
    tell(board.name, `runs mark ${mark}`);
    const finalNumber = this.#finalNumber;
    judge(checkers.ran(board.name, mark, { nowMs: time.nowMs, nowSeconds: chain.nowSeconds, finalNumber }));
  }

  get #finalNumber(): number {
    const { finality, stage } = this.#world;
    return (finality?.light?.beacon ?? stage.chain).finalNumber;
  }

  #delivered(member: Member): void {
    if (this.#world.forgets) member.snapshot ??= member.board.snapshot();
    this.#world.plan.delivered(member.board);
  }
}
