import test from 'ava';
import { readSlots, slotsNumber } from '../../../firmware/device/slots.js';
import type { Running, SlotMark } from '../../../firmware/port/board.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { image } from '../update/release.js';

test('both slots come back from the number of a status, in each state, with a header or none', t => {
  const flash = new MemoryFlash();
  flash.open('slotB').write(0, image(7));
  for (const state of ['confirmed', 'pending', 'recovery'] as Running['state'][]) {
    for (const idle of ['none', 'new', 'tried', 'confirmed', 'failed'] as SlotMark[]) {
      for (const [name, version] of [
        ['slotA', 0],
        ['slotB', 7],
      ] as const) {
        const running = { slot: 'A' as const, length: 0, state, read: () => new Uint8Array(0) };
        const boot = { running, idle, setPending() {}, confirm() {}, restart() {} };
        t.deepEqual(readSlots(slotsNumber(boot, flash.open(name))), { running: state, idle, version });
      }
    }
  }
});
