/** The world of `holdfast world up` as the page sees it: many boards as processes on one chain, in groups. */
import { join, relative } from 'node:path';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import type { Act, ActOutcome, PageEvent } from '../../host-sim/page/protocol.js';
import { keepImage } from '../app/imageFiles.js';
import { laterImage } from '../demo/images.js';
import { BoardChannel } from '../operator/boardChannel.js';
import type { ShownWorld } from '../world/up.js';
import { BoardWatch } from './boardWatch.js';
import { ChainLook } from './chainLook.js';
import { Memory } from './memory.js';
import type { PageWorld } from './pageWorld.js';
import { runOwnWords, runWords } from './runWords.js';
import { shownFace } from './shownFace.js';
import { Turns } from './turns.js';

/** Milliseconds between two looks at the chain. */
const LOOK_MS = 1000;
const TIME_IS_OURS =
  'Its boards are processes, whose time is that of this machine: a seeded world can stand still (holdfast sim --page).';
const NO_ATTACKS =
  'Attacks and lasting faults are tried on one board, behind proxies of its own: npm start has them.';
/** The failure of an act for one board, for a person. */
const FAILED = 'There is no such board.';

export class FleetWorld implements PageWorld {
  readonly #shown: ShownWorld;
  readonly #memory = new Memory();
  readonly #turns = new Turns();
  readonly #channels: readonly BoardChannel[];
  readonly #watches: ReadonlyMap<string, BoardWatch>;
  readonly #looking: NodeJS.Timeout;
  readonly #chain: ChainLook;
  #decisions = 0;

  /** Connects to the broker of each board, and listens. */
  static async open(shown: ShownWorld): Promise<FleetWorld> {
    const owner = await shown.place.as('owner');
    const { channel, fleet } = shown.place;
    const devices = shown.boards.map(({ device }) => device);
    const world = new FleetWorld(shown, new ChainLook(owner, { channel, fleet, devices }));
    try {
      await Promise.all(world.#channels.map(each => each.ready()));
    } catch (error) {
      world.close();
      throw error;
    }
    return world;
  }

  private constructor(shown: ShownWorld, chain: ChainLook) {
    this.#shown = shown;
    this.#chain = chain;
    const { boards, directory, engine, level, place } = shown;
    const { chainId, channel, fleet } = place;
    this.#memory.tell({
      kind: 'world',
      world: {
        ...{ kind: 'processes', engine, level, chainId, fleet, channel, directory },
        ...{ attacks: [], places: [] },
        lacks: { time: TIME_IS_OURS, attacks: NO_ATTACKS, faults: NO_ATTACKS },
      },
    });
    this.#channels = boards.map(
      ({ access, broker, device, key }) =>
        new BoardChannel({
          ...{ broker, chainId, device, access },
          believes: (_, signer) => signer === key.toLowerCase(),
        }),
    );
    this.#watches = new Map(
      boards.map(({ device, member }, at) => [
        member.name,
        new BoardWatch({
          ...{ name: member.name, group: member.group, device, board: member.board },
          ...{ channel: this.#channels[at], memory: this.#memory },
          nextDecision: () => ++this.#decisions,
          face: imageHash => this.#face(imageHash),
          timeOf: block => chain.timeOf(block),
        }),
      ]),
    );
    for (const [name, watch] of this.#watches) watch.change({ world: name });
    this.#looking = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
  }

  known = (): readonly PageEvent[] => this.#memory.known();
  follow = (listener: (event: PageEvent) => void): (() => void) => this.#memory.follow(listener);

  async act(act: Act): Promise<ActOutcome> {
    try {
      if (act.act === 'command') return await this.#turns.take(() => this.#run(act.words, act.boards));
      if (act.act === 'publish') return await this.#turns.take(() => this.#publish(act.rollout));
      if (act.act === 'skip') {
        await increaseTime(this.#shown.place.rpc, act.seconds);
        return { ok: true, says: `The chain's clock went on by ${act.seconds} s.` };
      }
      if (act.act === 'time') return { ok: false, says: TIME_IS_OURS };
      if (act.act === 'attack' || act.act === 'fault') return { ok: false, says: NO_ATTACKS };
      const watch = this.#watches.get(act.board);
      if (!watch) return { ok: false, says: FAILED };
      return act.act === 'input' ? watch.setInput(act.pin, act.value) : await watch.setPower(act.power);
    } catch (error) {
      return { ok: false, says: error instanceof Error ? error.message : String(error) };
    }
  }

  close(): void {
    clearInterval(this.#looking);
    for (const watch of this.#watches.values()) watch.close();
    for (const channel of this.#channels) channel.close();
  }

  /** The words for each of the boards, one after the other; the first board's if none is named. */
  async #run(
    words: readonly string[],
    boards: readonly string[] = [this.#shown.boards[0].member.name],
  ): Promise<ActOutcome> {
    if (!boards.every(name => this.#watches.has(name))) return { ok: false, says: FAILED };
    const { directory, signal } = this.#shown;
    let last: ActOutcome = { ok: true, says: '' };
    const failed: string[] = [];
    for (const world of boards) {
      if (signal.aborted) break;
      last = await runWords(words, { directory, world, signal });
      if (!last.ok) failed.push(`${world}: ${last.says}`);
    }
    if (boards.length === 1) return last;
    const done = `${boards.length - failed.length} of ${boards.length} boards: done.`;
    return { ok: failed.length === 0, says: failed.length === 0 ? done : `${done} ${failed[0]}` };
  }

  /** Builds the next version, puts it on the image server, and publishes it for so many of a thousand boards. */
  async #publish(rollout: number): Promise<ActOutcome> {
    const { boards, directory, engine, home, place, signal } = this.#shown;
    const { newest } = await (await place.as('vendor')).channel.read(place.channel);
    const image = await laterImage(Math.max(newest, 1) + 1, engine);
    const folder = relative(directory, keepImage(home, image));
    place.images.put(image.bytes, image.manifest.head);
    const files = [join(folder, 'image'), '--manifest', join(folder, 'manifest')];
    const words = ['release', 'publish', ...files, '--rollout', `${rollout}`];
    const outcome = await runOwnWords(words, { directory, world: boards[0].member.name, signal });
    return { ...outcome, says: outcome.ok ? `holdfast ${words.join(' ')}` : outcome.says };
  }

  async #face(imageHash: Uint8Array): ReturnType<typeof shownFace> {
    const { home, place } = this.#shown;
    const contracts = await place.as('owner');
    return shownFace({ contracts, channel: place.channel, imageHash, images: place.images.url, home });
  }

  async #look(): Promise<void> {
    const seen = await this.#chain.again();
    if (!seen) return;
    this.#memory.tell(seen.block);
    if (seen.channel) this.#memory.tell({ kind: 'channel', channel: seen.channel });
    for (const watch of this.#watches.values()) {
      const facts = seen.boards.get(watch.shown.device as `0x${string}`);
      if (facts) watch.change(facts);
    }
  }
}
