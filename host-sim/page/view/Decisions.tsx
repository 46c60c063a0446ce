/** The decisions of the boards, the newest first; one of them is drawn. */
import type { Decision } from '../protocol.js';
import { short } from '../short.js';
import { Ago } from './Ago.js';
import { chosen, decisions, drawn } from './known.js';
import { Part } from './Part.js';
import { Path } from './Path.js';

const SHOWN_MAX = 60;
const MARKS = { accepted: '✓', rejected: '✗', undetermined: '…' } as const;

function Entry({ decision }: { decision: Decision }) {
  const { about, at, code, id, subject, verdict } = decision;
  return (
    <li>
      <button
        type="button"
        class={`entry ${verdict}`}
        aria-pressed={drawn.value?.id === id}
        onClick={() => {
          chosen.value = id;
        }}
      >
        <span aria-hidden="true">{MARKS[verdict]}</span>
        <span>
          {about} {verdict}
          {code === '' ? '' : ` (${code})`}
        </span>
        <code>{short(subject)}</code>
        <Ago time={at} />
      </button>
    </li>
  );
}

export function Decisions() {
  const newest = [...decisions.value].slice(-SHOWN_MAX).reverse();
  return (
    <Part id="decisions" title="Evidence" short={`${decisions.value.length} decisions`}>
      {drawn.value ? (
        <Path decision={drawn.value} />
      ) : (
        <p class="quiet">
          No board has decided anything yet. Send it a command: it runs when it has proven for itself that the
          chain says so, and here is the proof.
        </p>
      )}
      {newest.length > 0 && (
        <>
          <h3>
            Decisions
            {chosen.value !== undefined && (
              <button
                type="button"
                class="small"
                onClick={() => {
                  chosen.value = undefined;
                }}
              >
                draw the newest
              </button>
            )}
          </h3>
          <ol class="decisions">
            {newest.map(decision => (
              <Entry key={decision.id} decision={decision} />
            ))}
          </ol>
        </>
      )}
    </Part>
  );
}
