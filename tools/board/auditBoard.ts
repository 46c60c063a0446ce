/** The whole audit of one board: the kept receipts, the links on chain and the head that the Device holds. */
import type { Contracts, DeviceFacts } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { crypto } from '../operator/boardChannel.js';
import { auditHeads } from './auditHeads.js';
import { auditLinks, auditReceipts, type Finding, type ReceiptAudit } from './auditReceipts.js';
import type { BoardStatus } from './openBoard.js';
import { readReceipts } from './receiptLog.js';

export interface BoardAudit {
  audit: ReceiptAudit;
  commands: ReturnType<typeof auditLinks>;
  heads: Finding[];
  /** Lines of the log that hold no receipt. */
  unreadable: number;
}

/** `status`: the board's newest, signed; without it nobody sees that the newest receipts are missing. @throws Failure */
export async function auditBoard(
  contracts: Contracts,
  facts: DeviceFacts,
  log: string,
  status: BoardStatus | undefined,
): Promise<BoardAudit> {
  const { chainId } = contracts.chain;
  const { address } = facts;
  const kept = readReceipts(log, { chainId, device: address });
  const [links, history] = await Promise.all([
    contracts.device.links(address),
    contracts.device.history(address),
  ]);
  const device = fromHex(address, 20)!;
  const audit = auditReceipts({
    crypto,
    domain: { chainId, verifyingContract: device },
    receipts: kept.receipts,
    keys: [facts.key, ...rotatedKeys(history)],
    newest: status && {
      storeBirth: status.storeBirth,
      counter: status.receiptCounter,
      head: toHex(status.receiptHead),
    },
  });
  const commands = auditLinks(links, audit, status);
  const heads = auditHeads({ crypto, chainId, device, links, history, facts });
  return { audit, commands, heads, unreadable: kept.unreadable };
}

/** Keys that the device had before. */
function rotatedKeys(history: readonly { name: string; values: Record<string, unknown> }[]): string[] {
  return history
    .filter(({ name }) => name === 'KeyRotated')
    .flatMap(({ values }) => Object.values(values))
    .filter((value): value is string => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value))
    .map(value => value.toLowerCase());
}
