import test from 'ava';
import { explainEnd } from '../../../host-sim/process/run.js';

test('a board that was killed says by which signal, before its last words; one that failed says why', t => {
  t.deepEqual(explainEnd(null, 'SIGKILL', '', 'L4: block 6 is final'), {
    why: 'fault',
    detail: 'ended by SIGKILL; its last words: L4: block 6 is final',
    silent: 'processor',
  });
  t.deepEqual(explainEnd(null, 'SIGSEGV', '', ''), {
    why: 'fault',
    detail: 'ended by SIGSEGV',
    silent: 'processor',
  });
  t.deepEqual(explainEnd(1, null, '', 'fault: out of memory'), {
    why: 'fault',
    detail: 'fault: out of memory',
  });
  t.is(explainEnd(null, 'SIGKILL', 'watchdog: blocked', 'x').why, 'watchdog');
});
