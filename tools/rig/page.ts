/** A run as one page of HTML that needs nothing else: scenarios, steps, evidence, the board's last lines. */

import { relative } from 'node:path';
import { escaped, reportHtml } from '../cli/markup.js';
import { trailLine } from '../demo/print.js';
import { replayLine } from './junit.js';
import { powerChart } from './powerChart.js';
import { type ScenarioReport, tallyOf } from './run.js';
import type { StepReport } from './runScenario.js';

const STYLE = `
summary { cursor: pointer; padding: .35rem 0; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
ol { margin: .3rem 0 1rem; padding-left: 1.6rem; } li { margin: .25rem 0; }
figure { margin: .5rem 0 1rem; max-width: 36rem; } figcaption { color: var(--off); font-size: .85rem; }
code, pre { white-space: pre-wrap; }
.passed { color: var(--good); } .failed { color: var(--bad); } .skipped, .not-run { color: var(--off); }
.time { color: var(--off); font-variant-numeric: tabular-nums; } .trail { color: var(--off); display: block; }
`;

const MARKS = { passed: '✓', failed: '✗', skipped: '–', 'not run': '–' } as const;

export interface RunFacts {
  target: string;
  /** Of the run, ISO 8601. */
  begun: string;
  seconds: number;
  /** The command line that runs it again. */
  again: string;
  /** The folder that the page lies in, from which recordings are linked. */
  folder?: string;
}

export function pageOf(
  reports: readonly ScenarioReport[],
  { again, begun, folder = '.', seconds, target }: RunFacts,
): string {
  const { failed, 'not run': notRun, passed } = tallyOf(reports);
  const tally = `${passed} passed, ${failed} failed, ${notRun} not run`;
  return reportHtml(
    `holdfast rig: ${tally}`,
    STYLE,
    `<h1>${escaped(tally)}</h1>
<p>On <strong>${escaped(target)}</strong>, begun ${escaped(begun)}, ${seconds} s. Again: <code>${escaped(again)}</code></p>
${reports.map(report => scenarioHtml(report, folder)).join('\n')}`,
  );
}

function scenarioHtml(report: ScenarioReport, folder: string): string {
  const { file, lines, name, outcome, power = [], reason, runs, seconds, steps } = report;
  const open = outcome === 'failed' ? ' open' : '';
  const more = reason ? `: ${reason}` : runs > 1 ? `, in ${runs} runs` : '';
  const said = lines?.length
    ? `<p>The last lines of the board:</p><pre>${escaped(lines.join('\n'))}</pre>`
    : '';
  return `<details${open}>
<summary><span class="${outcome.replace(' ', '-')}">${MARKS[outcome]} ${outcome}</span> ${escaped(name)}${escaped(more)}
<span class="time">${seconds} s, ${escaped(file)}</span></summary>
<ol>${steps.map(stepHtml).join('')}</ol>${againHtml(report, folder)}${powerChart(power)}${said}
</details>`;
}

/** The two ways to see a failure again. */
function againHtml({ again, recording }: ScenarioReport, folder: string): string {
  const rows = [
    ...(again ? [`Again: <code>${escaped(again)}</code>`] : []),
    ...(recording
      ? [
          `Its <a href="${escaped(encodeURI(relative(folder, recording)))}" download>recording</a>: <code>${escaped(replayLine(recording))}</code>`,
        ]
      : []),
  ];
  return rows.length > 0 ? `<p>${rows.join('<br>')}</p>` : '';
}

function stepHtml({ milliseconds, outcome, seen, trail, words }: StepReport): string {
  const proof = trail?.length ? `<code class="trail">${escaped(trailLine(trail, outcome))}</code>` : '';
  return `<li class="${outcome}"><code>${escaped(words)}</code> <span class="time">${milliseconds} ms</span>${
    seen ? `<br>${escaped(seen)}` : ''
  }${proof}</li>\n`;
}
