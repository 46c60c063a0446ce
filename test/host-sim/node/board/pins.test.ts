import test from 'ava';
import { simulatedPins } from '../../../../host-sim/node/board/pins.js';

test('an input is told once, when it is first read, with what it has while nothing is set', t => {
  const told: unknown[] = [];
  const pins = simulatedPins(
    () => {},
    input => told.push(input),
  );
  t.true(pins.sense!(4, 'up'));
  t.false(pins.sense!(5, 'down'));
  t.is(pins.sample(6), 0);
  pins.setInput(4, 0);
  pins.setInput(6, 4095);
  pins.setInput(6, 4096);
  t.false(pins.sense!(4, 'up'));
  t.is(pins.sample(6), 4095);
  t.deepEqual(told, [
    { pin: 4, as: 'digital', idle: 1 },
    { pin: 5, as: 'digital', idle: 0 },
    { pin: 6, as: 'analogue', idle: 0 },
  ]);
});
