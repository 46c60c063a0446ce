/** Which lines of a board's supply tell of a run that ended as none should. */
import test from 'ava';
import { isFault } from '../../../host-sim/process/board.js';

test('a fault and a bite of the watchdog are faults; restarts, power cuts and what a board says of faults are none', t => {
  for (const line of ['fault: out of memory', 'watchdog: the image blocked the event loop'])
    t.true(isFault(line));
  for (const line of [
    'restart: update',
    'powerCut: ',
    'app fault: no sensor',
    '[development L4] fault: ',
    '',
  ])
    t.false(isFault(line), line);
});
