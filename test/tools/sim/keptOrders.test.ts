import test from 'ava';
import { KeptOrders } from '../../../tools/sim/keptOrders.js';

function kept(count: number): KeptOrders {
  const orders = new KeptOrders();
  for (let i = 1; i <= count; i++) {
    orders.add({ hash: `${i}`, link: async () => {}, bytes: Uint8Array.of(i), fromMs: 100 * i });
  }
  return orders;
}

const hashes = (orders: KeptOrders, nowMs: number, receipted: readonly string[]) =>
  orders.round(nowMs, hash => receipted.includes(hash)).map(({ hash }) => hash);

test('a round has all that is due and not receipted, the newest first', t => {
  t.deepEqual(hashes(kept(4), 10_000, ['2']), ['4', '1', '3']);
  t.deepEqual(hashes(kept(4), 250, []), ['1', '2']);
});

test('what was receipted goes out again four at a time, and then no more', t => {
  const orders = kept(10);
  const all = Array.from({ length: 10 }, (_, i) => `${i + 1}`);
  orders.again();
  t.deepEqual(hashes(orders, 10_000, all), ['1', '2', '3', '4']);
  orders.again();
  t.deepEqual(hashes(orders, 10_000, all), ['5', '6', '7', '8'], 'asked for anew it goes on');
  t.deepEqual(hashes(orders, 10_000, all), ['10', '9']);
  t.deepEqual(hashes(orders, 10_000, all), []);
});

test('an order that the board says is void goes out again later: a receipt of it may have been lost', t => {
  const orders = kept(3);
  t.deepEqual(hashes(orders, 10_000, []), ['3', '1', '2']);
  orders.postpone('2', 20_000);
  t.deepEqual(hashes(orders, 10_000, []), ['3', '1']);
  t.deepEqual(hashes(orders, 20_000, []), ['3', '1', '2']);
});
