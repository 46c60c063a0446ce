import test from 'ava';
import { CounterFault, FlashCounter } from '../../../firmware/store/counter.js';
import { FaultyPartition, type Moment, Power, PowerCut } from '../../../host-sim/flash/faults.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../../host-sim/node/flash/table.js';

const small = { size: 128, sectorSize: 64 };

test('it counts from nothing over many turns of its sectors, and over every restart', t => {
  const partition = new MemoryPartition(small);
  t.is(new FlashCounter(partition).value, 0);
  for (let value = 1; value <= 200; value++) {
    const counter = new FlashCounter(partition);
    counter.advance();
    t.is(counter.value, value);
    t.is(new FlashCounter(partition).value, value);
  }
  t.true(partition.erasures.every(count => count <= new FlashCounter(partition).wear + 1));
});

test('a cut at any flash operation leaves what it was, or one more; the step is then taken once and stays', t => {
  let cuts = 0;
  const partition = new MemoryPartition(small);
  for (let value = 0; value < 60; value++) {
    const image = partition.read(0, small.size);
    for (const moment of ['before', 'torn', 'after'] as Moment[])
      for (let operation = 1; operation <= 3; operation++)
        for (let variant = 0; variant < 6; variant++) {
          const power = new Power({ seed: 100 * value + variant });
          const cut = new FaultyPartition(new MemoryPartition(small, image), power);
          power.cutAt(operation, moment);
          try {
            new FlashCounter(cut).advance();
            continue;
          } catch (error) {
            if (!(error instanceof PowerCut)) throw error;
          }
          cuts++;
          power.restore();
          const after = new FlashCounter(cut);
          const found = after.value;
          t.true(found === value || found === value + 1, `${found} after a cut at ${value}`);
          // Whoever knows that the step was begun takes it.
          if (found === value) after.advance();
          for (let again = 0; again < 3; again++) t.is(new FlashCounter(cut).value, value + 1, 'firm');
          new FlashCounter(cut).advance();
          t.is(new FlashCounter(cut).value, value + 2);
        }
    new FlashCounter(partition).advance();
  }
  t.log(`${cuts} cuts`);
  t.true(cuts > 1000);
});

test('a sector of a board takes 1,020 counts an erase; other shapes are refused', t => {
  const partition = new MemoryPartition(partitionTable.counter);
  const counter = new FlashCounter(partition);
  for (let i = 0; i < 5000; i++) counter.advance();
  t.deepEqual(partition.erasures, [3, 2]);
  t.is(counter.wear, 3);
  t.throws(() => new FlashCounter(new MemoryPartition({ size: 192, sectorSize: 64 })), {
    instanceOf: RangeError,
  });
});

test('flash that takes nothing any more is a fault, and the value stays', t => {
  const partition = new MemoryPartition(small);
  new FlashCounter(partition).advance();
  const worn = { ...small, read: partition.read.bind(partition), write: () => {}, erase: () => {} };
  const counter = new FlashCounter(worn);
  t.throws(() => counter.advance(), { instanceOf: CounterFault });
  t.is(counter.value, 1);
});
