/** Real boards as one target: on the desk of this machine, or at exporters. */
import type { Target } from './bench/target.js';
import { exportedFarmBoard } from './exporter/farmBoard.js';
import { readToken } from './exporter/token.js';
import { type FarmBoard, ownFarmBoard } from './farm/farmBoard.js';
import { farmTarget } from './farm/farmTarget.js';
import { versionOf } from './imageFile.js';
import { ownAccess } from './serial/access.js';
import { type DeskBoard, type ExportedBoard, exporterPlace, type OwnBoard } from './serial/boards.js';
import { serialTarget } from './serial/serialTarget.js';

interface DesksOptions {
  /** The file of the image that `prepare` is to put on them; the one that it knows if left out. */
  image?: string;
  level: 1 | 4;
  oneSocket?: boolean;
  /** The folder of the reservations of this machine; none are made if left out. */
  reservations?: string;
  /** Milliseconds to wait for a board that another run holds. */
  waitMs: number;
  note(line: string): void;
}

/** The target. @throws Failure `exporter`, `exporter_token`, `boards` */
export async function targetOfDesks(desks: readonly DeskBoard[], options: DesksOptions): Promise<Target> {
  const { note, reservations, waitMs } = options;
  const [first] = desks;
  // One that is named by its port alone: the line is its lock.
  if (reservations === undefined && !('exporter' in first)) return targetOf(first, options);
  const boards: FarmBoard[] = [];
  for (const board of desks)
    boards.push(
      'exporter' in board
        ? await exportedFarmBoard({ ...options, board, place: placeOf(board) })
        : ownFarmBoard(reservations!, { name: board.name, target: targetOf(board, options) }),
    );
  return farmTarget({ boards, waitMs, note });
}

function targetOf(board: OwnBoard, { image, level, oneSocket }: DesksOptions): Target {
  const access = ownAccess(board, image);
  return serialTarget({
    ...{ name: board.name, host: board.host, place: `on ${board.port}`, access, level, oneSocket },
    hasPower: access.power !== undefined,
    isRenewed: access.prepare !== undefined,
    ...(image !== undefined && { version: versionOf(image) }),
  });
}

/** The place of its exporter. @throws Failure `exporter_token` */
export function placeOf({ exporter, tokenFile }: ExportedBoard) {
  return { ...exporterPlace(exporter)!, token: readToken(tokenFile) };
}
