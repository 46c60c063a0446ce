/** Files that a person opens in the page: a log of a seeded world, or a recording, which runs in a page of its own. */
import { randomBytes } from 'node:crypto';
import type { OpenOutcome } from '../../host-sim/page/protocol.js';
import { imagesOf } from '../../host-sim/recording/images.js';
import type { readPage } from './files.js';
import { LogWorld } from './logWorld.js';
import type { PageWorld } from './pageWorld.js';
import { LOG_BYTES_MAX, readLog } from './readLog.js';
import { PAGE_RECORDING_BYTES_MAX, replayPage } from './replayPage.js';

/** Bytes of a file. */
export const OPENED_BYTES_MAX = Math.max(LOG_BYTES_MAX, PAGE_RECORDING_BYTES_MAX);
/** So many of the newest are kept. */
const KEPT_MAX = 3;
const NAME_CHARACTERS_MAX = 120;

/** The newest opened files: a person who has the id of one may see it, and nobody can guess it. */
export class Opened {
  readonly #files: ReturnType<typeof readPage>;
  readonly #worlds = new Map<string, PageWorld>();
  readonly #pages = new Map<string, string>();

  /** @param files of the page */
  constructor(files: ReturnType<typeof readPage>) {
    this.#files = files;
  }

  world = (id: string): PageWorld | undefined => this.#worlds.get(id);
  page = (id: string): string | undefined => this.#pages.get(id);

  /** Takes a file. Untrusted bytes, and an untrusted name. Never throws. */
  open(bytes: Uint8Array, name: string): OpenOutcome {
    const shownName = name.slice(0, NAME_CHARACTERS_MAX);
    if (imagesOf(bytes).images.length > 0) return this.#play(bytes);
    const log = readLog(bytes);
    if (typeof log !== 'string') {
      const world = keep(this.#worlds, new LogWorld(log, shownName));
      return { ok: true, says: `${log.lines.length} lines of a run`, world };
    }
    return { ok: false, says: `${log} And it is no recording that can be played.` };
  }

  #play(recording: Uint8Array): OpenOutcome {
    try {
      const page = keep(this.#pages, replayPage(recording, this.#files));
      return { ok: true, says: 'a recording, in which the firmware runs again', page: `/opened/${page}` };
    } catch (error) {
      return { ok: false, says: `This recording cannot be played: ${(error as Error).message}` };
    }
  }
}

/** @returns the id of what is kept */
function keep<T>(kept: Map<string, T>, value: T): string {
  const id = randomBytes(16).toString('hex');
  kept.set(id, value);
  for (const oldest of [...kept.keys()].slice(0, -KEPT_MAX)) kept.delete(oldest);
  return id;
}
