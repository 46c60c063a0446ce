import test from 'ava';
import { Settling } from '../../../tools/sim/settling.js';

test('of a hundred orders that settle one after the other, the 50th, 95th and 99th are told; one counts once', t => {
  const settling = new Settling();
  t.deepEqual(settling.times, { orders: 0, p50: 0, p95: 0, p99: 0 });
  for (let order = 1; order <= 100; order++) settling.sent(`0x${order}`, 1000);
  for (let order = 100; order >= 1; order--) settling.done(`0x${order}`, 1000 + order);
  settling.done('0x7', 99_000);
  settling.done('0xstranger', 99_000);
  t.deepEqual(settling.times, { orders: 100, p50: 50, p95: 95, p99: 99 });
});
