import { auditBoard } from '../board/auditBoard.js';
import { nextSteps } from '../board/auditRemedies.js';
import { type BoardStatus, openBoard, verifiedStatus } from '../board/openBoard.js';
import { orderedWords } from '../board/orderedWords.js';
import { registeredDevice } from '../board/registered.js';
import { defineCommand, toggle } from '../cli/command.js';
import { boardFlags, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Check a board’s receipts, and the commands on chain against them',
  details:
    'Every receipt must be signed by the board and name the one before; counters must have no gap; the chain of links\n' +
    'must lead to the head that the Device holds; every consumed command must have its receipt. Receipts are those\n' +
    'that holdfast command and holdfast monitor have kept, and so are the words of an order: on chain it is a hash.\n' +
    'Exit status 1 when anything is wrong or missing.',
  example: 'holdfast audit --receipts .holdfast/receipts.jsonl',
  operands: {},
  flags: { ...boardFlags, offline: toggle('do not ask the board for its newest status'), ...receiptsFlag },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const device = settings.need('device');
    const facts = await registeredDevice(contracts, device);
    const { chainId } = contracts.chain;
    let status: BoardStatus | undefined;
    if (!flags.offline) {
      const board = await openBoard(settings, contracts, input);
      status = await verifiedStatus(board).finally(board.close);
    }
    input.progress?.('reads the links and heads on chain, and checks every receipt');
    const { audit, commands, heads, unreadable } = await auditBoard(
      contracts,
      facts,
      settings.receipts,
      status,
    );
    const findings = [...audit.findings, ...commands.findings, ...heads];
    if (unreadable > 0) input.warn(`${unreadable} lines of ${settings.receipts} hold no receipt.`);
    return {
      ok: findings.length === 0,
      device,
      receipts: audit.receipts,
      commands: commands.links.map(link => ({
        ...link,
        ordered: orderedWords(settings.home, { ...facts, chainId, device }, link.commandHash),
      })),
      findings,
      next: nextSteps(findings),
      complete: status !== undefined,
    };
  },
  show: ({ commands, complete, findings, next, receipts }) => [
    ...commands.map(
      ({ blockNumber, code, commandHash, ordered, outcome, sequence }) =>
        `command ${sequence}  ${commandHash}  block ${blockNumber}  ${outcome}${code ? ` (${code})` : ''}${ordered ? `  ${ordered}` : ''}`,
    ),
    `${receipts.length} receipts, ${commands.length} commands.`,
    ...findings.map(({ rule, what }) => `WRONG (${rule}): ${what}`),
    ...next.map(step => `Next: ${step}`),
    findings.length > 0
      ? `${findings.length} findings.`
      : complete
        ? 'Nothing is missing and nothing was changed, up to the board’s newest signed status.'
        : 'Nothing here was changed; whether the newest receipts are missing, only the board could tell (--offline).',
  ],
});
