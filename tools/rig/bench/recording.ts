/** The recording of a bench's board: made under a passing name, and kept under that of the scenario that failed. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME_CHARACTERS_MAX = 80;

export class Recording {
  /** The board writes here. */
  readonly file: string;
  readonly #folder: string;
  #kept: string | undefined;

  /** @param folder made if it is not there */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.file = join(folder, `.${randomUUID()}.part`);
  }

  /** The path that it has once it is closed, after the scenario's name; no other file has it. */
  keepAs(name: string): string {
    const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const stem = words.slice(0, NAME_CHARACTERS_MAX).replaceAll(/^-+|-+$/g, '') || 'scenario';
    const path = (number: number) =>
      join(this.#folder, `${stem}${number === 1 ? '' : `-${number}`}.recording`);
    let number = 1;
    while (existsSync(path(number))) number++;
    this.#kept = path(number);
    return this.#kept;
  }

  /** The board is gone, and writes no more. */
  close(): void {
    if (this.#kept !== undefined && existsSync(this.file)) renameSync(this.file, this.#kept);
    else rmSync(this.file, { force: true });
  }
}
