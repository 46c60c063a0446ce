/** Many boards: a cell each, coloured by how the board stands; a filter, and the boards that differ or were asked for. */
import { computed, type Signal, signal } from '@preact/signals';
import {
  COHORTS,
  differencesOf,
  type Filter,
  isWanted,
  majorityOf,
  STANDINGS,
  standingOf,
} from '../fleet.js';
import type { Board } from '../protocol.js';
import { Ago } from './Ago.js';
import { allBoards, boards, channel, chosenBoard, shownBoard } from './known.js';

/** Rows that are shown; a person who wants others filters. */
const ROWS_MAX = 30;

const filter = signal<Filter>({ words: '' });
let lastMajority: ReturnType<typeof majorityOf> | undefined;
/** The same object for as long as it says the same: every cell is drawn again for another one. */
const majority = computed<ReturnType<typeof majorityOf>>(() => {
  const next = majorityOf(allBoards.value);
  const before = lastMajority;
  const isSame =
    before && (Object.keys(next) as (keyof typeof next)[]).every(key => before[key] === next[key]);
  lastMajority = isSame ? before : next;
  return lastMajority;
});
const differing = computed(() =>
  allBoards.value.filter(
    board => differencesOf(board, majority.value).length > 0 || standingOf(board) !== 'well',
  ),
);
const isAsked = computed(() => {
  const { words, ...chosen } = filter.value;
  return words.trim() !== '' || Object.values(chosen).some(each => each !== undefined);
});
const listed = computed(() =>
  isAsked.value
    ? allBoards.value.filter(board => isWanted(board, filter.value, channel.value))
    : differing.value,
);
/** The values that there are to choose from, the least first. */
const groups = computed(() => distinct(allBoards.value.map(({ group }) => group)));
const versions = computed(() =>
  distinct(allBoards.value.map(({ version }) => version)).sort((a, b) => a - b),
);
const counts = computed(() =>
  STANDINGS.map(
    standing => [standing, allBoards.value.filter(each => standingOf(each) === standing).length] as const,
  ),
);

function distinct<T>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values)].filter((value): value is T => value !== undefined);
}

/** Narrows one member of the filter; the first choice allows all. */
function Choice<K extends 'cohort' | 'group' | 'standing' | 'version'>({
  choices,
  name,
}: {
  name: K;
  choices: readonly NonNullable<Filter[K]>[];
}) {
  if (choices.length < 2 && filter.value[name] === undefined) return null;
  return (
    <select
      aria-label={name === 'standing' ? 'state' : name}
      value={`${filter.value[name] ?? ''}`}
      onChange={({ currentTarget: { value } }) => {
        filter.value = { ...filter.value, [name]: choices.find(each => `${each}` === value) };
      }}
    >
      <option value="">{name === 'standing' ? 'any state' : `any ${name}`}</option>
      {choices.map(each => (
        <option key={`${each}`} value={`${each}`}>
          {name === 'version' ? `version ${each}` : `${each}`}
        </option>
      ))}
    </select>
  );
}

function Cell({ board }: { board: Signal<Board> }) {
  const { name } = board.value;
  const standing = standingOf(board.value);
  const differs = differencesOf(board.value, majority.value).length > 0;
  const isDim = isAsked.value && !isWanted(board.value, filter.value, channel.value);
  return (
    <button
      type="button"
      class={`cell ${standing}${differs ? ' differs' : ''}${isDim ? ' dim' : ''}`}
      title={`${name}: ${standing}`}
      aria-label={`${name}: ${standing}${differs ? ', differs' : ''}`}
      tabIndex={-1}
      onClick={() => {
        chosenBoard.value = name;
      }}
    />
  );
}

/** Apart from the rest, which is drawn with every change of a board: these are so for a board more alone. */
function Cells() {
  return (
    <div class="cells">
      {[...boards.value].map(([name, board]) => (
        <Cell key={name} board={board} />
      ))}
    </div>
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
      <td>{differences.join(', ')}</td>
      <td>{standingOf(board)}</td>
      <td>version {board.version ?? '?'}</td>
      <td>{board.seen ? <Ago time={board.seen} /> : 'never'}</td>
      <td>{board.group ?? ''}</td>
    </tr>
  );
}

export function Fleet() {
  const rows = listed.value.slice(0, ROWS_MAX);
  return (
    <>
      <p class="standings">
        {counts.value.map(([standing, count]) => (
          <span key={standing}>
            <span class={`cell ${standing}`} aria-hidden="true" /> {count} {standing}
          </span>
        ))}
      </p>
      <Cells />
      <p>
        <label for="filter">Filter</label>{' '}
        <input
          id="filter"
          type="search"
          placeholder="hall version 3 waiting"
          value={filter.value.words}
          onInput={event => {
            filter.value = { ...filter.value, words: event.currentTarget.value };
          }}
        />{' '}
        <Choice name="group" choices={groups.value} /> <Choice name="version" choices={versions.value} />{' '}
        <Choice name="standing" choices={STANDINGS} />{' '}
        {channel.value && channel.value.newest > 0 && <Choice name="cohort" choices={COHORTS} />}
      </p>
      <p class="quiet">
        {isAsked.value ? 'Boards that match' : 'Boards that differ from most, or do not stand well'}:{' '}
        {listed.value.length}
        {listed.value.length > ROWS_MAX ? `, of which ${ROWS_MAX} are shown` : ''}
      </p>
      {rows.length > 0 && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">board</th>
              <th scope="col">differs</th>
              <th scope="col">stands</th>
              <th scope="col">image</th>
              <th scope="col">seen</th>
              <th scope="col">group</th>
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
