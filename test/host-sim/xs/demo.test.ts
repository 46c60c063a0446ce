/** The whole demo with its board in XS: the same steps and verdicts as on Node, within a chip's memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DemoResult } from '../../../tools/demo/demo.js';
import { xsTest } from '../engine/withXs.js';

xsTest('the demo comes out as expected in every step with its board in XS', async t => {
  const child = spawn(process.execPath, ['tools/holdfast.mjs', 'demo', '--engine', 'xs', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', data => (out += data));
  child.stderr.on('data', data => (errors += data));
  const [status] = await once(child, 'close');
  t.is(status, 0, errors);
  const { engine, hostile, ok, seconds, steps } = JSON.parse(out) as DemoResult;
  t.is(engine, 'xs');
  t.deepEqual(
    steps.filter(step => step.verdict !== step.expected || step.code !== step.expectedCode),
    [],
  );
  t.true(ok);
  t.true(hostile.endpoint > 0 && hostile.prover > 0 && hostile.broker > 10, JSON.stringify(hostile));
  t.true(steps.length >= 46, 'as many steps as on Node');
  t.log(`${steps.length} steps, ${seconds} s`);
});
