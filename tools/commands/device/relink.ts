import { ContractError, explainedErrors } from '../../../contracts/client/errors.js';
import type { Contracts, DeviceFacts } from '../../../contracts/client/index.js';
import { decodeParams } from '../../../firmware/app/params.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { CommandClass, type Envelope } from '../../../firmware/command/envelope.js';
import { auditBoard } from '../../board/auditBoard.js';
import { keptEnvelope, setAside } from '../../board/envelopeFile.js';
import { linkAndSettle, type SettledOrder } from '../../board/linkAndSettle.js';
import { type OpenBoard, openBoard, verifiedStatus } from '../../board/openBoard.js';
import { doubts, type OpenOrders, openOrders } from '../../board/openOrders.js';
import { receiptLine } from '../../board/receipt.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { duration } from '../../cli/kinds.js';
import { hashOf } from '../../operator/order.js';
import {
  boardFlags,
  deviceOperand,
  mineFlag,
  receiptsFlag,
  senderFlags,
  signerFlags,
} from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const { device: _, ...brokerFlags } = boardFlags;

export default defineCommand({
  summary: 'Give the orders again that a new epoch voided (commander; signers for what cannot be undone)',
  details:
    'Every order of an older epoch that the board did not consume, whose time is not over and whose envelope is kept here,\n' +
    'gets a new envelope and a new link, in the order of before, each up to its receipt. Only with the board’s receipts\n' +
    'whole: an order whose receipt is missing may have run, and would run twice.',
  example: 'holdfast device relink',
  operands: { ...deviceOperand },
  flags: {
    ...brokerFlags,
    ...senderFlags,
    ...signerFlags,
    wait: flag(
      duration(86_400),
      'how long to wait for the board, for each (default 60s, 40m with real finality)',
    ),
    'dry-run': toggle('only say which orders are open'),
    'despite-gaps': toggle('also where receipts are missing: an order may run a second time'),
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings({ ...flags, device: operands.device });
    const acting = flags['dry-run'] ? undefined : await settings.chainAs(input, 'operator', flags.keystore);
    const contracts = acting ?? (await settings.chain());
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const { open, ...rest } = await findOpen(settings, contracts, board, flags['despite-gaps']);
      const facts = { device: board.facts.address, epoch: board.facts.epoch, ...rest };
      const left = open.map(({ envelope, link }) => ({ action: envelope.action, sequence: link.sequence }));
      if (!acting) return { ok: true, ...facts, open: left, relinked: [] };
      const irreversible = open.some(({ envelope }) => envelope.class === CommandClass.irreversible);
      const signers = irreversible ? await settings.signers(input, 'signers', flags.signer) : undefined;
      const relinked: SettledOrder[] = [];
      for (const { envelope, link } of open) {
        const { action } = envelope;
        const order = {
          ...{ action, settings, contracts: acting, board, flags },
          status: await verifiedStatus(board),
          params: decodeParams(envelope.params),
          life: link.notAfter - (await contracts.chain.now()),
          signers: envelope.class === CommandClass.irreversible ? signers : undefined,
        };
        relinked.push(await onceAside(settings.home, link.commandHash, () => linkAndSettle(input, order)));
      }
      return { ok: relinked.every(({ ok }) => ok), ...facts, open: [], relinked };
    } finally {
      board.close();
    }
  },
  show: ({ device, epoch, expired, lost, open, relinked }) => [
    ...open.map(({ action, sequence }) => `open: ${action}, number ${sequence} of before`),
    ...relinked.map(
      ({ action, answer, receipt, sequence }) =>
        `${action} is number ${sequence} now: ${receipt ? receiptLine(receipt) : answer.verdict}`,
    ),
    ...lost.map(({ sequence }) => `lost: number ${sequence} of before, whose envelope is not kept here`),
    ...expired.map(({ sequence }) => `over: number ${sequence} of before`),
    `${device} is in epoch ${epoch}: ${relinked.length} orders given again, ${open.length + lost.length} left.`,
  ],
});

/**
 * Does `work` with the envelope put aside, so that a second run does not give the order a third time. It comes back only
 * where the contract refused the link: after any other failure the link may be there.
 */
async function onceAside<T>(home: string, hash: string, work: () => Promise<T>): Promise<T> {
  const restore = setAside(home, hash.toLowerCase());
  try {
    return await work();
  } catch (error) {
    if (error instanceof ContractError && explainedErrors.includes(error.code)) restore();
    throw error;
  }
}

/** @throws Failure `epoch_behind` before the board has entered the epoch, `receipts_gap` where an order may have run */
async function findOpen(
  settings: Settings,
  contracts: Contracts,
  board: OpenBoard,
  despiteGaps: boolean,
): Promise<OpenOrders<Envelope>> {
  const { facts } = board;
  const status = await verifiedStatus(board);
  if (status.epoch < facts.epoch) {
    throw new Failure(
      'epoch_behind',
      `The board is in epoch ${status.epoch} and has not yet entered epoch ${facts.epoch}: an order of before may still be running. Try again when holdfast status shows the epoch.`,
    );
  }
  const { audit, commands } = await auditBoard(contracts, facts, settings.receipts, status);
  const [first] = doubts(audit);
  if (first !== undefined && !despiteGaps) {
    throw new Failure(
      'receipts_gap',
      `An order that counts as open may have run: ${first}. Bring the receipts here (--receipts FILE), or give --despite-gaps if running it twice does no harm.`,
    );
  }
  const now = await contracts.chain.now();
  return openOrders(commands.links, facts.epoch, now, hash =>
    envelopeOf(settings.home, contracts, facts, hash),
  );
}

/** The kept envelope of a link, if it is the very one. */
function envelopeOf(
  home: string,
  { chain }: Contracts,
  { address, fleet }: DeviceFacts,
  hash: string,
): Envelope | undefined {
  const envelope = keptEnvelope(home, hash.toLowerCase())?.delivery.envelope;
  if (!envelope) return undefined;
  const found = hashOf({ chainId: chain.chainId, device: address, fleet }, envelope);
  return toHex(found) === hash.toLowerCase() ? envelope : undefined;
}
