/** An audit of the board and a report of all boards, from the same data as the page, to print. */
import { signal } from '@preact/signals';
import { standingOf } from '../fleet.js';
import { type Report, reportOf } from '../report.js';
import { short } from '../short.js';
import { Line } from './Copy.js';
import { send } from './connection.js';
import { boards, shownBoard, wall, world } from './known.js';
import { Part } from './Part.js';
import { lineOf } from './run.js';
import { Versions } from './Versions.js';

const WORDS = ['audit'] as const;

/** The boards as they were when it was drawn up: a thousand rows are not drawn anew at each event. */
const drawn = signal<{ report?: Report; rows: readonly string[][]; at: number } | undefined>(undefined);
const state = signal<{ isRunning: boolean; says: string }>({ isRunning: false, says: '' });

/** In a world of many boards the audit is of the shown one. */
const ofShown = (): { boards?: readonly string[] } =>
  shownBoard.value?.world === undefined ? {} : { boards: [shownBoard.value.name] };

async function draw(isAudited: boolean): Promise<void> {
  state.value = { isRunning: true, says: '' };
  const { document, says } = isAudited
    ? await send({ act: 'command', words: WORDS, ...ofShown() })
    : { says: '' };
  const report = reportOf(document);
  state.value = { isRunning: false, says: report ? '' : says };
  drawn.value = { report, rows: rowsOfBoards(), at: wall.value };
}

/** A table with a caption; nothing where it has no rows. */
function Table({
  caption,
  heads,
  rows,
}: {
  caption: string;
  heads: readonly string[];
  rows: readonly string[][];
}) {
  if (rows.length === 0) return null;
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {heads.map(head => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, i) => (
          <tr key={`${i}-${cells[0]}`}>
            {cells.map((cell, at) => (
              <td key={heads[at]} title={cell}>
                <span class="shortened">{short(cell)}</span>
                <span class="whole">{cell}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Audit({ report: { complete, device, findings, images, orders, receipts } }: { report: Report }) {
  return (
    <>
      <p>
        Board <code>{device}</code>: {orders.length} orders, {receipts} receipts.{' '}
        {findings.length > 0
          ? `${findings.length} findings:`
          : complete
            ? 'Nothing is missing and nothing was changed, up to its newest signed status.'
            : 'Nothing here was changed; the board was not asked for its newest status.'}
      </p>
      <ul class="bad">
        {findings.map(each => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <Table
        caption="Orders, as the chain has them, and the board’s signed answers"
        heads={['order', 'by', 'what', 'block', 'hash', 'answer', 'receipt']}
        rows={orders.map(({ blockNumber, code, counter, hash, operator, ordered, outcome, sequence }) => [
          ...[`${sequence}`, operator, ordered ?? 'sealed', `${blockNumber}`, hash],
          ...[code === '' ? outcome : `${outcome} (${code})`, counter === undefined ? 'none' : `${counter}`],
        ])}
      />
      <Table
        caption="Images, by the receipts that the board signed under each"
        heads={['image', 'receipts', 'from block', 'to block']}
        rows={images.map(({ fromBlock, hash, receipts: signed, toBlock }) => [
          ...[hash, `${signed}`, `${fromBlock}`, `${toBlock}`],
        ])}
      />
    </>
  );
}

const BOARD_HEADS = ['board', 'Device', 'version', 'stands', 'on chain', 'orders consumed', 'last seen'];

const rowsOfBoards = (): string[][] =>
  [...boards.value.values()].map(({ value }) => [
    ...[value.name, value.device, value.version === undefined ? 'unknown' : `${value.version}`],
    ...[
      standingOf(value),
      value.lifecycle ?? 'unknown',
      `${value.sequence ?? '?'} of ${value.linked ?? '?'}`,
    ],
    value.seen ? new Date(value.seen).toLocaleString() : 'never',
  ]);

export function Reports() {
  const { isRunning, says } = state.value;
  const { value } = drawn;
  const isAudited = world.value?.kind !== 'seeded';
  return (
    <Part class="report" id="report" title="Report" short="audit, boards and versions, to print">
      {!isAudited && (
        <p class="quiet">
          Of the boards alone: the rules of a seeded world are checked all the while, and their verdict stands
          beside its time.
        </p>
      )}
      <p class="unprinted">
        <button type="button" disabled={isRunning} onClick={() => void draw(isAudited)}>
          {isRunning ? 'is drawn up…' : value ? 'draw it up again' : 'draw it up'}
        </button>{' '}
        {isAudited && <Line text={lineOf(WORDS)} />}{' '}
        {value && (
          <button type="button" class="small" onClick={() => print()}>
            print
          </button>
        )}
      </p>
      {says !== '' && <p class="failed">{says}</p>}
      {value && (
        <>
          <p class="quiet">Drawn up {new Date(value.at).toLocaleString()}.</p>
          {value.report && <Audit report={value.report} />}
          <Table caption="Boards, as this page knows them" heads={BOARD_HEADS} rows={value.rows} />
        </>
      )}
      <Versions />
    </Part>
  );
}
