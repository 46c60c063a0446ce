/** The boards of a bench, and who has each: of this machine by its reservations, of exporters by their word. */
import { placeOf } from './desks.js';
import { boardsAt } from './exporter/reach.js';
import { stateOf } from './farm/benchBoard.js';
import type { DeskBoard, ExportedBoard } from './serial/boards.js';

export interface BoardState {
  name: string;
  /** The line, or the exporter. */
  port: string;
  state: 'free' | 'held' | 'left alone' | 'unknown';
  /** For people. */
  holder?: string;
  /** It is left alone, or unknown, for that. */
  reason?: string;
}

/** All of them; an exporter that does not answer makes its boards unknown. @param folder of the reservations */
export function statesOf(boards: readonly DeskBoard[], folder: string): Promise<BoardState[]> {
  return Promise.all(
    boards.map(async board => {
      if ('exporter' in board)
        return { name: board.name, port: board.exporter, ...(await stateThere(board)) };
      const { name, port } = board;
      return { name, port, ...stateOf(folder, name) };
    }),
  );
}

async function stateThere(board: ExportedBoard): Promise<Pick<BoardState, 'state' | 'holder' | 'reason'>> {
  try {
    const offers = await boardsAt(placeOf(board));
    const offer = offers.find(({ name }) => name === (board.board ?? board.name));
    if (!offer) return { state: 'unknown', reason: 'the exporter has no such board' };
    const { more, state } = offer;
    return { state, ...(state === 'held' ? { holder: more } : { reason: more }) };
  } catch (error) {
    return { state: 'unknown', reason: (error as Error).message };
  }
}
