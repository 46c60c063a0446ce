/** Reads at the broker what boards publish, as their owner may: receipts with the signature of the board's key. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import { parseStatus, statusHash } from '../../firmware/device/status.js';
import { receiptHash } from '../../firmware/ledger/receipt.js';
import type { Finding } from '../../host-sim/world/finding.js';
import type { Message } from '../../host-sim/world/message.js';
import type { ReceiptFact } from '../../host-sim/world/receiptRules.js';
import { BoardMail, crypto } from '../operator/boardMail.js';

/** A board with the key that it was registered with. */
interface Listened {
  name: string;
  mail: BoardMail;
  domain: { chainId: number; verifyingContract: Uint8Array };
  key: string;
}

export interface EarWorld {
  tell(actor: string, what: string): void;
  judge(findings: readonly Finding[]): void;
  onReceipt(board: string, receipt: ReceiptFact): void;
  /** True where the birth of the board's journal matters. */
  isLossy(board: string): boolean;
  /** Told the Unix second of that birth, from a status that the board signed. */
  onBirth(board: string, birth: number): void;
}

export class Ear {
  readonly #world: EarWorld;
  readonly #byUser = new Map<string, Listened>();

  constructor(world: EarWorld) {
    this.#world = world;
  }

  /** From now on the receipts of that board are read. @param key address of its key, 0x and lower case */
  listen(name: string, access: BrokerAccess, domain: Listened['domain'], key: string): void {
    this.#byUser.set(access.user, { name, mail: new BoardMail(access, domain), domain, key });
  }

  /** All that passes the broker. */
  hear({ payload, topic }: Message): void {
    const { judge, onReceipt, tell } = this.#world;
    const [, user, , kind] = topic.split('/');
    const listened = this.#byUser.get(user);
    tell('broker', `${topic} ${toHex(crypto.keccak256(payload)).slice(0, 18)}`);
    if (kind === 'status' && listened && this.#world.isLossy(listened.name))
      this.#hearStatus(listened, payload);
    if (kind !== 'receipt' || !listened) return;
    const { domain, key, mail, name } = listened;
    const published = mail.openReceipt(payload);
    if (!published) return;
    const { receipt, signature } = published;
    const digest = receiptHash(crypto, domain, receipt);
    const signer = crypto.recoverAddress(digest, signature);
    if (!signer || toHex(signer) !== key) {
      judge([{ rule: 'unsigned', what: `a receipt of ${name} is signed by another key` }]);
      return;
    }
    const fact = {
      ...{ birth: receipt.storeBirth, counter: receipt.counter, outcome: receipt.outcome },
      ...{ previous: toHex(receipt.previous), envelope: toHex(receipt.envelopeHash), hash: toHex(digest) },
    };
    tell(name, `receipts ${fact.counter} ${fact.outcome} ${fact.envelope}`);
    onReceipt(name, fact);
  }

  #hearStatus({ domain, key, mail, name }: Listened, payload: Uint8Array): void {
    const bytes = mail.openStatus(payload);
    const parsed = bytes && parseStatus(bytes);
    if (parsed?.verdict !== 'accepted') return;
    const { signature, status } = parsed.value;
    const signer = crypto.recoverAddress(statusHash(crypto, domain, status), signature);
    if (signer && toHex(signer) === key) this.#world.onBirth(name, status.storeBirth);
  }
}
