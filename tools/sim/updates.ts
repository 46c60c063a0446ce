/** Updates in a simulated world: the image servers, the first of which may lie, the vendor, and the rules about images. */
import { BootRules } from '../../host-sim/world/bootRules.js';
import type { Finding } from '../../host-sim/world/finding.js';
import {
  ALL_IMAGE_LIES,
  IMAGE_LIES,
  ImageFiles,
  type ImageLie,
  serveImages,
} from '../../host-sim/world/imageServer.js';
import type { ReceiptFact } from '../../host-sim/world/receiptRules.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Customer } from './customer.js';
import { firstOf } from './hand.js';
import { LastWords } from './lastWords.js';
import { IMAGE_SERVERS } from './provision.js';
import { type RolloutOutcome, RolloutVendor } from './rolloutVendor.js';
import type { Stage } from './stage.js';
import { Vendor } from './vendor.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a lie that all servers tell, to the next; how long it lasts; and what it is. */
const APART_MS = { least: 4 * MINUTE_MS, most: 9 * MINUTE_MS };
const TOGETHER_MS = { least: 2 * MINUTE_MS, most: 5 * MINUTE_MS };
const TOGETHER = ['flipped', 'longer'] as const satisfies readonly ImageLie[];

export interface UpdatesWorld {
  stage: Stage;
  boards: number;
  /** The image that boards begin with. */
  first: Uint8Array;
  customers(): readonly Customer[];
  /** Told of a release that is published and that the owner does not want. */
  onUngiven(): void;
  /** In place of many releases, one that reaches so many boards of a thousand, step by step. */
  rollout: readonly number[] | undefined;
}

export class Updates {
  readonly rules = new BootRules();
  readonly #world: UpdatesWorld;
  readonly #files = new ImageFiles();
  /** The approval hash of a release that its vendor published and the owner wants on no board, 0x… */
  #ungiven: string | undefined;
  /** By approval hash, the SHA-256 of the image. */
  readonly #approved = new Map<string, string>();
  /** By board. */
  readonly #approvals = new Map<string, number>();
  readonly #vendor: Vendor | RolloutVendor | undefined;
  readonly words = new LastWords();

  constructor(world: UpdatesWorld) {
    this.#world = world;
    this.#serve();
    if (world.stage.faults.includes('update')) this.#vendor = this.#newRollout() ?? this.#newVendor();
  }

  begin(): void {
    if (this.#vendor) this.#world.stage.time.spawn(this.#vendor.work());
  }

  /** True when nothing more comes out, and all boards run what came last. */
  get isDone(): boolean {
    return this.#vendor?.isDone ?? true;
  }

  /** The end of a rollout on each board, where there is one. */
  get outcomes(): readonly RolloutOutcome[] | undefined {
    return this.#vendor instanceof RolloutVendor ? this.#vendor.outcomes : undefined;
  }

  /** Approvals of releases for that board. */
  approvalsOf(board: string): number {
    return this.#approvals.get(board) ?? 0;
  }

  /** A receipt that is one of the chain of receipts. */
  receipted(board: string, { envelope, outcome }: ReceiptFact): Finding[] {
    const image = this.#approved.get(envelope);
    return image && outcome === 'done' ? this.rules.done(board, image) : [];
  }

  /** The approval, 0x…, that a liar may ascribe to the owner of that Device (0x…, lower case), who never gave it. */
  ungiven(device: string): string | undefined {
    const isKnown = this.#world.customers().some(customer => customer.device.toLowerCase() === device);
    return isKnown ? this.#ungiven : undefined;
  }

  #serve(): void {
    const { counts, faults, hand, network, seed, tell, time, untilMs } = this.#world.stage;
    const byHand = (name: string) =>
      firstOf(hand.images, name.split(':')[0], 'every-image-server', 'everywhere');
    const chance = seededChance(seed, 'images');
    const served = { time, network, files: this.#files };
    const [first, ...others] = IMAGE_SERVERS;
    const lies = this.#world.rollout ? ALL_IMAGE_LIES : IMAGE_LIES;
    const truths: readonly undefined[] = new Array(2 * lies.length).fill(undefined);
    const together = this.#lieTogether();
    const isImageOf = (path: string) => path.startsWith('/images/');
    for (const name of others) {
      serveImages({
        ...served,
        name,
        lie: path => (isImageOf(path) ? (byHand(name) ?? together()) : undefined),
      });
    }
    const lie = (path: string) => {
      // Lists and manifests are mostly true: else nobody would ask for the image.
      const isImage = isImageOf(path);
      const alike = isImage ? (byHand(first) ?? together()) : undefined;
      if (alike) return alike;
      const drawn = chance.of(isImage ? ['another' as const, ...lies] : [...truths, ...lies]);
      if (!faults.includes('images') || !drawn || time.nowMs >= untilMs) return undefined;
      counts.images++;
      tell(first, `lies about ${path.slice(0, 18)}: ${drawn}`);
      return drawn;
    };
    serveImages({ ...served, name: first, lie });
  }

  /** @returns the lie about images that all servers tell at this moment */
  #lieTogether(): () => ImageLie | undefined {
    const { counts, faults, seed, tell, time, untilMs } = this.#world.stage;
    const chance = seededChance(seed, 'image servers');
    let current: ImageLie | undefined;
    const goOn = async () => {
      for (;;) {
        await time.wait(chance.within(APART_MS));
        if (time.nowMs >= untilMs) return;
        current = chance.of(TOGETHER);
        counts.images++;
        tell('image servers', `tell one lie: ${current}`);
        await time.wait(chance.within(TOGETHER_MS));
        current = undefined;
        tell('image servers', 'tell it no more');
      }
    };
    if (faults.includes('images')) time.spawn(goOn());
    return () => (time.nowMs < untilMs ? current : undefined);
  }

  #newRollout(): RolloutVendor | undefined {
    const { boards, customers, first, rollout: steps, stage } = this.#world;
    const { checkers, counts, place, tell, time } = stage;
    const { channel, releaseKeys, vendor } = place;
    if (!steps) return undefined;
    return new RolloutVendor({
      ...{ time, channel, releaseKeys, vendor, first, boards, customers, steps, tell },
      ...{ files: this.#files, rules: this.rules },
      onRelease: () => counts.update++,
      onApproved: (board, approval, sha256) => {
        this.#approved.set(approval, sha256);
        this.#approvals.set(board, this.approvalsOf(board) + 1);
        checkers.mayReceipt(board, approval);
      },
      reasonOf: board => this.words.of(board),
    });
  }

  #newVendor(): Vendor {
    const { boards, customers, first, stage } = this.#world;
    const { checkers, counts, place, seed, tell, time, untilMs } = stage;
    const { channel, guardian, releaseKeys, vendor } = place;
    return new Vendor({
      ...{ time, channel, guardian, releaseKeys, vendor, first, boards, customers, tell, untilMs },
      ...{ files: this.#files, rules: this.rules },
      chance: seededChance(seed, 'vendor'),
      onRelease: () => {
        counts.update++;
        this.#ungiven = undefined;
      },
      onUnapproved: approval => {
        this.#ungiven = approval;
        this.#world.onUngiven();
      },
      onApproved: (board, approval, sha256) => {
        this.#approved.set(approval, sha256);
        this.#approvals.set(board, this.approvalsOf(board) + 1);
        checkers.mayReceipt(board, approval);
      },
      outcomeOf: (board, approval) => checkers.outcomeOf(board, approval),
    });
  }
}
