/** `holdfast provision --csv`: a list of boards made at ports, with a journal and labels. */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { oneAfterAnother } from '../../host-sim/node/oneAfterAnother.js';
import { seeToFinality } from '../board/finality.js';
import { offerClaimCode } from '../claim/offer.js';
import type { Surroundings } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import { directoryConsole } from '../console/directory.js';
import type { Initial } from '../console/provisioning.js';
import { serialConsole } from '../console/serial.js';
import { readImage } from '../release/imageFacts.js';
import { refuseUnreleased } from '../release/published.js';
import type { Settings } from '../settings/settings.js';
import { Journal } from './journal.js';
import { type LabelSheet, labelFiles, writeSheet } from './labels.js';
import { type LineOutcome, type LineResult, runLine } from './line.js';
import { type ListedBoard, readList } from './list.js';
import { makeBoard, type Offer, type Workshop } from './makeBoard.js';
import { type Alone, activate, type Payer, type Registration, register } from './registration.js';

export interface ProductionOptions {
  csv: string;
  port: readonly string[];
  /** Default: beside the list, named after it. */
  journal?: string;
  /** Folder of labels; none are made without. */
  labels?: string;
  /** Seconds for the next board to come, and for one answer of a board. */
  'next-board': number;
  answer: number;
  image?: Uint8Array;
  build?: string;
  baud: number;
  erase: boolean;
  unreleased: boolean;
  keystore?: string;
  'no-activate': boolean;
  'no-mine': boolean;
}

export interface Line extends Surroundings {
  flags: ProductionOptions & Registration['flags'];
  settings: Settings;
  contracts: Payer;
  /** The initial values of a board without an owner of its own. */
  initial: Initial;
  /** The hardware id of the channel. */
  hardware: Hex;
}

export interface BoardReport {
  serial: string;
  /** `before`: made by an earlier run of the same list. */
  outcome: 'made' | 'before' | 'failed' | 'unreached';
  port?: string;
  device?: Hex;
  key?: Hex;
  claimKey?: Hex;
  seconds?: number;
  code?: string;
  message?: string;
}

export interface ProductionResult {
  ok: boolean;
  boards: BoardReport[];
  journal: string;
  labels?: LabelSheet;
}

/** Milliseconds that a board may be unplugged while it is flashed. */
const RETURN_MS = 60_000;

/** Makes all boards of the list that its journal does not know as done. @throws Failure `production_list`, `production_journal` */
export async function runProduction(line: Line): Promise<ProductionResult> {
  const { csv, journal: path = journalBeside(csv), labels } = line.flags;
  const boards = readList(csv);
  if (line.flags.port.length === 0 && boards.some(({ port }) => port === undefined))
    throw new UsageError('--csv needs --port PORT: where the boards come that the list gives no port.');
  const journal = Journal.open(path);
  let made: Omit<ProductionResult, 'labels'>;
  let sheet: LabelSheet | undefined;
  try {
    const left = boards.filter(({ serialNumber }) => !journal.of(serialNumber).done);
    if (left.length < boards.length)
      line.note(`${boards.length - left.length} of ${boards.length} boards were made before.`);
    const workshop = await openWorkshop(line, journal, left);
    const result = await runLine({
      boards: left,
      ports: line.flags.port,
      make: (board, port, isNext) => makeBoard(workshop, board, port, isNext),
      onOutcome: outcome => tell(outcome, journal, line.note),
      note: line.note,
      waitMs: 1000 * line.flags['next-board'],
      signal: line.signal,
    });
    if (result.outcomes.some(outcome => 'made' in outcome))
      await seeToFinality(line, {
        rpc: line.settings.need('rpc'),
        chainId: line.contracts.chain.chainId,
        block: Number(await line.contracts.chain.client.getBlockNumber()),
        mine: !line.flags['no-mine'],
      });
    const reports = reportsOf(boards, result, journal);
    made = { ok: reports.every(isMade), boards: reports, journal: path };
  } finally {
    // Also after Ctrl-C: what was made has its label.
    sheet = sheetOf(boards, journal, labels);
    journal.close();
  }
  return { ...made, labels: sheet };
}

const isMade = ({ outcome }: BoardReport): boolean => outcome === 'made' || outcome === 'before';

function sheetOf(
  boards: readonly ListedBoard[],
  journal: Journal,
  folder: string | undefined,
): LabelSheet | undefined {
  if (folder === undefined) return undefined;
  const made = boards.filter(({ serialNumber }) => journal.of(serialNumber).done);
  return writeSheet(
    folder,
    made.map(({ serialNumber }) => serialNumber),
  );
}

const journalBeside = (csv: string): string =>
  join(dirname(csv), `${basename(csv).replace(/\.csv$/i, '')}.journal.jsonl`);

