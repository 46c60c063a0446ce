/** The exporter of a board on another machine's desk: whether somebody listens there. That machine's own doctor sees the rest. */
import { connect } from 'node:net';
import { type Check, ok, problem } from '../../doctor/check.js';
import { type ExportedBoard, exporterPlace } from '../serial/boards.js';

const CONNECT_MS = 5000;

/** One connection, hung up as soon as it stands. */
export function exporterCheck({ exporter, name }: Pick<ExportedBoard, 'exporter' | 'name'>): Promise<Check> {
  const title = `board ${name}`;
  return new Promise(resolve => {
    const socket = connect(exporterPlace(exporter)!);
    const end = (check: Check) => {
      socket.destroy();
      resolve(check);
    };
    const remedy = `start holdfast rig serve there, or correct exporter of ${name} in boards.json`;
    socket.setTimeout(CONNECT_MS, () => end(problem(title, `${exporter} does not answer`, remedy)));
    socket.once('error', error => end(problem(title, `${exporter}: ${error.message}`, remedy)));
    socket.once('connect', () =>
      end(ok(title, `its exporter ${exporter} listens; run the doctor there too`)),
    );
  });
}
