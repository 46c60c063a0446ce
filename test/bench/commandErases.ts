/** Erases of flash for an order: a board with its whole store, whose chain is a model, runs a thousand. */
import { openStore } from '../../firmware/device/store.js';
import type { Flash, PartitionName } from '../../firmware/port/flash.js';
import { countingEntropy } from '../fakes/countingEntropy.js';
import { MemoryFlash } from '../fakes/memoryFlash.js';
import { Board } from '../firmware/command/board.js';
import { crypto } from '../firmware/command/modelChain.js';
import type { BenchResult } from './result.js';

const COMMANDS = 1000;
/** The first orders fill places that are fixed in number. */
const WARM_UP = 100;
/** A sector bears 100,000 erases: with one for so many orders, ten years of an order each seven minutes. */
const ORDERS_PER_ERASE = 8;
const STORES: readonly PartitionName[] = ['identity', 'journal', 'counter'];

class StoredBoard extends Board {
  override openStore(flash: Flash) {
    const { journal } = openStore({ crypto, entropy: countingEntropy(), flash })!;
    return { journal, keeper: this.keeper };
  }
}

/** Erases of all stores, and of the sector that had most, per order. */
export async function erasesOfCommands(): Promise<BenchResult[]> {
  const flash = new MemoryFlash();
  const board = await new StoredBoard({ flash, blank: false }).proveNow();
  const counts = () => STORES.flatMap(name => flash.open(name).erasures);
  const run = async (commands: number) => {
    for (let i = 0; i < commands; i++) {
      const command = board.link('once');
      board.chain.finalise();
      const said = await board.deliver(command);
      if (said !== 'done') throw new Error(`an order is ${said}`);
    }
  };
  await run(WARM_UP);
  const before = counts();
  await run(COMMANDS);
  const erases = counts().map((count, i) => count - before[i]);
  const all = erases.reduce((sum, count) => sum + count, 0) / COMMANDS;
  const one = Math.max(...erases) / COMMANDS;
  return [
    { ...row('erases.command', all, 'one an order', 1) },
    { ...row('erases.command.sector', one, 'one in eight orders, ten years of flash', 1 / ORDERS_PER_ERASE) },
  ];
}

const row = (name: string, value: number, peer: string, peerValue: number): BenchResult => ({
  ...{ name, value, unit: 'erases', peer, peerValue },
  ...{ ratio: peerValue / value, goal: 1, met: value <= peerValue },
});
