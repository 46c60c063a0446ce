/** Attacks by whoever has the board in hand, power off, and writes into its flash what lay there before. */
import { equal } from '../../firmware/bytes/equal.js';
import { readJournal, writeJournal } from './boardFlash.js';
import { deliver, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Steps } from './steps.js';

export async function attackFlash(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'At the board’s flash',
    'Somebody takes a copy of the board’s journal, waits until an order ran, and puts the copy back: by it the order has not run.',
  );
  let copy: Uint8Array = new Uint8Array(0);
  await switchedOff(setting, () => {
    copy = readJournal(setting.directory);
  });
  const order = await placeOrder(setting, 'relay.toggle', {});
  await steps.run('relay.toggle, delivered once', 'accepted', '', () => deliver(setting, order));
  await switchedOff(setting, () => writeJournal(setting.directory, copy));
  await steps.run(
    'the older journal put back, and the order delivered again',
    'undetermined',
    'not_now',
    () => deliver(setting, order),
  );
  await steps.run('  twin: a new order, once another showed the board the time', 'accepted', '', async () => {
    // It begins a new journal, and does not run itself: who knows whether it did before.
    await deliver(setting, await placeOrder(setting, 'relay.toggle', {}));
    return deliver(setting, await placeOrder(setting, 'relay.set', { on: false }));
  });
}

/**
 * Cuts the board's power, does something meanwhile, and waits until the board is back at its broker.
 * @returns its status of this start
 */
export async function switchedOff({ board, boardChannel, patience }: Setting, act: () => void) {
  const { challenge: before } = await boardChannel.status();
  await board.powerCut();
  act();
  await board.powerOn();
  // A board makes another challenge at each start.
  return boardChannel.statusWhere(({ challenge }) => !equal(challenge, before), patience);
}
