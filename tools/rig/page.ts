/** A run as one page of HTML that needs nothing else: scenarios, steps, evidence, the board's last lines. */
import { trailLine } from '../demo/print.js';
import { escaped } from './junit.js';
import { type ScenarioReport, tallyOf } from './run.js';
import type { StepReport } from './runScenario.js';

const STYLE = `
:root { color-scheme: light dark; --good: #18794e; --bad: #c62a2f; --off: #7a7a7a; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } summary { cursor: pointer; padding: .35rem 0; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
ol { margin: .3rem 0 1rem; padding-left: 1.6rem; } li { margin: .25rem 0; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
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
}

export function pageOf(
  reports: readonly ScenarioReport[],
  { again, begun, seconds, target }: RunFacts,
): string {
  const { failed, 'not run': notRun, passed } = tallyOf(reports);
  const tally = `${passed} passed, ${failed} failed, ${notRun} not run`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`holdfast rig: ${tally}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(tally)}</h1>
<p>On <strong>${escaped(target)}</strong>, begun ${escaped(begun)}, ${seconds} s. Again: <code>${escaped(again)}</code></p>
${reports.map(scenarioHtml).join('\n')}
</body>
</html>
`;
}

function scenarioHtml({ file, lines, name, outcome, reason, runs, seconds, steps }: ScenarioReport): string {
  const open = outcome === 'failed' ? ' open' : '';
  const more = reason ? `: ${reason}` : runs > 1 ? `, in ${runs} runs` : '';
  const said = lines?.length
    ? `<p>The last lines of the board:</p><pre>${escaped(lines.join('\n'))}</pre>`
    : '';
  return `<details${open}>
<summary><span class="${outcome.replace(' ', '-')}">${MARKS[outcome]} ${outcome}</span> ${escaped(name)}${escaped(more)}
<span class="time">${seconds} s, ${escaped(file)}</span></summary>
<ol>${steps.map(stepHtml).join('')}</ol>${said}
</details>`;
}

function stepHtml({ milliseconds, outcome, seen, trail, words }: StepReport): string {
  const proof = trail?.length ? `<code class="trail">${escaped(trailLine(trail, outcome))}</code>` : '';
  return `<li class="${outcome}"><code>${escaped(words)}</code> <span class="time">${milliseconds} ms</span>${
    seen ? `<br>${escaped(seen)}` : ''
  }${proof}</li>\n`;
}