async function openWorkshop(line: Line, journal: Journal, boards: readonly ListedBoard[]): Promise<Workshop> {
  const { contracts, flags, initial, note, settings, signal } = line;
  // All send with one key, whose transactions are numbered.
  const alone = oneAfterAnother();
  return {
    ...{ journal, hardware: line.hardware, device: contracts.device },
    flash: await flasherOf(line),
    open: port =>
      isDirectory(port)
        ? directoryConsole(port, said => note(`${port}: ${said}`), signal)
        : serialConsole(port, {
            onLog: said => note(`${port}: ${said}`),
            answerMs: 1000 * flags.answer,
            signal,
          }),
    register: (console, identity, { owner = initial.owner, serialNumber }, proofs) =>
      register({
        ...{ flags, settings, contracts, console, identity, alone },
        ...proofs,
        note: said => note(`${serialNumber}: ${said}`),
        initial: { ...initial, owner },
      }),
    ...(!flags['no-activate'] && {
      activate: device => alone(async () => void (await activate(line, settings, contracts, device))),
    }),
    offer: await offerOf(line, boards, alone),
  };
}

const isDirectory = (port: string): boolean =>
  statSync(port, { throwIfNoEntry: false })?.isDirectory() ?? false;

async function flasherOf({ contracts, flags, note, settings, signal }: Line): Promise<Workshop['flash']> {
  const { baud, build, erase, image, unreleased } = flags;
  if (image === undefined && build === undefined) return undefined;
  if (image === undefined || build === undefined)
    throw new UsageError('Boards are flashed with --image FILE and --build DIRECTORY together.');
  const { chipParts } = await import('../flasher/parts.js');
  const parts = chipParts(image, build);
  const facts = readImage(image);
  if (!unreleased) await refuseUnreleased(contracts, settings.need('channel'), facts);
  const { flashChip } = await import('../flasher/flashChip.js');
  const { openSerial } = await import('../serial/openSerial.js');
  return async (port, accept) => {
    const { mac } = await flashChip({
      ...parts,
      open: speed => openSerial(port, speed),
      ...{ baud, erase, stub: true, returnMs: RETURN_MS, signal, accept },
      note: said => note(`${port}: ${said}`),
    });
    return { mac, image: facts.imageSha256 };
  };
}

async function offerOf(line: Line, boards: readonly ListedBoard[], alone: Alone): Promise<Offer | undefined> {
  const { contracts, flags, initial, settings } = line;
  const { labels } = flags;
  if (labels === undefined) return undefined;
  if (flags['no-activate']) throw new UsageError('--labels is for active boards: leave out --no-activate.');
  const asOwner =
    contracts.key.address === initial.owner
      ? contracts
      : await settings.chainAs(line, 'owner', flags.keystore);
  const other = boards.find(({ owner = initial.owner }) => owner !== asOwner.key.address);
  if (other)
    throw new UsageError(
      `--labels has claim codes, which the owner offers: ${other.serialNumber} is to be another's (${other.owner ?? initial.owner}).`,
    );
  return {
    filesOf: serialNumber => labelFiles(labels, serialNumber),
    offer: (device, { label, onWritten, serialNumber, zpl }) =>
      alone(() => offerClaimCode(asOwner, device, { file: undefined, label, zpl, serialNumber, onWritten })),
  };
}

function tell(outcome: LineOutcome, journal: Journal, note: (line: string) => void): void {
  const { board, port, seconds } = outcome;
  if ('made' in outcome) {
    note(`✓ ${board.serialNumber} is ${outcome.made.device} (${port}, ${seconds.toFixed(1)} s)`);
    return;
  }
  const { code, message } = outcome.failure;
  journal.append({ step: 'failed', serial: board.serialNumber, code, message });
  note(`✗ ${board.serialNumber} at ${port}: ${message} The line goes on.`);
}

function reportsOf(boards: readonly ListedBoard[], result: LineResult, journal: Journal): BoardReport[] {
  const outcomes = new Map(result.outcomes.map(outcome => [outcome.board, outcome]));
  const unreached = new Map(result.unreached.map(({ board, reason }) => [board, reason]));
  return boards.map(board => {
    const { serialNumber: serial } = board;
    const { claimKey, device, done, key } = journal.of(serial);
    const outcome = outcomes.get(board);
    if (outcome && 'failure' in outcome)
      return { serial, outcome: 'failed', port: outcome.port, seconds: outcome.seconds, ...outcome.failure };
    if (outcome)
      return { serial, outcome: 'made', port: outcome.port, seconds: outcome.seconds, ...outcome.made };
    if (done) return { serial, outcome: 'before', device, key, claimKey };
    return { serial, outcome: 'unreached', message: unreached.get(board) };
  });
}

/** For people: what was made and what was not. */
export function showProduction({ boards, journal, labels }: ProductionResult): string[] {
  const count = (wanted: BoardReport['outcome']) => boards.filter(({ outcome }) => outcome === wanted).length;
  return [
    ...boards.flatMap(({ message, outcome, serial }) =>
      outcome === 'failed' || outcome === 'unreached' ? [`${outcome.padEnd(10)}${serial}: ${message}`] : [],
    ),
    `${count('made')} made, ${count('before')} made before, ${count('failed')} failed, ${count('unreached')} not reached.`,
    `Journal    ${journal}`,
    ...(labels
      ? [`Labels     ${labels.page} to print, ${labels.job} for a label printer: ${labels.count}`]
      : []),
    ...(boards.every(isMade)
      ? []
      : ['Next: the same command; it tries those that are left, and repeats nothing.']),
  ];
}
