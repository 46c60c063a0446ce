/** The boards, each with its face: what it drives, what it runs, what it believes, and since when. */
import type { Board, Json } from '../protocol.js';
import { RECORDED_BOARD } from '../recorded.js';
import { short } from '../short.js';
import { Ago } from './Ago.js';
import { send } from './connection.js';
import { Fleet } from './Fleet.js';
import { Inputs } from './Inputs.js';
import { block, boards, shownBoard, world } from './known.js';
import { Part } from './Part.js';
import { Readings } from './Readings.js';
import { span } from './words.js';

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The state of a board's app, or, where nobody heard that, the pins that it drives. */
const shownState = ({ pins, state }: Board): Json | undefined => {
  if (state !== undefined) return state;
  const driven = Object.entries(pins).map(([pin, on]) => [`pin ${pin}`, on] as const);
  return driven.length > 0 ? Object.fromEntries(driven) : undefined;
};

/** The state of the app: each member a lamp or a value. */
function State({ state }: { state: Json | undefined }) {
  if (state === undefined || state === null) return <p class="quiet">The app shows no state.</p>;
  const members =
    typeof state === 'object' && !Array.isArray(state) ? Object.entries(state) : [['state', state]];
  return (
    <ul class="face">
      {members.map(([name, value]) => (
        <li key={name as string} class={value === true ? 'lamp lit' : value === false ? 'lamp' : 'reading'}>
          <span class="label">{name as string}</span>
          <strong>{value === true ? 'on' : value === false ? 'off' : text(value as Json)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** The newest block that the board knows to be final, with its age by the chain's own time. */
function believed({ finalized, finalizedTime }: Board): string {
  if (finalized === undefined) return '';
  if (finalized === 0) return '; it has asked for no final block yet';
  const newest = block.value?.time;
  const age = newest === undefined || finalizedTime === undefined ? undefined : newest - finalizedTime;
  return `; block ${finalized} is final${age === undefined ? '' : `, ${span(age * 1000)} older than the newest`}`;
}

/** Each fact that somebody told. */
function factsOf(board: Board): [string, string][] {
  const { epoch, imageHash, level, lifecycle, linked, paused, receipts, sequence, starts, version } = board;
  const waiting = linked === undefined || sequence === undefined ? 0 : Math.max(0, linked - sequence);
  const rows: [string, string | undefined][] = [
    ['image', version && `version ${version}${imageHash === undefined ? '' : `, ${short(imageHash)}`}`],
    ['on chain', lifecycle && `${lifecycle}${paused ? ', its fleet is paused' : ''}`],
    ['trust', level && `L${level}${believed(board)}`],
    [
      'orders',
      sequence === undefined && linked === undefined
        ? undefined
        : `${sequence ?? '?'} of ${linked ?? '?'} consumed${waiting > 0 ? `, ${waiting} waiting` : ''}`,
    ],
    [
      'receipts',
      receipts === undefined ? undefined : `${receipts}${epoch === undefined ? '' : `, epoch ${epoch}`}`,
    ],
    ['starts', `${starts}`],
  ].map(([name, value]) => [name as string, value ? `${value}` : undefined]);
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function Facts({ board }: { board: Board }) {
  return (
    <dl class="facts">
      {factsOf(board).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Card({ board }: { board: Board }) {
  const { app, device, name, power, presence, presenceSince, seen } = board;
  const isOn = power === 'on';
  const isRecorded = name === RECORDED_BOARD;
  const lacksPower = world.value?.lacks.power;
  return (
    <article class="board" aria-label={name}>
      <header>
        <h3>
          {name} {app && <span class="app">{app}</span>}
        </h3>
        {isRecorded ? (
          <span class="quiet">{isOn ? 'runs' : 'ended'}</span>
        ) : (
          <button
            type="button"
            class="small"
            disabled={lacksPower !== undefined}
            title={lacksPower}
            onClick={() => void send({ act: 'power', board: name, power: isOn ? 'off' : 'on' })}
          >
            {isOn ? 'cut its power' : 'give it power'}
          </button>
        )}
      </header>
      <p class="quiet">
        {device !== '' && <code title={device}>{short(device)}</code>}
        {presence && presenceSince && (
          <>
            {' '}
            · {presence} since <Ago time={presenceSince} />
          </>
        )}
        {seen && (
          <>
            {' '}
            · {world.value?.kind === 'seeded' ? 'last words' : 'last signed status'} <Ago time={seen} />
          </>
        )}
      </p>
      <State state={shownState(board)} />
      <Inputs board={board} />
      <Readings board={name} />
      <Facts board={board} />
    </article>
  );
}

export function Boards() {
  const count = boards.value.size;
  return (
    <Part id="boards" title={count > 1 ? `${count} boards` : 'Board'}>
      {count > 1 && <Fleet />}
      {shownBoard.value && <Card key={shownBoard.value.name} board={shownBoard.value} />}
    </Part>
  );
}
