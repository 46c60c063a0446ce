/**
 * The rules about images, written from the protocol ("Updates"): only what vendor and owner both named boots, never below
 * the floor, never back to an older one; a slot always boots; and in the end every board runs its release.
 */
import type { Finding } from './finding.js';

/** An image as a bootloader started it. */
export interface StartedImage {
  version: number;
  /** SHA-256, 64 hex digits. */
  sha256: string;
  state: 'pending' | 'confirmed' | 'recovery';
}

/** A version as its vendor published it. */
export interface PublishedImage {
  version: number;
  sha256: string;
  /** The channel's floor from then on. */
  floor: number;
  /** False for an image that is made for other hardware: it is named, and may not start on these boards. */
  isForBoards: boolean;
}

interface BoardImages {
  /** By SHA-256: what may start. */
  named: Set<string>;
  /** The release that it must run in the end. */
  wanted: string | undefined;
  /** The greatest version that started confirmed. */
  confirmed: number;
  running: StartedImage | undefined;
  /** SHA-256 of all that ever started. */
  tried: Set<string>;
}

/** Takes facts from blocks and from bootloaders, as they happen. */
export class BootRules {
  readonly #boards = new Map<string, BoardImages>();
  readonly #published = new Map<number, PublishedImage & { isWithdrawn: boolean }>();
  #floor = 0;

  /** Its maker wrote that image into the board. */
  flashed(board: string, sha256: string): void {
    this.#of(board).named.add(sha256);
    this.#of(board).wanted = sha256;
  }

  /** A block has the vendor's record. */
  published(image: PublishedImage): void {
    this.#published.set(image.version, { ...image, isWithdrawn: false });
    this.#floor = image.floor;
  }

  /** A block has it withdrawn: approved from now on it is worth nothing. */
  withdrawn(version: number): void {
    const image = this.#published.get(version);
    if (image) image.isWithdrawn = true;
  }

  /**
   * A block has the owner's approval. Whether the image may ever start is decided here: boards go by a final block that
   * has the approval, and so has whatever came before it.
   */
  approved(board: string, { sha256, version }: { version: number; sha256: string }): void {
    const image = this.#published.get(version);
    if (image?.sha256 !== sha256 || image.isWithdrawn || !image.isForBoards) return;
    if (version < this.#floor) return;
    this.#of(board).named.add(sha256);
  }

  /** A block takes the approval back, before any block with the approval was final. */
  cleared(board: string, sha256: string): void {
    this.#of(board).named.delete(sha256);
  }

  /** That release is to be run in the end. */
  wants(board: string, sha256: string): void {
    this.#of(board).wanted = sha256;
  }

  /** The image that a board started last. */
  running(board: string): StartedImage | undefined {
    return this.#of(board).running;
  }

  /** "Only images that vendor and owner both named boot." */
  started(board: string, started: StartedImage): Finding[] {
    const images = this.#of(board);
    images.running = started;
    images.tried.add(started.sha256);
    const { sha256, state, version } = started;
    const say = (rule: Finding['rule'], what: string): Finding[] => [
      { rule, what: `${board} starts version ${version} (${sha256.slice(0, 12)}…), ${what}` },
    ];
    // A roll-back returns to what ran before, below a floor that was never confirmed as well.
    if (state !== 'pending') {
      images.confirmed = version;
      return images.named.has(sha256) ? [] : say('unnamed', 'which nobody named');
    }
    const image = this.#published.get(version);
    if (version <= images.confirmed) return say('older', `after version ${images.confirmed}`);
    if (image?.sha256 === sha256 && version < this.#floor && !images.named.has(sha256)) {
      return say('floor', `below the floor ${this.#floor}`);
    }
    return images.named.has(sha256) ? [] : say('unnamed', 'which vendor and owner did not both name');
  }

  /** "A slot always boots." */
  hasNothingToStart(board: string, why: string): Finding[] {
    return [{ rule: 'unbootable', what: `${board} has nothing to start: ${why}` }];
  }

  /** The board says by its receipt that the release is done, perhaps some time after: it must have started it. */
  done(board: string, sha256: string): Finding[] {
    const images = this.#of(board);
    const { running, tried } = images;
    if (running?.sha256 === sha256) {
      images.running = { ...running, state: 'confirmed' };
      images.confirmed = running.version;
    }
    if (tried.has(sha256)) return [];
    const what = `${board} signed that ${sha256.slice(0, 12)}… is done, and never started it`;
    return [{ rule: 'unsigned', what }];
  }

  /** True when every board runs its release. */
  get isSettled(): boolean {
    return this.end().length === 0;
  }

  /** Some time after all faults have healed. */
  end(): Finding[] {
    return [...this.#boards].flatMap(([board, { running, wanted }]) =>
      running?.sha256 === wanted && running?.state === 'confirmed'
        ? []
        : [
            {
              rule: 'outdated' as const,
              what: `${board} runs version ${running?.version}, not its release (${wanted?.slice(0, 12)}…)`,
            },
          ],
    );
  }

  #of(board: string): BoardImages {
    const known = this.#boards.get(board);
    if (known) return known;
    const made: BoardImages = {
      ...{ named: new Set(), wanted: undefined, confirmed: 0, running: undefined, tried: new Set() },
    };
    this.#boards.set(board, made);
    return made;
  }
}
