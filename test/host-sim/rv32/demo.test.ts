/** The whole demonstration with every attack, the board being the emulated one: as a person runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DemoResult } from '../../../tools/demo/demo.js';
import { testOnRv32 } from './withBoard.js';

testOnRv32(
  'the demo comes out as expected in every step on the emulated board, each attack with an accepted twin',
  async t => {
    const given = ['demo', '--json', '--engine', 'rv32', '--level', '1'];
    const child = spawn(process.execPath, ['tools/holdfast.mjs', ...given], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.teardown(() => child.kill());
    let out = '';
    let errors = '';
    child.stdout.on('data', data => (out += data));
    child.stderr.on('data', data => (errors += data));
    const [status] = await once(child, 'close');
    t.is(status === 0 || status === 1, true, errors);
    const { hostile, ok, seconds, steps } = JSON.parse(out) as DemoResult;
    const wrong = steps.filter(step => step.verdict !== step.expected || step.code !== step.expectedCode);
    t.deepEqual(wrong, [], errors);
    t.true(ok);
    t.is(status, 0);
    // At level 1 there is no prover.
    t.true(hostile.endpoint > 0 && hostile.broker > 10, JSON.stringify(hostile));
    const attacks = steps.filter(step => step.expected !== 'accepted');
    t.true(attacks.length >= 20, `${attacks.length} attacks`);
    t.is(steps.filter(step => step.name.startsWith('  twin')).length, attacks.length);
    t.log(`${steps.length} steps, ${attacks.length} attacks, ${seconds} s`);
  },
);
