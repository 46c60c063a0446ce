import test from 'ava';
import { junitOf } from '../../../tools/rig/junit.js';
import { pageOf } from '../../../tools/rig/page.js';
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
