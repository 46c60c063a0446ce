/** The outcomes of a release at its boards, by the receipts that they signed: who runs it, and who left it. */
import { existsSync } from 'node:fs';
import type { Contracts, Hex, PublishedRelease, ReceiptFields } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { outcomes as names, type Receipt, receiptHash } from '../../firmware/ledger/receipt.js';
import type { PublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import { readAllReceipts } from '../board/receiptLog.js';
import { crypto } from '../operator/boardChannel.js';
import { approvalsOf } from './offerOf.js';

export interface Outcomes {
  /** Boards whose receipt says that they run it. */
  done: Hex[];
  /** Boards that ran it, and whose newest receipt was signed under another image: their owner went on, or back. */
  gone: Hex[];
  /** Boards that tried it and went back, with the receipt that says so. */
  failed: { device: Hex; receipt: PublishedReceipt }[];
}

/** A reader of a growing log of receipts: signatures that were checked are not checked again. */
export class OutcomeReader {
  readonly #contracts: Contracts;
  readonly #log: string;
  readonly #channel: Hex;
  #registered: ReadonlySet<Hex> = new Set();
  /** Registered boards, and the key by which each signs; asked for once a board. */
  readonly #keys = new Map<string, Promise<Hex | undefined>>();
  /** Receipts that were looked at, by their signature: true when the board of the release signed it. */
  readonly #genuine = new Map<string, boolean>();

  /** @param log the file of receipts that `holdfast monitor` and others keep */
  constructor(contracts: Contracts, log: string, channel: Hex) {
    this.#contracts = contracts;
    this.#log = log;
    this.#channel = channel;
  }

  /** @throws Failure `receipts`, ContractError */
  async read(release: PublishedRelease): Promise<Outcomes> {
    const { chainId } = this.#contracts.chain;
    const versions = (await this.#contracts.channel.releases(this.#channel)).map(({ version }) => version);
    const approvals = new Set(approvalsOf(crypto, this.#channel, release, versions));
    const { boards } = existsSync(this.#log) ? readAllReceipts(this.#log, chainId) : { boards: new Map() };
    const found: Outcomes = { done: [], gone: [], failed: [] };
    for (const [board, receipts] of boards as Map<string, PublishedReceipt[]>) {
      const device = board as Hex;
      const newestFirst = receipts.sort(byAge).reverse();
      // The newest word counts: a board may fail first and take it at another offer, or in the place of an older one.
      const about = newestFirst.filter(({ receipt }) => approvals.has(toHex(receipt.envelopeHash)));
      const word = await this.#firstGenuine(device, about);
      if (!word) continue;
      const runs = ({ receipt }: PublishedReceipt) => toHex(receipt.imageHash) === release.imageSha256;
      if (word.receipt.outcome === 'failed') found.failed.push({ device, receipt: word });
      else if (word.receipt.outcome === 'done' && runs(word)) {
        const isThere = runs((await this.#firstGenuine(device, newestFirst))!);
        found[isThere ? 'done' : 'gone'].push(device);
      }
    }
    return found;
  }

  async #firstGenuine(
    device: Hex,
    receipts: readonly PublishedReceipt[],
  ): Promise<PublishedReceipt | undefined> {
    for (const each of receipts) if (await this.#isGenuine(device, each)) return each;
    return undefined;
  }

  async #isGenuine(device: Hex, { receipt, signature }: PublishedReceipt): Promise<boolean> {
    const place = toHex(signature);
    const known = this.#genuine.get(place);
    if (known !== undefined) return known;
    const key = await this.#keyOf(device);
    const domain = { chainId: this.#contracts.chain.chainId, verifyingContract: fromHex(device, 20)! };
    const signer = crypto.recoverAddress(receiptHash(crypto, domain, receipt), signature);
    const isGenuine = key !== undefined && signer !== undefined && toHex(signer) === key;
    this.#genuine.set(place, isGenuine);
    return isGenuine;
  }

  /** The key of a board that follows the channel; undefined for any other address. */
  #keyOf(device: Hex): Promise<Hex | undefined> {
    const asked = this.#keys.get(device) ?? this.#askKey(device);
    this.#keys.set(device, asked);
    return asked;
  }

  async #askKey(device: Hex): Promise<Hex | undefined> {
    // Read anew for a board that came since: one look answers for all that are known by then.
    if (!this.#registered.has(device)) {
      const registrations = await this.#contracts.factory.registrations();
      this.#registered = new Set(registrations.map(each => each.device));
    }
    if (!this.#registered.has(device)) return undefined;
    const { channel, exists, key } = await this.#contracts.device.read(device);
    return exists && channel === this.#channel.toLowerCase() ? key : undefined;
  }
}

const byAge = ({ receipt: a }: PublishedReceipt, { receipt: b }: PublishedReceipt): number =>
  a.storeBirth - b.storeBirth || a.counter - b.counter;

/** The receipt as the contract takes it. */
export const receiptFields = ({ outcome, ...receipt }: Receipt): ReceiptFields => ({
  storeBirth: BigInt(receipt.storeBirth),
  counter: BigInt(receipt.counter),
  previous: toHex(receipt.previous) as Hex,
  envelopeHash: toHex(receipt.envelopeHash) as Hex,
  outcome: names.indexOf(outcome),
  code: receipt.code,
  resultHash: toHex(receipt.resultHash) as Hex,
  imageHash: toHex(receipt.imageHash) as Hex,
  blockNumber: BigInt(receipt.blockNumber),
  blockHash: toHex(receipt.blockHash) as Hex,
});
