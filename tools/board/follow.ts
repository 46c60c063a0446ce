/** A board's messages one by one: signatures are checked, and a forged message is told as forged. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import { decodeParams } from '../../firmware/app/params.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { oneLine } from '../cli/failure.js';
import { toJson } from '../cli/json.js';
import type { Answer, BoardChannel, SeenReceipt } from '../operator/boardChannel.js';
import type { BoardStatus } from './openBoard.js';
import { checkReceipt, receiptLine } from './receipt.js';
import { keepReceipt } from './receiptLog.js';
import { trailLines } from './trail.js';

export interface FollowOptions {
  contracts: Contracts;
  device: Hex;
  /** The file that receipts are kept in. */
  receipts: string;
}

/**
 * Tells a command's `emit` of every message of a board, in the order in which they came, and keeps its receipts.
 *
 * @example
 * const follower = new Follower(input, { contracts, device, receipts: '.holdfast/receipts.jsonl' });
 * follower.listen(channel);
 * await follower.end();
 */
export class Follower {
  readonly counts = { answers: 0, receipts: 0, statuses: 0, forged: 0 };
  readonly #options: FollowOptions;
  readonly #surroundings: Surroundings;
  /** One thing after the other, so that it is told and kept in the order in which it came. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(surroundings: Surroundings, options: FollowOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
  }

  /** Follows a channel that passes on forged messages too (`unchecked` of openBoard). */
  listen(channel: BoardChannel): void {
    channel
      .on('answer', answer => this.#inTurn(async () => this.#answer(answer)))
      .on('receipt', receipt => this.#inTurn(() => this.#receipt(receipt)))
      .on('status', status => this.#inTurn(() => this.#status(status)))
      .on('presence', said =>
        this.#inTurn(async () => {
          const presence = oneLine(said, 20);
          this.#tell({ kind: 'presence', presence }, `presence ${presence}`);
        }),
      )
      .on('broker', said =>
        this.#inTurn(async () => {
          if (said === 'back') this.#tell({ kind: 'broker', connected: true }, 'broker   back');
          else {
            const reason = oneLine(said.lost, 200);
            this.#tell(
              { kind: 'broker', connected: false, reason },
              `broker   LOST: ${reason}; trying again`,
            );
          }
        }),
      );
  }

  /** Resolves when every message that has come was told. */
  async end(): Promise<void> {
    await this.#turn;
  }

  /** One event with the time of this computer; lines for people begin with it. */
  #tell(event: object, line: string): void {
    const now = new Date();
    this.#surroundings.emit({ at: now.toISOString(), ...event }, `${now.toTimeString().slice(0, 8)} ${line}`);
  }

  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch(error => this.#surroundings.note(oneLine(String(error))));
  }

  /** The key in force: it may be rotated while we listen. Until that is final the board signs with the former one. */
  async #key(signer: string | undefined): Promise<Hex | undefined> {
    const { contracts, device } = this.#options;
    const { key } = await contracts.device.read(device);
    if (signer === key) return key;
    const finalKey = await contracts.device.finalKey(device);
    return finalKey !== undefined && signer === finalKey ? finalKey : undefined;
  }

  #answer(answer: Answer): void {
    const { code, evidence, kind, subject, trail, verdict } = answer;
    const { emit, json } = this.#surroundings;
    this.counts.answers++;
    this.#tell(
      { kind: 'answer', about: kind, subject, verdict, code, evidence, trail },
      `answer   ${kind} ${subject}: ${verdict}${code ? ` (${code})` : ''}`,
    );
    if (!json) for (const line of trailLines(answer)) emit({}, line);
  }

  async #receipt(seen: SeenReceipt): Promise<void> {
    const { contracts, device, receipts } = this.#options;
    const key = await this.#key(seen.signer);
    if (!key) return this.#forged('receipt', seen.signer);
    const checked = await checkReceipt(contracts, key, seen).catch(() => undefined);
    if (!checked) return this.#forged('receipt', 'a result that was exchanged');
    this.counts.receipts++;
    keepReceipt(receipts, { chainId: contracts.chain.chainId, device }, seen);
    this.#tell({ kind: 'receipt', ...checked }, receiptLine(checked));
  }

  async #status(status: BoardStatus): Promise<void> {
    if (!(await this.#key(status.signer))) return this.#forged('status', status.signer);
    this.counts.statuses++;
    const { receiptCounter, sequence, version } = status;
    const imageHash = toHex(status.imageHash);
    const state = status.state.length === 0 ? undefined : decodeParams(status.state);
    const shows = state === undefined ? '' : `, the app ${toJson(state)}`;
    this.#tell(
      { kind: 'status', version, sequence, receiptCounter, imageHash, state },
      `status   image version ${version}, ${sequence} commands consumed, ${receiptCounter} receipts${shows}`,
    );
  }

  #forged(kind: string, signer: string | undefined): void {
    this.counts.forged++;
    const by = signer ?? 'nobody';
    this.#tell({ kind, forged: true, by }, `${kind} FORGED: it comes from ${by}, not from the board`);
  }
}
