/** Attacks: each says first what should catch it, and then what did; a score sheet of all. */
import { signal, useSignal } from '@preact/signals';
import type { Attack, Attempt } from '../protocol.js';
import { short } from '../short.js';
import { Ago } from './Ago.js';
import { Choice } from './Choice.js';
import { send } from './connection.js';
import { attempts, score, world } from './known.js';
import { Part } from './Part.js';

/** The attack that is under way, or what kept it from beginning. */
const trying = signal<string | undefined>(undefined);
const refused = signal('');

async function attempt(name: string, count?: number): Promise<void> {
  trying.value = name;
  refused.value = '';
  const { says } = await send({ act: 'attack', name, ...(count !== undefined && { count }) });
  if (!['caught', 'worked', 'failed'].includes(says)) refused.value = says;
  trying.value = undefined;
}

async function attemptAll(attacks: readonly Attack[]): Promise<void> {
  for (const { lacks, name } of attacks) if (lacks === undefined) await attempt(name);
}

const WORDS: Readonly<Record<Attempt['state'], string>> = {
  running: 'under way…',
  caught: 'caught',
  worked: 'IT WORKED',
  failed: 'not as expected',
  unmet: 'over before anything met it',
};

function Row({ attack }: { attack: Attack }) {
  const { code, count, defence, expected, lacks, name, twin } = attack;
  const number = useSignal(count?.usual);
  const isOff = lacks !== undefined || trying.value !== undefined;
  const tried = attempts.value.get(name);
  return (
    <li class={tried?.state ?? 'untried'}>
      <div class="attack">
        <button type="button" disabled={isOff} onClick={() => void attempt(name, number.value)}>
          try
        </button>
        <span class="name">{name}</span>
        {count && <Choice count={count} value={number.value} onChoice={value => (number.value = value)} />}
        <span class="mark">{tried ? WORDS[tried.state] : ''}</span>
      </div>
      {lacks !== undefined && <p class="quiet">Not in this world: {lacks}</p>}
      <p class="quiet">
        {defence} Should be {expected} ({code}); then {twin} must be accepted.
      </p>
      {tried?.said.map(({ code: came, evidence, of, verdict }) => (
        <p key={of} class="said">
          {of === 'attack' ? 'attack' : 'twin'}: <strong>{verdict}</strong>
          {came === '' ? '' : ` (${came})`} {short(evidence ?? '')}
        </p>
      ))}
    </li>
  );
}

/** The faults that a person put into a seeded world, the newest first, and what met each. */
function ByHand() {
  const touched = [...attempts.value.values()].reverse();
  return (
    <ol class="attacks">
      {touched.map(({ at, name, said, state }) => (
        <li key={name} class={state === 'running' ? 'untried' : state}>
          <div class="attack">
            <span class="name">{name}</span>
            <span class="mark">{state === 'running' ? 'nothing has met it so far' : WORDS[state]}</span>
          </div>
          <p class="quiet">
            Begun <Ago time={at} />.
          </p>
          {said.map(({ code, evidence, verdict }) => (
            <p key={code} class="said">
              <strong>{verdict}</strong>
              {code === '' ? ': it ran all the same' : ` (${code})`} {short(evidence ?? '')}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}

/** Attacks from one place, folded: a list of thirty is a long way. Its head says how they stand. */
function Group({ attacks, place }: { attacks: readonly Attack[]; place: string }) {
  const ended = attacks.flatMap(({ name }) => attempts.value.get(name) ?? []);
  const caught = ended.filter(({ state }) => state === 'caught').length;
  const others = ended.filter(({ state }) => state !== 'caught' && state !== 'running');
  return (
    <details>
      <summary>
        At {place}{' '}
        <span class={others.length > 0 ? 'bad' : 'quiet'}>
          {attacks.length} {attacks.length === 1 ? 'attack' : 'attacks'}
          {caught > 0 && `, ${caught} caught`}
          {others.length > 0 && `, ${others.length} otherwise`}
        </span>
      </summary>
      <ol class="attacks">
        {attacks.map(attack => (
          <Row key={attack.name} attack={attack} />
        ))}
      </ol>
    </details>
  );
}

export function Break() {
  if (world.value?.opened) return null;
  const isSeeded = world.value?.seeded !== undefined;
  const attacks = world.value?.attacks ?? [];
  const places = [...new Set(attacks.map(({ from }) => from))];
  const { caught, failed, tried, unmet, worked } = score.value;
  return (
    <Part
      id="break"
      title={isSeeded ? 'What you broke' : 'Try to break it'}
      short={`${tried} tried, ${worked} worked`}
    >
      <p class="score" role="status" hidden={attacks.length === 0 && !isSeeded}>
        <span>
          <strong>{tried}</strong> {isSeeded ? 'faults by hand' : 'attacks tried'}
        </span>
        <span>
          <strong>{caught}</strong> caught
        </span>
        <span class={worked > 0 ? 'bad' : 'good'}>
          <strong>{worked}</strong> worked
        </span>
        {unmet > 0 && (
          <span>
            <strong>{unmet}</strong> met by nothing
          </span>
        )}
        {failed > 0 && (
          <span class="bad">
            <strong>{failed}</strong> not as expected
          </span>
        )}
      </p>
      {isSeeded && (
        <p class="quiet">
          Choose a fault in “Make something fail”. One that worked breaks a rule, and ends the world; the
          rules are those of the protocol.
        </p>
      )}
      {isSeeded && <ByHand />}
      {world.value?.lacks.attacks && <p class="quiet">{world.value.lacks.attacks}</p>}
      {refused.value !== '' && <p class="failed">{refused.value}</p>}
      {attacks.length > 0 && (
        <p>
          <button
            type="button"
            disabled={trying.value !== undefined}
            onClick={() => void attemptAll(attacks)}
          >
            try all of them
          </button>
        </p>
      )}
      {places.map(place => (
        <Group key={place} place={place} attacks={attacks.filter(({ from }) => from === place)} />
      ))}
    </Part>
  );
}
