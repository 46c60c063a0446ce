/** A board whose image servers give bytes as a test says, second by second, and whose turns are those of a real queue. */
import { TaskQueue } from '../../../firmware/device/taskQueue.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { HandNetwork } from '../../fakes/handNetwork.js';
import { rangeAnswer } from '../../fakes/memoryNetwork.js';
import { fileAt, image, offerOf, wanting } from './release.js';
import { Restart, UpdateBoard } from './updateBoard.js';

/** The image that is offered. */
export const BYTES = image(2, 300_000);
const tick = () => new Promise(resolve => setImmediate(resolve));

/** Lets everything happen that waits for no clock. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 30; i++) await tick();
}

/** The servers are `a` and so on. */
export class SlowBoard extends UpdateBoard {
  readonly hands: HandNetwork;
  readonly queue = new TaskQueue();
  /** Turns that began. */
  readonly turns: string[] = [];

  private constructor(servers: string) {
    super(524_288);
    this.images.set(2, BYTES);
    this.offer = offerOf(BYTES, 2);
    this.facts = wanting(this.offer);
    this.servers = [...servers].map(name => `http://${name}`);
    this.hands = new HandNetwork((_, request) => {
      const file = fileAt(/ (\S+) /.exec(request)![1]);
      return { bytes: rangeAnswer(file ?? BYTES, request), held: file === undefined };
    });
    this.network = this.hands;
  }

  static async with(servers: string, floorBytesPerSecond?: number): Promise<SlowBoard> {
    const board = new SlowBoard(servers);
    board.floorBytesPerSecond = floorBytesPerSecond;
    await board.start();
    return board;
  }

  turn(name: string, task: () => Promise<void> = async () => {}): void {
    this.queue.add(name, async () => {
      this.turns.push(name);
      await task();
    });
  }

  /** The offer, up to where its download waits for the first byte. */
  async begins(offer = this.offer): Promise<void> {
    this.turn('offer', async () => void (await this.updates.deliver(encodeOffer(offer))));
    await quiet();
  }

  /** Goes on with a download that ended, as the board's operation does. */
  goesOn(): void {
    if (!this.ended) return;
    this.ended = false;
    this.turn('updates', () => this.updates.retry().catch(this.#restarted));
  }

  readonly #restarted = (error: unknown) => {
    if (!(error instanceof Restart)) throw error;
    this.said.push(`restart ${error.reason}`);
  };

  /** So many seconds in which each server gives so many bytes a second. */
  async seconds(count: number, rates: Record<string, number>): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const [host, rate] of Object.entries(rates)) this.hands.give(host, rate);
      await quiet();
      this.clock.advance(1000);
      await quiet();
    }
  }

  get erases(): number {
    return this.memory.open('slotB').erasures.reduce((sum, count) => sum + count, 0);
  }
}
