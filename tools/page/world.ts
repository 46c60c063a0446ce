/** The world of `holdfast start` as the page sees it: one board as a process, and everything around it. */
import type { BuiltImage } from '../../host-sim/image/build.js';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import type { Act, ActOutcome, Attempt, Board, PageEvent, World } from '../../host-sim/page/protocol.js';
import type { Setting } from '../demo/setting.js';
import type { Wires } from '../rig/bench/wires.js';
import { tryAttack } from './attacks.js';
import { BoardWatch } from './boardWatch.js';
import { ChainLook } from './chainLook.js';
import { isWithin } from './count.js';
import { Faults } from './faults.js';
import { filesOf, handOverOf, ownedBy } from './handOver.js';
import { Memory } from './memory.js';
import type { PageWorld } from './pageWorld.js';
import { publishNext } from './releases.js';
import { runWords } from './runWords.js';
import { shownFace } from './shownFace.js';
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
  readonly #turns = new Turns();
  readonly #faults: Faults;
  readonly #trials: readonly Trial[];
  readonly #watch: BoardWatch;
  readonly #looking: NodeJS.Timeout;
  #decisions = 0;
  #chain: ChainLook | undefined;

  constructor(options: SettingWorldOptions) {
    const setting = ownedBy(options.setting, () => this.#watch.shown.owner);
    this.#options = { ...options, setting };
    const { board, boardChannel, device } = setting;
    this.#faults = new Faults(setting, options.wires);
    this.#trials = trialsOf(setting);
    this.#watch = new BoardWatch({
      ...{ name: NAME, device, board, channel: boardChannel, memory: this.#memory },
      translate: options.translate,
      nextDecision: () => ++this.#decisions,
      face: async imageHash => {
        const face = await this.#face(imageHash);
        // Which attacks there are hangs on what the app can do.
        if (face) setImmediate(() => this.#tellWorld());
        return face;
      },
      timeOf: async block => (await this.#chain?.timeOf(block)) ?? Promise.reject(new Error('no chain yet')),
    });
    if (options.world !== undefined) this.#watch.change({ world: options.world });
    this.#tellWorld();
    this.#looking = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
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
      if (act.act === 'input') return this.#watch.setInput(act.pin, act.value);
      return await this.#watch.setPower(act.power);
    } catch (error) {
      return { ok: false, says: error instanceof Error ? error.message : String(error) };
    }
  }

  close(): void {
    clearInterval(this.#looking);
    this.#watch.close();
  }

  #tellWorld(): void {
    this.#memory.tell({ kind: 'world', world: this.#world() });
  }

  async #run(words: readonly string[]): Promise<ActOutcome> {
    const way = handOverOf(this.#options.setting, this.#options);
    const outcome = await runWords(words, { ...this.#options, files: way && filesOf(way) });
    if (words[1] === 'claim-code') this.#tellWorld();
    return outcome;
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
    this.#tellWorld();
    return {
      ok: true,
      says: fault === undefined ? `Well again: ${place}.` : `From now on ${place}: ${fault}.`,
    };
  }

  #world(): World {
    const { directory, setting, wires } = this.#options;
    const { chainId, channel, engine, finality, fleet } = setting;
    const names = this.#watch.shown.actions.map(({ name }) => name);
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
          attacks: `They order relay.set and relay.toggle, and the app ${this.#watch.shown.app ?? ''} has neither.`,
        }),
      },
    };
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
    for (const facts of seen.boards.values()) this.#watch.change(facts);
  }

  async #face(imageHash: Uint8Array): Promise<Pick<Board, 'actions' | 'app'> | undefined> {
    const { home, setting } = this.#options;
    const contracts = await setting.as('owner');
    return shownFace({ contracts, channel: setting.channel, imageHash, images: setting.images.url, home });
  }
}
