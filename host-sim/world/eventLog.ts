/** The log of a world: what happened, when and to whom. Two runs of one seed have the same, byte by byte. */
import { createHash } from 'node:crypto';

/** Lines kept for a person; the hash covers all. */
const TAIL_LINES = 40;

/** Hashes each line as it comes, so that a world of years costs no memory. */
export class EventLog {
  readonly #hash = createHash('sha256');
  readonly #tell: ((line: string) => void) | undefined;
  #count = 0;
  #tail: string[] = [];

  /** @param tell gets each line, for whoever wants to read or keep them */
  constructor(tell?: (line: string) => void) {
    this.#tell = tell;
  }

  add(atMs: number, actor: string, what: string): void {
    const line = `${atMs} ${actor} ${what}`;
    this.#hash.update(`${line}\n`);
    this.#count++;
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    this.#tell?.(line);
  }

  get count(): number {
    return this.#count;
  }

  /** The last lines, oldest first. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** SHA-256 of all lines so far, 64 hex digits. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
