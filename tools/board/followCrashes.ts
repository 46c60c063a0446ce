/** The crash receipts of a board as they come: signatures checked against the chain, good ones kept, forged ones told. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import { oneLine } from '../cli/failure.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import type { SeenCrash } from '../operator/crash.js';
import { keepCrash } from './crashLog.js';
import { isSignedByBoard } from './signedByBoard.js';

export interface FollowCrashesOptions {
  contracts: Contracts;
  device: Hex;
  /** The file that they are kept in. */
  file: string;
}

/** Keeps each crash receipt of a board. */
export class CrashFollower {
  readonly counts = { came: 0, forged: 0 };
  readonly #options: FollowCrashesOptions;
  readonly #surroundings: Surroundings;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(surroundings: Surroundings, options: FollowCrashesOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
  }

  /** Follows a channel that passes on forged messages too (`unchecked` of openBoard). */
  listen(channel: BoardChannel): void {
    channel.on('crash', crash => {
      this.#turn = this.#turn
        .then(() => this.#crash(crash))
        .catch(error => this.#surroundings.note(oneLine(String(error))));
    });
  }

  /** Resolves when every receipt that has come was told. */
  async end(): Promise<void> {
    await this.#turn;
  }

  async #crash(crash: SeenCrash): Promise<void> {
    const { contracts, device, file } = this.#options;
    const { signer } = crash;
    if (!(await isSignedByBoard(contracts, device, signer))) {
      this.counts.forged++;
      this.#surroundings.emit(
        { kind: 'forged', by: signer ?? 'nobody' },
        `FORGED: signed by ${signer ?? 'nobody'}`,
      );
      return;
    }
    this.counts.came++;
    keepCrash(file, { chainId: contracts.chain.chainId, device }, crash);
    const { count, number } = crash;
    this.#surroundings.emit(
      { kind: 'crash', number, count },
      `crash ${number}${count > 1 ? `, ${count} times` : ''}`,
    );
  }
}
