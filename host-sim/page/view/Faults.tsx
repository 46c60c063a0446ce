/** Faults that last until they are ended: what the board has against each, and what it decided since it began. */
import { signal, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Act, FaultyPlace } from '../protocol.js';
import { caughtSince, verdictsSince } from '../verdictsSince.js';
import { Ago } from './Ago.js';
import { Choice } from './Choice.js';
import { send } from './connection.js';
import { decisions, world } from './known.js';
import { Part } from './Part.js';

const refused = signal('');

async function set(place: string, fault: string, count: number | undefined): Promise<void> {
  const act = { act: 'fault', place, ...(fault !== '' && { fault }), ...(count !== undefined && { count }) };
  const { ok, says } = await send(act as Act);
  refused.value = ok ? '' : says;
}

/** The verdicts by which a fault was met, or the one before it where that is over: what was held up runs afterwards. */
function caughtOf({ before, fault, faults, since }: FaultyPlace): string[] {
  const shown = fault === undefined || since === undefined ? before : { fault, since };
  const codes = faults.find(({ name }) => name === shown?.fault)?.codes ?? [];
  return shown === undefined ? [] : caughtSince(decisions.value, shown.since, codes);
}

function Place({ place }: { place: FaultyPlace }) {
  const id = useId();
  const { before, fault, faults, name, since } = place;
  const begun = faults.find(each => each.name === fault);
  const caught = caughtOf(place);
  const counted = faults.find(({ count, lacks }) => count !== undefined && lacks === undefined);
  const number = useSignal(counted?.count?.usual);
  // One number for all that count the same; what counts something else takes its usual one.
  const isCounted = (chosen: string): boolean =>
    counted !== undefined && faults.find(each => each.name === chosen)?.count?.label === counted.count?.label;
  const choose = (chosen: string): void =>
    void set(name, chosen, isCounted(chosen) ? number.value : undefined);
  const verdicts = since === undefined ? [] : verdictsSince(decisions.value, since);
  return (
    <li class={fault === undefined ? 'well' : 'faulty'}>
      <label for={id}>{name}</label>
      <select id={id} value={fault ?? ''} onChange={event => choose(event.currentTarget.value)}>
        <option value="">well</option>
        {faults.map(each => (
          <option
            key={each.name}
            value={each.name}
            title={each.lacks ?? each.defence}
            disabled={each.lacks !== undefined}
          >
            {each.name}
            {each.lacks === undefined ? '' : ` (not in this world: ${each.lacks})`}
          </option>
        ))}
      </select>
      {counted?.count && (
        <Choice
          count={counted.count}
          value={number.value}
          onChoice={value => {
            number.value = value;
          }}
        />
      )}
      {before && since === undefined && (
        <p class="quiet">
          It was “{before.fault}”, <Ago time={before.since} />.{' '}
          {caught.length > 0 ? `Met since then by ${caught.join(', ')}.` : 'Nothing has met it.'}
        </p>
      )}
      {since !== undefined && (
        <p class={caught.length > 0 ? 'good' : ''}>
          {caught.length > 0 ? `Caught by ${caught.join(', ')}.` : 'Nothing has caught it so far.'}
        </p>
      )}
      {since !== undefined && (
        <p class="quiet">
          {begun?.defence} Begun <Ago time={since} />, decided since then:{' '}
          {verdicts.length === 0 ? 'nothing' : verdicts.join(', ')}.
        </p>
      )}
    </li>
  );
}

export function Faults() {
  const { lacks, places } = world.value ?? { lacks: {} as Record<string, string>, places: [] };
  const isSeeded = world.value?.seeded !== undefined;
  if (world.value?.opened) return null;
  const faulty = places.filter(({ fault }) => fault !== undefined).length;
  const stands = faulty === 0 ? 'All is well.' : `${faulty} of ${places.length} places are faulty.`;
  return (
    <Part id="faults" title="Make something fail" short={stands}>
      <p class="quiet">
        {isSeeded
          ? 'A fault lasts until you end it, or until the world heals; one with a number is over by itself. All boards must be active first. From the first on this is no longer the world of its seed alone: the command line under Time has what you did, and makes the same run again.'
          : 'A fault lasts until you end it. Then act, and see what the board makes of it. An attack below begins with everybody honest; what you chose here goes on after it.'}
      </p>
      {lacks.faults && <p class="quiet">{lacks.faults}</p>}
      {lacks.network && <p class="quiet">{lacks.network}</p>}
      {refused.value !== '' && <p class="failed">{refused.value}</p>}
      <p role="status" hidden={places.length === 0}>
        {stands}
      </p>
      <ul class="places">
        {places.map(place => (
          <Place key={place.name} place={place} />
        ))}
      </ul>
    </Part>
  );
}
