import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { auditHeads } from '../board/auditHeads.js';
import { auditLinks, auditReceipts } from '../board/auditReceipts.js';
import { type BoardStatus, openBoard, verifiedStatus } from '../board/openBoard.js';
import { readReceipts } from '../board/receiptLog.js';
import { defineCommand, toggle } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { crypto } from '../operator/boardChannel.js';
import { boardFlags, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Check a board’s receipts, and the commands on chain against them',
  details:
    'Every receipt must be signed by the board and name the one before; counters must have no gap; the chain of links\n' +
    'must lead to the head that the Device holds; every consumed command must have its receipt. Receipts are those\n' +
    'that holdfast command and holdfast monitor have kept. Exit status 1 when anything is wrong or missing.',
  example: 'holdfast audit --receipts .holdfast/receipts.jsonl',
  operands: {},
  flags: { ...boardFlags, offline: toggle('do not ask the board for its newest status'), ...receiptsFlag },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const { chainId } = contracts.chain;
    const device = settings.need('device');
    const kept = readReceipts(flags.receipts, { chainId, device });
    const [facts, links, history] = await Promise.all([
      contracts.device.read(device),
      contracts.device.links(device),
      contracts.device.history(device),
    ]);
    if (!facts.exists)
      throw new Failure(
        'not_registered',
        `There is no Device at ${device} on chain ${chainId}: check the address and the chain.`,
      );

    let status: BoardStatus | undefined;
    if (!flags.offline) {
      const board = await openBoard(settings, contracts, input);
      status = await verifiedStatus(board).finally(board.close);
    }
    const keys = [facts.key, ...rotatedKeys(history)];
    const audit = auditReceipts({
      crypto,
      domain: { chainId, verifyingContract: fromHex(device, 20)! },
      receipts: kept.receipts,
      keys,
      newest: status && {
        storeBirth: status.storeBirth,
        counter: status.receiptCounter,
        head: toHex(status.receiptHead),
      },
    });
    const commands = auditLinks(links, audit, status);
    const heads = auditHeads({ crypto, chainId, device: fromHex(device, 20)!, links, history, facts });
    const findings = [...audit.findings, ...commands.findings, ...heads];
    if (kept.unreadable > 0) input.warn(`${kept.unreadable} lines of ${flags.receipts} hold no receipt.`);
    return {
      ok: findings.length === 0,
      device,
      receipts: audit.receipts,
      commands: commands.links,
      findings,
      complete: status !== undefined,
    };
  },
  show: ({ commands, complete, findings, receipts }) => [
    ...commands.map(
      ({ blockNumber, code, commandHash, outcome, sequence }) =>
        `command ${sequence}  ${commandHash}  block ${blockNumber}  ${outcome}${code ? ` (${code})` : ''}`,
    ),
    `${receipts.length} receipts, ${commands.length} commands.`,
    ...findings.map(({ rule, what }) => `WRONG (${rule}): ${what}`),
    findings.length > 0
      ? `${findings.length} findings.`
      : complete
        ? 'Nothing is missing and nothing was changed, up to the board’s newest signed status.'
        : 'Nothing here was changed; whether the newest receipts are missing, only the board could tell (--offline).',
  ],
});

/** Keys that the device had before. */
function rotatedKeys(history: readonly { name: string; values: Record<string, unknown> }[]): string[] {
  return history
    .filter(({ name }) => name === 'KeyRotated')
    .flatMap(({ values }) => Object.values(values))
    .filter((value): value is string => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value))
    .map(value => value.toLowerCase());
}
