/** The time of a seeded world: it stands, steps, runs and leaps as a person likes; its seed, to copy. */
import type { WorldClock } from '../protocol.js';
import { Copy } from './Copy.js';
import { send } from './connection.js';
import { clock, world } from './known.js';
import { Part } from './Part.js';
import { sinceBegin } from './words.js';

const SPEEDS = [
  ['as it is', 1],
  ['60 times', 60],
  ['600 times', 600],
  ['as fast as it goes', 'most'],
] as const;

const LEAPS = [
  ['one minute', 60],
  ['ten minutes', 600],
  ['one hour', 3600],
  ['27 hours', 97_200],
] as const;

const MOVES = {
  stands: 'time stands',
  steps: 'goes to the next event…',
  runs: 'time runs',
  leaps: 'leaps…',
  over: 'the world has ended',
} as const;

function Copied({ label, text }: { label: string; text: string }) {
  return (
    <p>
      {label} <code>{text}</code> <Copy of={label} text={text} />
    </p>
  );
}

/** The past of the world: any moment of it, as it was. */
function Past({ clock: { seenMs, sinceMs } }: { clock: WorldClock }) {
  return (
    <>
      <div class="scrubber">
        <input
          type="range"
          min={0}
          max={sinceMs}
          value={seenMs ?? sinceMs}
          aria-label="moment of the world"
          aria-valuetext={sinceBegin(seenMs ?? sinceMs)}
          onInput={event => void see(Number(event.currentTarget.value))}
        />
      </div>
      <p class="clock">
        See{' '}
        {(['back', 'on'] as const).map(move => (
          <button key={move} type="button" class="small" onClick={() => void send({ act: 'time', move })}>
            {move === 'back' ? 'the event before' : 'the event after'}
          </button>
        ))}
        <button
          type="button"
          class="small"
          disabled={seenMs === undefined}
          onClick={() => void send({ act: 'time', move: 'present' })}
        >
          {world.value?.opened ? 'the end' : 'the present'}
        </button>
      </p>
      {seenMs !== undefined && (
        <p role="status">
          {world.value?.opened ? (
            <strong>The run is seen at {sinceBegin(seenMs)}.</strong>
          ) : (
            <>
              <strong>The past is seen, at {sinceBegin(seenMs)}.</strong> To step, run or leap comes back from
              it.
            </>
          )}
        </p>
      )}
    </>
  );
}

let isAsking = false;
let wanted: number | undefined;

/** Asks for a moment; of those that come while an answer is awaited for the newest alone. */
async function see(atMs: number): Promise<void> {
  wanted = atMs;
  if (isAsking) return;
  isAsking = true;
  for (; wanted !== undefined; ) {
    const next: number = wanted;
    wanted = undefined;
    await send({ act: 'time', move: 'see', atMs: next });
  }
  isAsking = false;
}

/** Of a run that is over, in a file: there is nothing else to do with it. */
function PastAlone({ clock: value }: { clock: WorldClock }) {
  return (
    <Part id="time" title="Time">
      <Past clock={value} />
    </Part>
  );
}

export function Time() {
  const { value } = clock;
  const seeded = world.value?.seeded;
  if (!value || !world.value) return null;
  if (!seeded) return world.value.opened ? <PastAlone clock={value} /> : null;
  const { ended, moves, sinceMs, speed } = value;
  const isOver = moves === 'over';
  return (
    <Part id="time" title="Time">
      <p class="now" role="status">
        <strong>{sinceBegin(sinceMs)}</strong> {MOVES[moves]}
      </p>
      <div class="others">
        <button
          type="button"
          disabled={isOver || moves !== 'stands'}
          onClick={() => void send({ act: 'time', move: 'step' })}
        >
          to the next event
        </button>
        <button
          type="button"
          disabled={isOver || moves === 'stands'}
          onClick={() => void send({ act: 'time', move: 'stop' })}
        >
          stop
        </button>
      </div>
      <p class="clock">
        Run{' '}
        {SPEEDS.map(([name, each]) => (
          <button
            key={name}
            type="button"
            class="small"
            disabled={isOver}
            aria-pressed={moves === 'runs' && speed === each}
            onClick={() => void send({ act: 'time', move: 'run', speed: each })}
          >
            {name}
          </button>
        ))}
      </p>
      <p class="clock">
        Leap by{' '}
        {LEAPS.map(([name, seconds]) => (
          <button
            key={name}
            type="button"
            class="small"
            disabled={isOver}
            onClick={() => void send({ act: 'skip', seconds })}
          >
            {name}
          </button>
        ))}
      </p>
      {sinceMs > 0 && <Past clock={value} />}
      <p class="quiet">
        {seeded.hours} h with orders and faults, then it heals. Faults: {seeded.faults.join(', ') || 'none'}.
      </p>
      {seeded.touches > 0 && (
        <p>
          <strong>Touched by hand, {seeded.touches} times:</strong> the seed alone makes another run, the line
          below this one.
        </p>
      )}
      <Copied label="seed" text={seeded.seed} />
      <Copied label="again" text={`npx ${seeded.replay}`} />
      {ended && (
        <p class={ended.ok ? 'good' : 'bad'}>
          {ended.verdict} Log of {ended.lines} lines, SHA-256 <code class="hash">{ended.logHash}</code>
        </p>
      )}
    </Part>
  );
}
