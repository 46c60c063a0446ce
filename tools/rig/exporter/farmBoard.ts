/** A board of an exporter as one of a farm: its reservation is the connection. */
import { Failure } from '../../cli/failure.js';
import type { FarmBoard } from '../farm/farmBoard.js';
import type { ExportedBoard } from '../serial/boards.js';
import { serialFacts, serialTarget } from '../serial/serialTarget.js';
import { boardsAt, type ExporterPlace, takeAt } from './reach.js';

interface Wanted {
  board: ExportedBoard;
  place: ExporterPlace;
  level: 1 | 4;
  oneSocket?: boolean;
}

/** Asks the exporter what the board can do. @throws Failure `exporter`, `boards` */
export async function exportedFarmBoard({ board, level, oneSocket, place }: Wanted): Promise<FarmBoard> {
  const { exporter, host, name, board: there = name } = board;
  const offers = await boardsAt(place);
  const offer = offers.find(each => each.name === there);
  if (!offer)
    throw new Failure(
      'boards',
      `The exporter ${exporter} has no board ${there}, but ${offers.map(each => each.name).join(', ') || 'none'}.`,
    );
  const facts = { name, level, oneSocket, hasPower: offer.power, isRenewed: offer.prepare };
  return {
    name,
    facts: serialFacts(facts),
    async claim() {
      const answer = await takeAt(place, there);
      if (answer.is !== 'ours') return answer;
      const { held } = answer;
      const target = serialTarget({
        ...{ ...facts, access: held.access, host: host ?? held.address },
        place: `of the exporter ${exporter}`,
      });
      return { is: 'ours', reservation: held, target, leaveAlone: reason => held.leaveAlone(reason) };
    },
  };
}
