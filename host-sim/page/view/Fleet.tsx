/** Many boards: a cell each, coloured by how the board stands; a filter, and the boards that differ or were asked for. */
import { computed, type Signal, signal } from '@preact/signals';
import { differencesOf, majorityOf, matches, STANDINGS, standingOf } from '../fleet.js';
import type { Board } from '../protocol.js';
import { Ago } from './Ago.js';
import { boards, chosenBoard, shownBoard } from './known.js';

/** Rows that are shown; a person who wants others filters. */
const ROWS_MAX = 30;

const filter = signal('');
const all = computed(() => [...boards.value.values()].map(({ value }) => value));
const majority = computed(() => majorityOf(all.value));
const differing = computed(() =>
  all.value.filter(board => differencesOf(board, majority.value).length > 0 || standingOf(board) !== 'well'),
);
const listed = computed(() =>
  filter.value.trim() === '' ? differing.value : all.value.filter(board => matches(board, filter.value)),
);
const counts = computed(() =>
  STANDINGS.map(
    standing => [standing, all.value.filter(each => standingOf(each) === standing).length] as const,
  ),
);

function Cell({ board }: { board: Signal<Board> }) {
  const { name } = board.value;
  const standing = standingOf(board.value);
  const differs = differencesOf(board.value, majority.value).length > 0;
  return (
    <button
      type="button"
      class={`cell ${standing}${differs ? ' differs' : ''}`}
      title={`${name}: ${standing}`}
      aria-label={`${name}: ${standing}${differs ? ', differs' : ''}`}
      tabIndex={-1}
      onClick={() => {
        chosenBoard.value = name;
      }}
    />
  );
}

function Row({ board }: { board: Board }) {
  const differences = differencesOf(board, majority.value);
  return (
    <tr class={differences.length > 0 ? 'differs' : ''}>
      <th scope="row">
        <button
          type="button"
          class="small"
          aria-pressed={shownBoard.value?.name === board.name}
          onClick={() => {
            chosenBoard.value = board.name;
          }}
        >
          {board.name}
        </button>
      </th>
      <td>{board.group ?? ''}</td>
      <td>{standingOf(board)}</td>
      <td>version {board.version ?? '?'}</td>
      <td>{board.seen ? <Ago time={board.seen} /> : 'never'}</td>
      <td>{differences.join(', ')}</td>
    </tr>
  );
}

export function Fleet() {
  const rows = listed.value.slice(0, ROWS_MAX);
  const isAsked = filter.value.trim() !== '';
  return (
    <>
      <p class="standings">
        {counts.value.map(([standing, count]) => (
          <span key={standing}>
            <span class={`cell ${standing}`} aria-hidden="true" /> {count} {standing}
          </span>
        ))}
      </p>
      <div class="cells">
        {[...boards.value].map(([name, board]) => (
          <Cell key={name} board={board} />
        ))}
      </div>
      <p>
        <label for="filter">Filter</label>{' '}
        <input
          id="filter"
          type="search"
          placeholder="hall version 3 waiting"
          value={filter.value}
          onInput={event => {
            filter.value = event.currentTarget.value;
          }}
        />
      </p>
      <p class="quiet">
        {isAsked ? 'Boards that match' : 'Boards that differ from most, or do not stand well'}:{' '}
        {listed.value.length}
        {listed.value.length > ROWS_MAX ? `, of which ${ROWS_MAX} are shown` : ''}
      </p>
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">board</th>
              <th scope="col">group</th>
              <th scope="col">stands</th>
              <th scope="col">image</th>
              <th scope="col">last seen</th>
              <th scope="col">differs in</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(board => (
              <Row key={board.name} board={board} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
