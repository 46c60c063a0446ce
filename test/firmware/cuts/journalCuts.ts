/** Every cut in a batch of the journal, its compaction included, and every second cut in the recovery after each. */
import { openJournal } from '../../../firmware/store/journal.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { applyBatch, contentsOf, type OpenStore, randomProgram } from '../store/powerCuts.js';
import { type Operation, recorded, State, statesOf, type Tried } from './flashStates.js';

const geometry = { size: 2048, sectorSize: 256 };

/** One program of batches; gives way after each first cut. Throws on a state that is neither that before nor that after. */
export function* journalCuts(seed: number, tried: Tried, open: OpenStore = openJournal): Generator<void> {
  const chance = new Chance(seed);
  let model = new Map<number, Uint8Array>();
  const flash = new State(new Map([['journal', new MemoryPartition(geometry)]]));
  open(flash.open('journal'));
  for (const batch of randomProgram(seed, 40, 6, 60)) {
    const before = flash.copy();
    const operations: Operation[] = [];
    open(recorded(flash, operations).open('journal')).put(batch);
    const next = applyBatch(model, batch);
    const lawful = [contentsOf(model), contentsOf(next)];
    const work = operations.some(({ bytes }) => !bytes) ? 'journal compaction' : 'journal batch';
    const check = (state: State, where: () => string) => {
      const opened = open(state.open('journal'));
      const contents = contentsOf(opened.entries());
      if (!lawful.includes(contents)) throw new Error(`${where()}: found ${opened.state} ${contents}`);
      opened.put([[1, Uint8Array.of(7)]]);
      const expected = contentsOf(applyBatch(new Map(opened.entries()), []));
      if (contentsOf(open(state.open('journal')).entries()) !== expected)
        throw new Error(`${where()}: lost what was stored after the cut`);
    };
    for (const { cut, state } of statesOf(before, operations, chance)) {
      if (tried.isNew(work, state)) {
        const where = () => `journal seed ${seed}, cut ${cut.kind} at ${cut.operation}`;
        const recovery: Operation[] = [];
        const again = state.copy();
        open(recorded(again, recovery).open('journal'));
        for (const second of statesOf(state, recovery, chance)) {
          if (!tried.isNew('journal, cut twice', second.state)) continue;
          check(second.state, () => `${where()}, then ${second.cut.kind} at ${second.cut.operation}`);
        }
        check(state, where);
        yield;
      }
    }
    model = next;
  }
}
