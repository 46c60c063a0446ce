/** The world of `holdfast start` as the page sees it: one board as a process, and everything around it. */
import { decodeParams } from '../../firmware/app/params.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Status } from '../../firmware/device/status.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { InputLine } from '../../host-sim/node/board/consoleLine.js';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import { ConsoleDecisions } from '../../host-sim/page/consoleDecisions.js';
import type {
  Act,
  ActOutcome,
  Attempt,
  Board,
  Input,
  Json,
  PageEvent,
  World,
} from '../../host-sim/page/protocol.js';
import { knownFace } from '../app/knownFace.js';
import type { Setting } from '../demo/setting.js';
import type { SeenReceipt } from '../operator/boardChannel.js';
import { reportsOf, type SeenBatch } from '../operator/telemetry.js';
import type { Wires } from '../rig/bench/wires.js';
import { tryAttack } from './attacks.js';
import { ChainLook } from './chainLook.js';
import { isWithin } from './count.js';
import { explained } from './explained.js';
import { Faults } from './faults.js';
import { filesOf, handOverOf, ownedBy } from './handOver.js';
import { Memory } from './memory.js';
import { publishNext } from './releases.js';
import { runWords } from './runWords.js';
import type { PageWorld } from './server.js';
import { type Trial, trialsOf } from './trials.js';
import { Turns } from './turns.js';

/** Milliseconds between two looks at the chain. */
const LOOK_MS = 1000;
const NAME = 'board 1';
/** The reason why this world's time does not stand still. */
const TIME_IS_OURS =
  'Its boards are processes, whose time is that of this machine: a seeded world can stand still (holdfast sim --page).';
/** The reason why the network of a kept board stays whole. */
const NETWORK_IS_KEPT =
  'Its board was told addresses that it keeps: a world without --state can lose its network.';
/** Inputs of a board that are shown. */
const INPUTS_MAX = 32;

const inputOf = (line: InputLine): Input => ({ ...line, value: line.idle });

export interface SettingWorldOptions {
  setting: Setting;
  /** The folder in which command lines run, and its `.holdfast`. */
  directory: string;
  home: string;
  /** The name of the world there. */
  world?: string;
  /** Makes places in the image places in its source, in what the board says. */
  translate?(line: string): string;
  /** Builds that version of what the board runs. */
  build(version: number): Promise<BuiltImage>;
  /** Between the board and whom it reaches; left out where the board was told other addresses. */
  wires?: Wires;
  signal: AbortSignal;
}

export class SettingWorld implements PageWorld {
  readonly #options: SettingWorldOptions;
  readonly #memory = new Memory();
  readonly #decisions = new ConsoleDecisions(NAME, explained);
  readonly #closing: (() => void)[] = [];
  readonly #faults: Faults;
  readonly #trials: readonly Trial[];
  #board: Board;
  /** Attacks and commands, one after the other. */
  readonly #turns = new Turns();
  #faceOf = '';
  #chain: ChainLook | undefined;

