/**
 * The image servers of a board: the order in which they are asked, and how many sectors each may wear. Every sector
 * that a server makes the board write is the right one, so only a slot that does not keep what was written, or a
 * download that begins again, is ever written twice.
 */

import { equal } from '../bytes/equal.js';

/** Sectors that a server may make the board write beyond the image's own, for one release and one boot. */
export const REWRITES_MAX = 16;

/** The image servers, over all downloads of a boot. */
export class Sources {
  #order: readonly string[];
  #release: Uint8Array = new Uint8Array(0);
  #sectors = 0;
  readonly #written = new Map<string, number>();

  /** Base URLs, in the order in which they are asked at first. */
  constructor(servers: readonly string[]) {
    this.#order = servers;
  }

  /** Begins a download of the release of that approval hash, which has so many sectors. The same one goes on counting. */
  begin(release: Uint8Array, sectors: number): void {
    if (!equal(release, this.#release)) this.#written.clear();
    this.#release = release;
    this.#sectors = sectors;
  }

  /** The servers in the order in which they are asked, those first that did not fail. */
  get order(): readonly string[] {
    return this.#order;
  }

  /** Has a server that was slow, absent or wrong asked after all others. */
  askLast(server: string): void {
    this.#order = [...this.#order.filter(other => other !== server), server];
  }

  /** Counts a sector that was written with what the server sent. */
  wrote(server: string): void {
    this.#written.set(server, this.#count(server) + 1);
  }

  /** True while the server may make the board write another sector. */
  mayWrite(server: string): boolean {
    return this.#count(server) < this.#sectors + REWRITES_MAX;
  }

  #count(server: string): number {
    return this.#written.get(server) ?? 0;
  }
}
