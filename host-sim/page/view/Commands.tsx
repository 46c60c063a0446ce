/** Acts on the world: each is a command line of holdfast, shown as it is and run as it is. */
import { useId, useState } from 'preact/hooks';
import type { ActionFace, Json } from '../protocol.js';
import { send } from './connection.js';
import { shownBoard, world } from './known.js';
import { isRunning, last, run } from './run.js';
import { commandLine } from './words.js';

interface Schema {
  type?: string;
  properties?: Record<string, { type?: string; enum?: readonly Json[] }>;
}

interface ParamProperties {
  name: string;
  type?: string;
  value: Json;
  onChange(value: Json): void;
}

/** One member of an action's params: a switch, a text or a number. */
function Param({ name, onChange, type, value }: ParamProperties) {
  const id = useId();
  const text = `${value}`;
  return (
    <span>
      <label for={id}>{name}</label>{' '}
      {type === 'boolean' && (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={event => onChange(event.currentTarget.checked)}
        />
      )}
      {type === 'string' && (
        <input id={id} type="text" value={text} onInput={event => onChange(event.currentTarget.value)} />
      )}
      {type !== 'boolean' && type !== 'string' && (
        <input
          id={id}
          type="number"
          value={text}
          onInput={event => onChange(Number(event.currentTarget.value))}
        />
      )}
    </span>
  );
}

/** A form for one action, made from the face of the app. */
function Action({ action }: { action: ActionFace }) {
  const properties = Object.entries((action.params as Schema).properties ?? {});
  const [given, setGiven] = useState<Record<string, Json>>({});
  const params = Object.fromEntries(
    properties.map(([name, { type }]) => [
      name,
      given[name] ?? (type === 'boolean' ? true : type === 'string' ? '' : 0),
    ]),
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
      {properties.map(([name, { type }]) => (
        <Param
          key={name}
          {...{ name, type }}
          value={params[name]}
          onChange={value => setGiven({ ...given, [name]: value })}
        />
      ))}
      <button type="submit" disabled={isRunning()}>
        send
      </button>
      <code class="line">{commandLine(words)}</code>
    </form>
  );
}

const OTHERS: readonly { name: string; words: readonly string[]; why: string }[] = [
  { name: 'pause the fleet', words: ['fleet', 'pause'], why: 'a guardian stops all boards, before finality' },
  { name: 'resume', words: ['fleet', 'resume'], why: 'only the threshold of the fleet can' },
  { name: 'suspend the board', words: ['device', 'suspend'], why: 'a guardian, this board alone' },
  { name: 'lift', words: ['device', 'lift'], why: 'the owner lets it go on' },
  { name: 'report stolen', words: ['device', 'stolen'], why: 'it locks itself as soon as it proves that' },
  {
    name: 'call off a transfer',
    words: ['device', 'transfer', '--cancel'],
    why: 'the owner, until it is accepted',
  },
];

export function Commands() {
  const actions = shownBoard.value?.actions ?? [];
  const lacks = world.value?.lacks;
  if (lacks?.command)
    return (
      <section aria-labelledby="acts">
        <h2 id="acts">Act</h2>
        <p class="quiet">{lacks.command}</p>
      </section>
    );
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">Act</h2>
      {actions.map(action => (
        <Action key={action.name} action={action} />
      ))}
      <ul class="others">
        {OTHERS.map(({ name, why, words }) => (
          <li key={name}>
            <button
              type="button"
              disabled={isRunning()}
              title={`${commandLine(words)} (${why})`}
              onClick={() => void run(words)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <Transfer />
      <Outcome />
      <Clock />
    </section>
  );
}

/** Offers the board to another account, which has to accept it in a terminal of its own. */
function Transfer() {
  const id = useId();
  const [account, setAccount] = useState('');
  const words = ['device', 'transfer', '--to', account];
  const isAddress = /^0x[0-9a-fA-F]{40}$/.test(account);
  return (
    <form
      class="action"
      onSubmit={event => {
        event.preventDefault();
        if (isAddress) void run(words);
      }}
    >
      <label class="label" for={id}>
        transfer to
      </label>
      <input
        id={id}
        type="text"
        placeholder="0x… an account"
        value={account}
        onInput={event => setAccount(event.currentTarget.value.trim())}
      />
      <button type="submit" disabled={isRunning() || !isAddress}>
        offer
      </button>
      <code class="line">{commandLine(isAddress ? words : [...words.slice(0, 3), 'ADDRESS'])}</code>
    </form>
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
            <code>{commandLine(value.words)}</code>{' '}
            <button
              type="button"
              class="small"
              onClick={() => void navigator.clipboard.writeText(commandLine(value.words))}
            >
              copy
            </button>
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
