import { fromHex } from '../../firmware/bytes/hex.js';
import { auditBoard } from '../board/auditBoard.js';
import { keptEnvelope } from '../board/envelopeFile.js';
import { type OpenBoard, openBoard, verifiedStatus } from '../board/openBoard.js';
import { settle } from '../board/settle.js';
import { defineCommand, flag, type Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { count, duration } from '../cli/kinds.js';
import { boardFlags, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Ask a board again for receipts that were missed',
  details:
    'For each order that the board has consumed and whose receipt is not here, its kept envelope is delivered again: a\n' +
    'board runs none twice, and answers with the receipt that it stored. Orders that the board has not consumed are left\n' +
    'alone. A board stores its newest receipts only. Exit status 1 when a receipt stays missing.',
  example: 'holdfast receipts --since 12',
  operands: {},
  flags: {
    ...boardFlags,
    since: flag(count(1, 0xffffffff), 'the number of the first order that counts; all if left out', 1),
    wait: flag(duration(86_400), 'how long to wait for each receipt (default 30s)', 30),
    ...receiptsFlag,
  },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const status = await verifiedStatus(board);
      const missing = async () => {
        const { commands } = await auditBoard(contracts, board.facts, settings.receipts, status);
        return commands.links.filter(
          ({ outcome, sequence }) => outcome === 'missing' && sequence >= flags.since,
        );
      };
      const asked = await missing();
      for (const { commandHash, sequence } of asked) {
        input.signal.throwIfAborted();
        const kept = keptEnvelope(settings.home, commandHash);
        if (!kept) continue;
        input.note(`Order ${sequence} is delivered again.`);
        await deliverAgain(input, {
          board,
          contracts,
          bytes: kept.bytes,
          commandHash,
          settings,
          wait: flags.wait,
        });
      }
      const lost = (await missing()).map(({ commandHash, sequence }) => ({
        sequence,
        commandHash,
        envelope: keptEnvelope(settings.home, commandHash) !== undefined,
      }));
      const { address: device } = board.facts;
      return { ok: lost.length === 0, device, asked: asked.length, came: asked.length - lost.length, lost };
    } finally {
      board.close();
    }
  },
  show: ({ asked, came, lost }) => [
    asked === 0 ? 'No receipt is missing.' : `${came} of ${asked} receipts came.`,
    ...lost.map(
      ({ commandHash, envelope, sequence }) =>
        `Missing: order ${sequence} (${commandHash}): ${envelope ? 'the board has its receipt no more, or did not answer' : 'its envelope is not kept here; ask whoever sent it for their receipts'}`,
    ),
  ],
});

/** Delivers one envelope again; its receipt is kept as it comes. What does not come shows afterwards. */
async function deliverAgain(
  input: Pick<Surroundings, 'note' | 'signal' | 'warn'>,
  {
    board,
    bytes,
    commandHash,
    contracts,
    settings,
    wait: waitSeconds,
  }: {
    board: OpenBoard;
    contracts: Parameters<typeof settle>[1]['contracts'];
    bytes: Uint8Array;
    commandHash: string;
    settings: Settings;
    /** Seconds. */
    wait: number;
  },
): Promise<void> {
  const subject = fromHex(commandHash, 32)!;
  const { receipts } = settings;
  const remedy = 'See holdfast status.';
  try {
    await settle(input, {
      ...{ board, contracts, bytes, subject, receipts, remedy, waitSeconds },
      kind: 'envelope',
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'no_answer') throw error;
    input.warn(error.message);
  }
}
