/** A chip's flash written over a serial line: checked before, verified after, gone on with after a cut cable. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../chip/chips.js';
import { Failure, oneLine } from '../cli/failure.js';
import { type ChipLoader, connectLoader, LineLost, type LoaderOptions, loaderFailed } from './loader.js';
import { compressed, type FlashPart, type Piece, piecesOf } from './pieces.js';

export interface FlashOptions extends LoaderOptions {
  /** The chip that the parts are for. */
  target: Target;
  /** Bytes of flash that they are laid out for. */
  flashBytes: number;
  parts: readonly FlashPart[];
  /** Everything that was on the chip goes first. */
  erase: boolean;
  /** Milliseconds for a board that was unplugged to come back. */
  returnMs: number;
  /** Told once which chip it is, before anything is written to it; what it throws is thrown on. */
  accept?(mac: string): void;
  note(line: string): void;
  progress?(what: string): void;
}

export interface FlashReport {
  target: Target;
  mac: string;
  /** Bytes of the parts, of which so many lay there already. */
  bytes: number;
  alreadyThere: number;
  /** Bytes of what was written, as it was compressed, and of all that went over the line for it. */
  compressed: number;
  sent: number;
  /** Times that the line was lost and came back. */
  resumed: number;
  /** Of writing and verifying, without the search for the chip. */
  seconds: number;
}

/** Times that a piece is written before the flash is called worn out. */
const ATTEMPTS = 3;
/** Milliseconds between two looks for a board that was unplugged. */
const LOOK_MS = 200;

/** The state of one run, kept over a lost line. */
interface Run {
  readonly pieces: readonly Piece[];
  /** Pieces that were verified. */
  readonly right: Set<Piece>;
  readonly report: FlashReport;
  erased: boolean;
  begun: number;
}

/**
 * Writes the parts and verifies each piece of them by what the chip itself reckons over its flash. A piece that lies there
 * already is not written again.
 *
 * @throws Failure those of loader.ts, `flash_chip`, `flash_locked`, `flash_size`, `flash_verify`, `flash_lost`
 */
export async function flashChip(options: FlashOptions): Promise<FlashReport> {
  const pieces = piecesOf(options.parts);
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
  const report: FlashReport = {
    ...{ target: options.target, mac: '', bytes, alreadyThere: 0, compressed: 0, sent: 0, resumed: 0 },
    seconds: 0,
  };
  const run: Run = { pieces, right: new Set(), report, erased: !options.erase, begun: 0 };
  for (let loader = await first(options); ; ) {
    try {
      await writeAll(loader, run, options);
      report.seconds = (performance.now() - run.begun) / 1000;
      report.sent += loader.bytesSent();
      return report;
    } catch (error) {
      if (error instanceof Failure || options.signal.aborted) throw error;
      if (!(error instanceof LineLost)) throw loaderFailed(error as Error);
      report.sent += loader.bytesSent();
    } finally {
      await loader.close();
    }
    options.note(
      `The board is gone, with ${run.right.size} of ${pieces.length} pieces written: plug it in again.`,
    );
    loader = await comeBack(options);
    report.resumed++;
  }
}

async function writeAll(loader: ChipLoader, run: Run, options: FlashOptions): Promise<void> {
  checkChip(loader, run, options);
  if (run.begun === 0) run.begun = performance.now();
  if (!run.erased) {
    options.progress?.('erases the chip');
    await loader.erase();
    run.erased = true;
  }
  /** A part is cut off at one place: behind the first piece that is not there, none is looked for. */
  const other = new Set<string>();
  for (const piece of run.pieces) {
    if (run.right.has(piece)) continue;
    if (!other.has(piece.name)) {
      options.progress?.(`looks at the ${piece.name} on the chip`);
      if ((await loader.md5(piece.offset, piece.bytes.length)) === piece.md5) {
        run.report.alreadyThere += piece.bytes.length;
        run.right.add(piece);
        continue;
      }
      other.add(piece.name);
    }
    await writePiece(loader, piece, run, options);
    run.right.add(piece);
  }
}

async function writePiece(
  loader: ChipLoader,
  piece: Piece,
  { pieces, report }: Run,
  { progress, signal }: FlashOptions,
): Promise<void> {
  const deflated = compressed(piece);
  const place = `${pieces.indexOf(piece) + 1} of ${pieces.length}`;
  let fault = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    let sent = 0;
    const onSent = (bytes: number) => {
      sent += bytes;
      progress?.(`writes the ${piece.name}: piece ${place}, ${Math.round((100 * sent) / deflated.length)} %`);
    };
    try {
      await loader.write(piece, deflated, onSent);
      report.compressed += deflated.length;
      if ((await loader.md5(piece.offset, piece.bytes.length)) === piece.md5) return;
      fault = 'other bytes lie there than were sent';
    } catch (error) {
      if (error instanceof LineLost || error instanceof Failure || signal.aborted) throw error;
      fault = oneLine((error as Error).message, 200);
    }
  }
  throw new Failure(
    'flash_verify',
    `The ${piece.name} was written ${ATTEMPTS} times at 0x${piece.offset.toString(16)} and is not right: ${fault}.`,
  );
}

/** The chip is the one that is meant. Whatever is not so is said before anything is written. */
function checkChip(loader: ChipLoader, { report }: Run, { accept, flashBytes, target }: FlashOptions): void {
  if (loader.target !== target)
    throw new Failure(
      'flash_chip',
      `It is an ${loader.target}, and the image is for the ${target}. Nothing was written.`,
    );
  if (loader.locked)
    throw new Failure(
      'flash_locked',
      'The chip is locked: it starts only what it encrypted itself, or takes nothing over this line. Nothing was written.',
    );
  if (loader.flashBytes < flashBytes)
    throw new Failure(
      'flash_size',
      `Its flash has ${loader.flashBytes} bytes, and the partition table is for ${flashBytes}. Nothing was written.`,
    );
  if (report.mac !== '' && report.mac !== loader.mac)
    throw new Failure(
      'flash_chip',
      `Another board was plugged in (${loader.mac}, it was ${report.mac}). Nothing was written to it.`,
    );
  if (report.mac === '') accept?.(loader.mac);
  report.mac = loader.mac;
}

const first = (options: FlashOptions): Promise<ChipLoader> =>
  connectLoader(options).catch(error => {
    if (!(error instanceof LineLost)) throw error;
    options.note('The board went away: plug it in again.');
    return comeBack(options);
  });

/** The loader of a board that was plugged in again. @throws Failure `flash_lost` when it does not come back */
async function comeBack(options: FlashOptions): Promise<ChipLoader> {
  const deadline = performance.now() + options.returnMs;
  options.progress?.('waits for the board');
  for (;;) {
    try {
      return await connectLoader(options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof Failure && error.code === 'flash_chip') throw error;
      if (performance.now() > deadline)
        throw new Failure(
          'flash_lost',
          'The board did not come back. The same command goes on where this one ended.',
        );
    }
    await sleep(LOOK_MS, undefined, { signal: options.signal });
  }
}
