/** A decision as a path: what was proven, from the signatures to the decision, and where it broke. */
import { useState } from 'preact/hooks';
import { type EvidenceNode, nodesOf } from '../evidence.js';
import type { Decision } from '../protocol.js';
import { short } from '../short.js';
import { clock } from './words.js';

const EDGE_WORDS = { checked: 'checked', broken: 'broken', open: 'not reached' } as const;
const EDGE_MARKS = { checked: '✓', broken: '✗', open: '…' } as const;

function Node({ edge, label, parts, raw, value }: EvidenceNode) {
  return (
    <li class={edge ? `node ${edge}` : 'node first'}>
      {edge && (
        <span class="edge">
          <span aria-hidden="true">{EDGE_MARKS[edge]}</span>
          <span class="unseen">{EDGE_WORDS[edge]}: </span>
        </span>
      )}
      <div class="box">
        <span class="label">{label}</span>
        <span class="value">{value}</span>
        {parts.length > 0 && (
          <dl class="parts">
            {parts.map(part => (
              <div key={part.label}>
                <dt>{part.label}</dt>
                <dd title={part.raw}>{part.value}</dd>
              </div>
            ))}
          </dl>
        )}
        {raw !== '' && raw !== value && (
          <details>
            <summary>raw</summary>
            <code>{[raw, ...parts.map(part => `${part.label}: ${part.raw}`)].join('\n')}</code>
          </details>
        )}
      </div>
    </li>
  );
}

export function Path({ decision }: { decision: Decision }) {
  const { about, at, code, evidence, explained, receipt, subject } = decision;
  return (
    <>
      <p class="subject">
        <strong>{about}</strong> <code title={subject}>{short(subject)}</code> at {clock(at)}
      </p>
      <ol class="path">
        {nodesOf(decision).map((node, i) => (
          <Node key={`${decision.id}-${i}-${node.label}`} {...node} />
        ))}
      </ol>
      {evidence !== '' && <p class="evidence">{short(evidence)}</p>}
      {receipt && (
        <p class="evidence">
          Receipt {receipt.counter}: {receipt.outcome}
          {receipt.signer === '' ? '' : `, signed by ${short(receipt.signer)}`}
        </p>
      )}
      {explained && (
        <dl class="explained">
          <dt>{code}</dt>
          <dd>{explained.meaning}</dd>
          <dt>likely cause</dt>
          <dd>{explained.likely}</dd>
          <dt>remedy</dt>
          <dd>{explained.remedy}</dd>
        </dl>
      )}
      <Raw decision={decision} />
    </>
  );
}

/** The decision as data. */
function Raw({ decision }: { decision: Decision }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={event => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary>all that the board said of it</summary>
      {open && <pre>{JSON.stringify(decision, undefined, 2)}</pre>}
    </details>
  );
}