  constructor(options: SettingWorldOptions) {
    const setting = ownedBy(options.setting, () => this.#board.owner);
    this.#options = { ...options, setting };
    const { device } = setting;
    const { wires } = options;
    this.#faults = new Faults(setting, wires);
    this.#trials = trialsOf(setting);
    const inputs = [...setting.board.inputs.values()].map(inputOf);
    this.#board = { name: NAME, device, power: 'on', starts: 1, actions: [], pins: {}, inputs };
    this.#memory.tell({ kind: 'world', world: this.#world() });
    this.#memory.tell({ kind: 'board', board: this.#board });
    this.#listen();
  }

  known = (): readonly PageEvent[] => this.#memory.known();
  follow = (listener: (event: PageEvent) => void): (() => void) => this.#memory.follow(listener);

  async act(act: Act): Promise<ActOutcome> {
    const { setting } = this.#options;
    try {
      if (act.act === 'command') return await this.#turns.take(() => this.#run(act.words));
      if (act.act === 'attack') return await this.#attack(act.name, act.count);
      if (act.act === 'publish')
        return await this.#turns.take(() => publishNext({ ...this.#options, rollout: act.rollout }));
      if (act.act === 'fault') return await this.#fault(act);
      if (act.act === 'skip') {
        await increaseTime(setting.rpc, act.seconds);
        return { ok: true, says: `The chain's clock went on by ${act.seconds} s.` };
      }
      if (act.act === 'time') return { ok: false, says: TIME_IS_OURS };
      if (act.board !== NAME) return { ok: false, says: 'There is no such board.' };
      if (act.act === 'input') return this.#input(act.pin, act.value);
      if (act.power === 'off') await setting.board.powerCut();
      else await setting.board.powerOn();
      this.#change({ power: act.power });
      return { ok: true, says: `Its power is ${act.power}.` };
    } catch (error) {
      return { ok: false, says: error instanceof Error ? error.message : String(error) };
    }
  }

  close(): void {
    for (const close of this.#closing.reverse()) close();
  }

  async #run(words: readonly string[]): Promise<ActOutcome> {
    const way = handOverOf(this.#options.setting, this.#options);
    const outcome = await runWords(words, { ...this.#options, files: way && filesOf(way) });
    if (words[1] === 'claim-code') this.#memory.tell({ kind: 'world', world: this.#world() });
    return outcome;
  }

  #input(pin: number, value: number): ActOutcome {
    const { inputs = [] } = this.#board;
    if (!inputs.some(each => each.pin === pin))
      return { ok: false, says: `The board reads no input ${pin}.` };
    this.#options.setting.board.setInput(pin, value);
    this.#change({ inputs: inputs.map(each => (each.pin === pin ? { ...each, value } : each)) });
    return { ok: true, says: `Input ${pin} has ${value}.` };
  }

  #attack(name: string, count?: number): Promise<ActOutcome> {
    const isOffered = this.#world().attacks.some(each => each.name === name);
    const chosen = isOffered ? this.#trials.find(each => each.name === name) : undefined;
    if (!chosen) return Promise.resolve({ ok: false, says: 'This world cannot try such an attack.' });
    if (chosen.lacks !== undefined) return Promise.resolve({ ok: false, says: chosen.lacks });
    if (!isWithin(count, chosen.count))
      return Promise.resolve({ ok: false, says: 'This attack takes no such number.' });
    const tell = (attempt: Attempt) => this.#memory.tell({ kind: 'attempt', attempt });
    return this.#turns.take(async () => {
      await this.#faults.pause();
      const { state } = await tryAttack(this.#options.setting, chosen, tell, count).finally(() =>
        this.#faults.begin(),
      );
      return { ok: state === 'caught', says: state };
    });
  }

  /** Not in turn: a command that waits for the board is what a fault is to be tried on. */
  async #fault({ count, fault, place }: Extract<Act, { act: 'fault' }>): Promise<ActOutcome> {
    if (!(await this.#faults.set(place, fault, count)))
      return { ok: false, says: 'There is no such fault in this world.' };
    this.#memory.tell({ kind: 'world', world: this.#world() });
    return {
      ok: true,
      says: fault === undefined ? `Well again: ${place}.` : `From now on ${place}: ${fault}.`,
    };
  }

  #world(): World {
    const { directory, setting, wires } = this.#options;
    const { chainId, channel, engine, finality, fleet } = setting;
    const names = this.#board.actions.map(({ name }) => name);
    const isRelay = ['relay.set', 'relay.toggle'].every(name => names.includes(name));
    const attacks = this.#trials.map(({ prepare: _, ...described }) => described);
    return {
      kind: 'processes',
      ...{ engine, chainId, fleet, channel, directory },
      level: finality ? 4 : 1,
      attacks: isRelay ? attacks : [],
      places: this.#faults.shown(),
      handOver: handOverOf(setting, this.#options),
      lacks: {
        time: TIME_IS_OURS,
        ...(!wires && { network: NETWORK_IS_KEPT }),
        ...(!isRelay && {
          attacks: `They order relay.set and relay.toggle, and the app ${this.#board.app ?? ''} has neither.`,
        }),
      },
    };
  }

  #change(change: Partial<Board>): void {
    this.#board = { ...this.#board, ...change };
    this.#memory.tell({ kind: 'board', board: this.#board });
  }

