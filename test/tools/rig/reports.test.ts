import test from 'ava';
import { junitOf } from '../../../tools/rig/junit.js';
import { pageOf } from '../../../tools/rig/page.js';
import { SAMPLES_MAX, tracePower } from '../../../tools/rig/power/trace.js';
import { powerChart } from '../../../tools/rig/powerChart.js';
import type { ScenarioReport } from '../../../tools/rig/run.js';

const hostile = '<script>alert("1")</script> & \u0007\u001b[31m "quoted"';

const report = (more: Partial<ScenarioReport>): ScenarioReport => ({
  ...{
    name: 'a',
    file: 'a.yaml',
    target: 'node, level 4',
    outcome: 'passed',
    seconds: 1.5,
    runs: 1,
    steps: [],
  },
  ...more,
});

const failed = report({
  name: hostile,
  outcome: 'failed',
  steps: [
    {
      words: hostile,
      outcome: 'failed',
      milliseconds: 3,
      seen: hostile,
      trail: [{ what: hostile, value: hostile }],
    },
  ],
  lines: [hostile],
});
const all = [report({}), failed, report({ outcome: 'not run', reason: 'the target cannot cut' })];

test('JUnit counts what passed, failed and was not run', t => {
  const xml = junitOf(all);
  t.regex(xml, /<testsuite name="holdfast rig" tests="3" failures="1" skipped="1" time="4.50">/);
  t.is(xml.match(/<testcase /g)?.length, 3);
  t.is(xml.match(/<failure /g)?.length, 1);
  t.regex(xml, /<skipped message="the target cannot cut"\/>/);
});

for (const [what, text] of [
  ['JUnit', junitOf(all)],
  ['the page', pageOf(all, { target: hostile, begun: '2026-01-01T00:00:00Z', seconds: 5, again: hostile })],
] as const) {
  test(`text of others is text in ${what}: no markup, no control characters`, t => {
    t.notRegex(text, /<script|alert\("/);
    t.false([...text].some(sign => sign < ' ' && sign !== '\n'));
    t.regex(text, /&lt;script&gt;/);
  });
}

test('the page needs nothing from outside, and runs no script', t => {
  const page = pageOf(all, {
    target: 'node',
    begun: '2026-01-01T00:00:00Z',
    seconds: 5,
    again: 'holdfast rig run',
  });
  t.regex(page, /Content-Security-Policy" content="default-src 'none'/);
  t.notRegex(page, /(?:src|href)=|url\(/);
  t.regex(page, /1 passed, 1 failed, 1 not run/);
});

test('what failed is linked with its recording from the page’s folder, and both reports tell how to see it again', t => {
  const recorded = report({
    name: 'it’s late',
    outcome: 'failed',
    recording: 'out/recordings/it-s-"late".recording',
    again: 'holdfast rig run rig --target node --only "a"',
  });
  const page = pageOf([recorded], {
    ...{ target: 'node', begun: '2026-01-01T00:00:00Z', seconds: 5, again: 'all', folder: 'out' },
  });
  t.regex(page, /href="recordings\/it-s-%22late%22\.recording"/);
  for (const text of [page, junitOf([recorded])]) {
    t.true(text.includes("holdfast replay 'out/recordings/it-s-&quot;late&quot;.recording'"));
    t.true(text.includes('--target node --only &quot;a&quot;'));
  }
});

test('a power trace is drawn to its own scale, without a script; fewer than two points are no drawing', t => {
  const page = powerChart([
    [0, 80],
    [500, 240.4],
    [1000, -0.2],
  ]);
  t.regex(page, /240 mA at most, 107 mA on average, 1\.0 s/);
  t.is(/points="([^"]+)"/.exec(page)![1].split(' ').length, 3);
  t.notRegex(page, /NaN|Infinity|<script/);
  t.is(powerChart([[0, 1]]), '');
});

test('a trace is bounded however long it runs, and a supply that fails on the way gives what it had said', async t => {
  let asked = 0;
  const trace = tracePower(async () => {
    if (++asked > 1500) throw new Error('the supply is gone');
    return asked;
  }, 0);
  while (asked <= 1500) await new Promise(resolve => setTimeout(resolve, 20));
  const samples = trace.end();
  t.true(samples.length > 100 && samples.length <= SAMPLES_MAX, `${samples.length}`);
  t.is(trace.end(), samples);
});
