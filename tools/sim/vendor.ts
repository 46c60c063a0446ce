/**
 * The vendor of a simulated world and the boards' owner: releases come out that are fine, sick, for others, too old, or
 * that one of the two does not want; when the plan is over, a fine one, which every board must run in the end.
 */
import { ContractError, type Contracts, type Signer } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { encodeOffer } from '../../firmware/update/offer.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { BootRules } from '../../host-sim/world/bootRules.js';
import type { ImageFiles } from '../../host-sim/world/imageServer.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { Customer } from './customer.js';
import { makeRelease, type Release } from './release.js';

/** Fates of a release: all of these in turn, in an order that the seed draws. */
const KINDS = [
  ...['fine', 'sick', 'unapproved', 'unpublished', 'withdrawn', 'cleared'],
  ...['below', 'foreign', 'older', 'narrow', 'large'],
] as const;
export type ReleaseKind = (typeof KINDS)[number];

const MINUTE_MS = 60_000;
/** From the beginning to the first release, and from one to the next. */
const FIRST_MS = 4 * MINUTE_MS;
const PAUSE_MS = { least: 4 * MINUTE_MS, most: 8 * MINUTE_MS };
/** A narrow rollout, of 1000 boards, and how long it stays so. */
const NARROW_MAX = 700;
const NARROW_MS = 4 * MINUTE_MS;
/** Most boards run a release by then. */
const INSTALL_MS = 6 * MINUTE_MS;
const LOOK_MS = 15_000;

export interface VendorWorld {
  time: VirtualTime;
  chance: Chance;
  channel: `0x${string}`;
  vendor: Contracts;
  guardian: Contracts;
  /** As many release keys as the channel asks for. */
  releaseKeys: readonly Signer[];
  /** The image that all boards begin with. */
  first: Uint8Array;
  files: ImageFiles;
  rules: BootRules;
  customers(): readonly Customer[];
  /** Boards of the world, active or not yet. */
  boards: number;
  /** No release but the last comes out after it. */
  untilMs: number;
  tell(actor: string, what: string): void;
  onRelease(): void;
  /** Told the approval hash, 0x…, of a release that is published and that the owner does not want. */
  onUnapproved(approval: string): void;
  /** Told of a block with an approval: its hash as hex, and the image's SHA-256. */
  onApproved(board: string, approval: string, sha256: string): void;
  /** The outcome of the board's receipt for that approval. */
  outcomeOf(board: string, approval: string): string | undefined;
}

export class Vendor {
  readonly #world: VendorWorld;
  #deck: ReleaseKind[] = [];
  #version = 1;
  #floor = 0;
  /** True once the last release is out and every board runs it. */
  isDone = false;

  constructor(world: VendorWorld) {
    this.#world = world;
  }

  async work(): Promise<void> {
    const { chance, time, untilMs } = this.#world;
    await time.wait(FIRST_MS);
    while (time.nowMs < untilMs) {
      await this.#bringOut(this.#draw());
      await time.wait(chance.within(PAUSE_MS));
    }
    await this.#close();
  }

  #draw(): ReleaseKind {
    if (this.#deck.length === 0) this.#deck = [...KINDS];
    return this.#deck.splice(this.#world.chance.below(this.#deck.length), 1)[0];
  }

  async #bringOut(is: ReleaseKind): Promise<void> {
    const { channel, chance, guardian, rules, tell, time, vendor } = this.#world;
    this.#world.onRelease();
    const release = this.#make(is);
    const { version } = release.offer;
    tell('vendor', `has version ${version}, ${is}: ${release.sha256}`);
    const isNarrow = is === 'narrow';
    if (is !== 'unpublished') {
      await this.#publish(release, { ...(isNarrow && { rollout: chance.below(NARROW_MAX) }), is });
    }
    if (is === 'below') {
      const next = this.#make('fine');
      await this.#publish(next, { floor: next.offer.version, is });
    }
    if (is === 'older') {
      const next = this.#make('fine');
      await this.#publish(next, { is });
      await this.#approve(next, false);
      this.#offer(next);
      await time.wait(INSTALL_MS);
    }
    if (is === 'withdrawn') {
      await guardian.channel.withdraw(channel, version);
      rules.withdrawn(version);
    }
    if (is !== 'unapproved') await this.#approve(release, is === 'cleared');
    else this.#world.onUnapproved(toHex(release.approval));
    this.#offer(release);
    if (!isNarrow) return;
    await time.wait(NARROW_MS);
    await vendor.channel.widen(channel, version, 1000);
  }

  /** A fine release, and another one for as long as some board has given one up. */
  async #close(): Promise<void> {
    const { boards, customers, onRelease, outcomeOf, rules, time } = this.#world;
    while (customers().length < boards) await time.wait(LOOK_MS);
    for (;;) {
      const release = this.#make('fine');
      onRelease();
      await this.#publish(release, { is: 'fine' });
      await this.#approve(release, false);
      for (const { name } of customers()) rules.wants(name, release.sha256);
      this.#offer(release);
      const approval = toHex(release.approval);
      const isGivenUp = () => customers().some(({ name }) => outcomeOf(name, approval) === 'failed');
      while (!rules.isSettled && !isGivenUp()) await time.wait(LOOK_MS);
      this.isDone = rules.isSettled;
      if (this.isDone) return;
    }
  }

  #make(kind: ReleaseKind): Release {
    const { channel, files, first } = this.#world;
    const release = makeRelease({
      ...{ first, channel: Buffer.from(channel.slice(2), 'hex'), version: ++this.#version },
      ...{ isSick: kind === 'sick', isForeign: kind === 'foreign', isLarge: kind === 'large' },
    });
    files.put(release.image, release.manifest, release.other);
    return release;
  }

  async #publish(
    { offer, sha256 }: Release,
    { floor = this.#floor, is, rollout = 1000 }: { floor?: number; rollout?: number; is: ReleaseKind },
  ): Promise<void> {
    const { channel, releaseKeys, rules, vendor } = this.#world;
    const { manifestHash, size, version } = offer;
    await vendor.channel.publish(
      channel,
      {
        ...{ version, imageSha256: `0x${sha256}` as const, size, floor, rollout },
        manifestHash: toHex(manifestHash) as `0x${string}`,
      },
      { signers: releaseKeys },
    );
    this.#floor = floor;
    rules.published({ version, sha256, floor, isForBoards: is !== 'foreign' && is !== 'large' });
  }

  /** @param isTakenBack at once, long before it is final */
  async #approve({ approval, offer, sha256 }: Release, isTakenBack: boolean): Promise<void> {
    const { customers, onApproved, rules, tell } = this.#world;
    const { version } = offer;
    for (const { device, name, party } of customers()) {
      const { owner } = party;
      const isApproved = await isStillOwner(
        owner.device.approve(device, { version, imageSha256: `0x${sha256}` }),
      );
      if (!isApproved) continue;
      rules.approved(name, { version, sha256 });
      onApproved(name, toHex(approval), sha256);
      tell('owner', `approves version ${version} for ${name}`);
      if (!isTakenBack) continue;
      await isStillOwner(owner.device.clearApproval(device));
      rules.cleared(name, sha256);
    }
  }

  #offer({ offer }: Release): void {
    for (const customer of this.#world.customers()) customer.offer(encodeOffer(offer));
  }
}

/** False where the chain refused it, because the board was sold meanwhile: its approval went with it. */
async function isStillOwner(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return false;
  }
}