  #listen(): void {
    const { setting, translate = line => line } = this.#options;
    const { board, boardChannel } = setting;
    const onLog = (line: string) => {
      this.#memory.tell({ kind: 'line', board: NAME, text: translate(line) });
      const decision = this.#decisions.take(line);
      if (decision) this.#memory.tell({ kind: 'decision', decision: this.#memory.withReceipt(decision) });
    };
    const onPin = (pin: number, on: boolean) => this.#change({ pins: { ...this.#board.pins, [pin]: on } });
    const onReads = (line: InputLine) => this.#takeInput(inputOf(line));
    const onHello = () => this.#change({ power: 'on', starts: this.#board.starts + 1, pins: {}, inputs: [] });
    board.on('log', onLog).on('pin', onPin).on('reads', onReads).on('hello', onHello);
    const onPresence = (said: string) => {
      if (said === this.#board.presence) return;
      this.#change({ presence: said.slice(0, 40), presenceSince: new Date().toISOString() });
    };
    boardChannel
      .on('receipt', this.#onReceipt)
      .on('status', this.#onStatus)
      .on('telemetry', this.#onTelemetry)
      .on('presence', onPresence);
    void boardChannel.status().then(this.#onStatus, () => {});
    const look = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
    this.#closing.push(() => {
      clearInterval(look);
      board.off('log', onLog).off('pin', onPin).off('reads', onReads).off('hello', onHello);
    });
  }

  #takeInput(input: Input): void {
    const others = (this.#board.inputs ?? []).filter(({ pin }) => pin !== input.pin);
    this.#change({ inputs: [...others, input].sort((a, b) => a.pin - b.pin).slice(0, INPUTS_MAX) });
  }

  /** Tells what the chain says of board, fleet and channel, where there is a block more. */
  async #look(): Promise<void> {
    const { channel, device, fleet } = this.#options.setting;
    const owner = await this.#options.setting.as('owner');
    this.#chain ??= new ChainLook(owner, { channel, fleet, devices: [device] });
    const seen = await this.#chain.again();
    if (!seen) return;
    this.#memory.tell(seen.block);
    if (seen.channel) this.#memory.tell({ kind: 'channel', channel: seen.channel });
    for (const facts of seen.boards.values()) this.#change(facts);
  }

  readonly #onStatus = (status: Status): void => {
    const imageHash = toHex(status.imageHash);
    this.#change({
      seen: new Date().toISOString(),
      ...{ version: status.version, imageHash, level: status.level, finalized: status.finalized },
      ...{ sequence: status.sequence, receipts: status.receiptCounter, epoch: status.epoch },
      state: status.state.length === 0 ? undefined : (decodeParams(status.state) as Json),
    });
    if (status.finalized > 0) void this.#date(status.finalized).catch(() => {});
    if (imageHash !== this.#faceOf) void this.#findFace(imageHash, status.imageHash);
  };

  async #date(finalized: number): Promise<void> {
    const finalizedTime = await this.#chain?.timeOf(finalized);
    if (this.#board.finalized === finalized) this.#change({ finalizedTime });
  }

  async #findFace(name: string, imageHash: Uint8Array): Promise<void> {
    const { home, setting } = this.#options;
    const { channel, images } = setting;
    this.#faceOf = name;
    const contracts = await setting.as('owner');
    const face = await knownFace({ contracts, channel, imageHash, images: images.url, home });
    if (!face || this.#faceOf !== name) return;
    const actions = Object.entries(face.actions).map(([action, { params }]) => ({
      name: `${face.app}.${action}`,
      params: params as Json,
    }));
    this.#change({ app: face.app, actions });
    this.#memory.tell({ kind: 'world', world: this.#world() });
  }

  readonly #onReceipt = ({ receipt, signer = '' }: SeenReceipt): void => {
    const { counter, envelopeHash, outcome } = receipt;
    const decision = this.#memory.receipted(toHex(envelopeHash), { outcome, counter, signer });
    if (decision) this.#memory.tell({ kind: 'decision', decision });
  };

  readonly #onTelemetry = (batch: SeenBatch): void => {
    for (const { name, time, value } of reportsOf(batch)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const at = time === undefined ? Date.now() : Date.parse(time);
      this.#memory.tell({ kind: 'reading', reading: { board: NAME, name, time: at, value } });
    }
  };
}
