/**
 * A vendor who rolls one release out, step by step, and stops halfway: each board of the cohort is to run it in the end,
 * and each other one what it ran before, and to say why.
 */
import type { Contracts, Signer } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { cohort, encodeOffer } from '../../firmware/update/offer.js';
import type { BootRules } from '../../host-sim/world/bootRules.js';
import type { ImageFiles } from '../../host-sim/world/imageServer.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { crypto } from '../operator/boardMail.js';
import type { Customer } from './customer.js';
import { makeRelease, type Release } from './release.js';

const LOOK_MS = 15_000;
/** The time that a step may take before the next; boards that are off or cut off come later. */
const STEP_MS = 6 * 60_000;
const VERSION = 2;

export interface RolloutWorld {
  time: VirtualTime;
  channel: `0x${string}`;
  vendor: Contracts;
  releaseKeys: readonly Signer[];
  first: Uint8Array;
  files: ImageFiles;
  rules: BootRules;
  customers(): readonly Customer[];
  boards: number;
  /** Boards of a thousand that the release reaches, step by step. */
  steps: readonly number[];
  tell(actor: string, what: string): void;
  onRelease(): void;
  onApproved(board: string, approval: string, sha256: string): void;
  /** The code or cause of a board's last word on an update. */
  reasonOf(board: string): string | undefined;
}

/** The end of the rollout on one board. */
export interface RolloutOutcome {
  board: string;
  /** True: its place in the rollout is among those that the release reached. */
  isReached: boolean;
  /** True: it runs the release, confirmed; else what it ran before. */
  isUpdated: boolean;
  /** The code or cause of its last word on an update. */
  reason: string | undefined;
}

export class RolloutVendor {
  readonly #world: RolloutWorld;
  #isOut = false;

  constructor(world: RolloutWorld) {
    this.#world = world;
  }

  /** True once the last step is taken, every board that it reached runs the release, and each other one says why not. */
  get isDone(): boolean {
    return (
      this.#isOut &&
      this.#world.rules.isSettled &&
      this.outcomes.every(({ isUpdated, reason }) => isUpdated || reason === 'cohort')
    );
  }

  async work(): Promise<void> {
    const { boards, channel, customers, onRelease, rules, steps, tell, time, vendor } = this.#world;
    while (customers().length < boards) await time.wait(LOOK_MS);
    onRelease();
    const release = await this.#publish(steps[0]);
    await Promise.all(customers().map(customer => this.#approve(customer, release)));
    for (const customer of customers()) {
      if (this.#isReached(customer)) rules.wants(customer.name, release.sha256);
      customer.offer(encodeOffer(release.offer));
    }
    for (const step of steps) {
      if (step !== steps[0]) await vendor.channel.widen(channel, VERSION, step);
      tell('vendor', `rolls out to ${step} of 1000`);
      await time.wait(STEP_MS);
    }
    this.#isOut = true;
  }

  /** The state of each board at this moment. */
  get outcomes(): RolloutOutcome[] {
    const { customers, reasonOf, rules } = this.#world;
    return customers().map(customer => {
      const { name: board } = customer;
      const running = rules.running(board);
      const isUpdated = running?.version === VERSION && running.state === 'confirmed';
      return { board, isReached: this.#isReached(customer), isUpdated, reason: reasonOf(board) };
    });
  }

  #isReached({ device }: Customer): boolean {
    const { channel, steps } = this.#world;
    const place = cohort(
      crypto,
      fromHex(channel.toLowerCase(), 20)!,
      fromHex(device.toLowerCase(), 20)!,
      VERSION,
    );
    return place < steps[steps.length - 1];
  }

  async #publish(rollout: number): Promise<Release> {
    const { channel, files, first, releaseKeys, rules, vendor } = this.#world;
    const release = makeRelease({ first, channel: fromHex(channel.toLowerCase(), 20)!, version: VERSION });
    files.put(release.image, release.manifest, release.other);
    const { manifestHash, size } = release.offer;
    await vendor.channel.publish(
      channel,
      {
        ...{ version: VERSION, imageSha256: `0x${release.sha256}` as const, size, floor: 0, rollout },
        manifestHash: toHex(manifestHash) as `0x${string}`,
      },
      { signers: releaseKeys },
    );
    rules.published({ version: VERSION, sha256: release.sha256, floor: 0, isForBoards: true });
    return release;
  }

  async #approve({ device, name, party }: Customer, { approval, sha256 }: Release): Promise<void> {
    const { onApproved, rules } = this.#world;
    await party.owner.device.approve(device, { version: VERSION, imageSha256: `0x${sha256}` });
    rules.approved(name, { version: VERSION, sha256 });
    onApproved(name, toHex(approval), sha256);
  }
}
