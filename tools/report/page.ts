/** A fleet report as one page of HTML that needs nothing else, to be printed or handed on. */
import { escaped, reportHtml } from '../cli/markup.js';
import type { BoardReport, FleetReport, ImageReport } from './facts.js';
import { crashLine, percentOf, stateCounts, stateWords, troubles } from './words.js';

const STYLE = `
h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.current { color: var(--good); } .below_floor, .withdrawn, .other, .wrong { color: var(--bad); }
.waiting, .unproven, .quiet { color: var(--off); }
td code { display: inline-block; min-width: 11rem; }
div.scroll { overflow-x: auto; } meter { width: 8rem; }
@media print { a { color: inherit; } details { display: block; } }
`;

const row = (...cells: string[]): string => `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`;
const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** HTML without script; every word of others is text in it. */
export function reportPage({ block, boards, chainId, findings, fleet, images }: FleetReport): string {
  const at = new Date(block.timestamp * 1000).toISOString();
  const title = `Fleet ${fleet.slice(0, 10)}… at block ${block.number}`;
  return reportHtml(
    title,
    STYLE,
    `<h1>${escaped(title)}</h1>
<p>Chain ${chainId}, fleet ${code(fleet)}, ${boards.length} boards, by the state of block ${block.number}
(${escaped(at)}), ${code(block.hash)}. Each line rests on a proof against that hash, on a signature of the board, or on a
hash that one of them leads to: <code>holdfast report --verify FILE</code> repeats it from the evidence.</p>
${findings.length === 0 ? '' : `<h2 class="wrong">Findings</h2><ul>${findings.map(({ rule, what }) => `<li class="wrong">${escaped(rule)}: ${escaped(what)}</li>`).join('')}</ul>`}
<h2>Images</h2>
<div class="scroll"><table><thead><tr><th>Share</th><th>Boards</th><th>Image</th><th>Version</th><th>Parts</th><th>Origin</th><th>Went wrong</th></tr></thead>
<tbody>${images.map(each => imageRow(each, boards.length)).join('')}</tbody></table></div>
<h2>Boards</h2>
<p>${stateCounts(boards)
      .map(({ count, state }) => `<span class="${state}">${count}: ${escaped(stateWords[state])}</span>`)
      .join('; ')}.</p>
<div class="scroll"><table><thead><tr><th>Board</th><th>State</th><th>Version</th><th>Seen at block</th><th>Behind since block</th><th>Failed updates</th><th>Crashes</th></tr></thead>
<tbody>${boards.map(boardRow).join('')}</tbody></table></div>
<p class="quiet">“Seen at block” is the block of the newest receipt that the board signed; what it did since, only the board
can tell. “Behind since” is the block of the release’s event by the endpoint’s word.</p>`,
  );
}

function imageRow(image: ImageReport, of: number): string {
  const { boards, commit, image: hash, name, parts, provenance, version } = image;
  const marks = [image.newest ? 'newest' : '', image.withdrawn ? 'withdrawn' : ''].filter(Boolean).join(', ');
  const list = parts
    ? `<details><summary>${parts.length}</summary>${parts.map(part => `${escaped(part.name)} ${escaped(part.version)} <span class="quiet">${escaped(part.license ?? '')}</span>`).join('<br>')}</details>`
    : '<span class="quiet">no list</span>';
  const origin = commit ? code(commit) : provenance ? 'stated' : '<span class="quiet">not stated</span>';
  return row(
    `<meter min="0" max="${Math.max(1, of)}" value="${boards}"></meter> ${percentOf(boards, of)}`,
    `${boards}`,
    `${escaped(name ?? '')} ${code(hash)}`,
    `${version ?? '<span class="other">unknown</span>'}${marks && ` (${marks})`}`,
    list,
    origin,
    escaped(troubles(image).join(', ')),
  );
}

const boardRow = ({
  behindSince,
  crashes,
  device,
  failed,
  seenAt,
  state,
  status,
  version,
}: BoardReport): string =>
  row(
    code(device),
    `<span class="${state}">${escaped(stateWords[state])}</span>${status === 'active' ? '' : `, ${escaped(status)}`}`,
    `${version ?? ''}`,
    `${seenAt ?? ''}`,
    `${behindSince ?? ''}`,
    failed.map(each => `version ${each.version}${each.code && `: ${escaped(each.code)}`}`).join('<br>'),
    crashes.map(each => escaped(crashLine(each))).join('<br>'),
  );
