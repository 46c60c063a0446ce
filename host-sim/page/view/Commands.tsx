/** Acts on the world: each is a command line of holdfast, shown as it is and run as it is. */
import { useState } from 'preact/hooks';
import type { ActionFace, Json } from '../protocol.js';
import { Acts } from './Acts.js';
import { Copy, Line } from './Copy.js';
import { send } from './connection.js';
import { HandOver } from './HandOver.js';
import { ownerFlags, shownBoard, world } from './known.js';
import { firstValue, membersOf, Param } from './Param.js';
import { Part } from './Part.js';
import { isRunning, last, lineOf, run } from './run.js';

/** A form for one action, made from the face of the app. */
function Action({ action }: { action: ActionFace }) {
  const properties = membersOf(action.params);
  const [given, setGiven] = useState<Record<string, Json>>({});
  const params = Object.fromEntries(
    properties.map(([name, schema]) => [name, given[name] ?? firstValue(schema)]),
  );
  const words = ['command', action.name, ...(properties.length > 0 ? [JSON.stringify(params)] : [])];
  return (
    <form
      class="action"
      onSubmit={event => {
        event.preventDefault();
        void run(words);
      }}
    >
      <span class="label">{action.name}</span>
      {properties.map(([name, schema]) => (
        <Param
          key={name}
          {...{ name, schema }}
          value={params[name]}
          onChange={value => setGiven({ ...given, [name]: value })}
        />
      ))}
      <button type="submit" disabled={isRunning()}>
        send
      </button>
      <Line text={lineOf(words)} />
    </form>
  );
}

const OTHERS: readonly { name: string; words: readonly string[]; why: string; byOwner?: boolean }[] = [
  { name: 'pause the fleet', words: ['fleet', 'pause'], why: 'a guardian stops all boards, before finality' },
  { name: 'resume', words: ['fleet', 'resume'], why: 'only the threshold of the fleet can' },
  { name: 'suspend the board', words: ['device', 'suspend'], why: 'a guardian, this board alone' },
  { name: 'lift', words: ['device', 'lift'], why: 'the owner lets it go on', byOwner: true },
  {
    ...{ name: 'report stolen', words: ['device', 'stolen'], byOwner: true },
    why: 'the owner; it locks itself as soon as it proves that',
  },
];

export function Commands() {
  const actions = shownBoard.value?.actions ?? [];
  const lacks = world.value?.lacks;
  if (lacks?.command)
    return (
      <Part id="acts" title="Act">
        <p class="quiet">{lacks.command}</p>
      </Part>
    );
  return (
    <Part id="acts" title="Act">
      {actions.map(action => (
        <Action key={action.name} action={action} />
      ))}
      <Acts
        acts={OTHERS.map(({ byOwner = false, words, ...act }) => ({
          ...act,
          words: byOwner ? [...words, ...ownerFlags.value] : words,
        }))}
      />
      <HandOver />
      <Outcome />
      <Clock />
    </Part>
  );
}

/** The command line that was run last, to copy, and what came of it. */
function Outcome() {
  const { value } = last;
  return (
    <div class="outcome" role="status">
      {value && (
        <>
          <p class={value.state}>
            <code>{value.line}</code> <Copy of="the command line" text={value.line} />
          </p>
          <p>{value.says}</p>
        </>
      )}
    </div>
  );
}

const SKIPS = [
  ['one minute', 60],
  ['one hour', 3600],
  ['27 hours', 97_200],
] as const;

/** The chain's time, and leaps of it. */
function Clock() {
  return (
    <p class="clock">
      Let the chain’s clock go on by{' '}
      {SKIPS.map(([name, seconds]) => (
        <button key={name} type="button" class="small" onClick={() => void send({ act: 'skip', seconds })}>
          {name}
        </button>
      ))}
      <button type="button" class="small" disabled title={world.value?.lacks.time}>
        stop
      </button>
      {world.value?.lacks.time && <span>{world.value.lacks.time}</span>}
    </p>
  );
}
