/** The board in other hands: offered to an account, which accepts it, or sold with a claim code, by which it is claimed. */
import { useId, useState } from 'preact/hooks';
import type { Person, HandOver as Way } from '../protocol.js';
import { short } from '../short.js';
import type { ActProperties } from './Act.js';
import { Acts } from './Acts.js';
import { Line } from './Copy.js';
import { ownerFlags, ownerOf, shownBoard, world } from './known.js';
import { isRunning, lineOf, run } from './run.js';

/** Offers the board to any account; who is none of the people accepts it in a terminal of his own. */
function Transfer({ to }: { to: Person | undefined }) {
  const id = useId();
  const [given, setGiven] = useState('');
  const account = given === '' ? (to?.address ?? '') : given;
  const words = ['device', 'transfer', '--to', account, ...ownerFlags.value];
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
        placeholder={to ? `0x…, or ${to.name}` : '0x… an account'}
        value={given}
        onInput={event => setGiven(event.currentTarget.value.trim())}
      />
      <button type="submit" disabled={isRunning() || !isAddress}>
        offer
      </button>
      <Line text={lineOf(isAddress ? words : [...words.slice(0, 3), 'ADDRESS'])} />
    </form>
  );
}

/** The acts of whoever it is offered to, and of the owner who thinks again. */
function Offer({ to, way: { code, trust } }: { to: Person | undefined; way: Way }) {
  const offered = shownBoard.value?.offered;
  if (!offered) return null;
  const isTheirs = !offered.byClaim && offered.to.toLowerCase() === to?.address.toLowerCase();
  const acts: ActProperties[] = [
    {
      name: 'call it off',
      words: ['device', 'transfer', '--cancel', ...ownerFlags.value],
      why: 'the owner, until it is accepted',
    },
  ];
  if (to && isTheirs)
    acts.unshift({
      name: `accept it as ${to.name}`,
      words: ['device', 'accept', ...trust, ...to.flags],
      why: 'with its fleet and channel as they are',
    });
  if (to && offered.byClaim && code)
    acts.unshift({
      name: `claim it as ${to.name}`,
      words: ['device', 'claim', ...code, ...trust, ...to.flags],
      why: 'code and board sign together, at its console',
    });
  return (
    <Acts acts={acts}>
      <span>
        It is offered to {offered.byClaim ? 'whoever has the claim code' : isTheirs ? to?.name : ''}{' '}
        <code title={offered.to}>{short(offered.to)}</code>.
      </span>
    </Acts>
  );
}

export function HandOver() {
  const way = world.value?.handOver;
  const owner = shownBoard.value?.owner;
  if (!way) return <Transfer to={undefined} />;
  const to = way.people.find(person => person !== ownerOf.value);
  return (
    <details>
      <summary>
        Hand it over. It belongs to {ownerOf.value?.name ?? 'somebody'}
        {owner !== undefined && <code> {short(owner)}</code>}
      </summary>
      <Transfer to={to} />
      <Acts
        acts={[
          {
            name: 'make a claim code',
            words: ['device', 'claim-code', ...way.newCode, ...ownerFlags.value],
            why: 'for the box: who has it and the board can claim that',
          },
        ]}
      />
      <Offer to={to} way={way} />
      <p class="quiet">
        Whoever takes it over begins a new epoch: what was ordered or approved before runs no more. The board
        proves that, and adopts the trust of its new owner at its console or by the order of its fleet.
      </p>
    </details>
  );
}
