/** The line of a board that answers at its console while its supply is on: frames as of a chip, nothing behind them. */
import { Line } from '../../../../host-sim/rv32/line.js';
import type { PowerSupply } from '../../../../tools/rig/power/supply.js';
import type { SerialLine } from '../../../../tools/serial/line.js';

export interface FakeConsole {
  open(): Promise<SerialLine>;
  power: PowerSupply;
  isOn(): boolean;
  /** Lines that are open. */
  lines(): number;
}

/** @param isSilent true: the board says nothing at all */
export function fakeConsole({ isOn = true, isSilent = false } = {}): FakeConsole {
  let [on, lines] = [isOn, 0];
  const nothing = () => {};
  return {
    isOn: () => on,
    lines: () => lines,
    power: {
      name: 'fake',
      switch: async wanted => {
        // A real one takes its time: another switch must not overtake it.
        await new Promise(resolve => setTimeout(resolve, 20));
        on = wanted;
      },
      state: async () => on,
    },
    async open() {
      lines++;
      let [isOpen, hear]: [boolean, (bytes: Uint8Array) => void] = [true, nothing];
      const board = new Line(
        {
          ...{ onOpen: nothing, onData: nothing, onClose: nothing, onCredit: nothing, onUse: nothing },
          ...{ onReset: nothing, onText: nothing },
          onLine: text => {
            const { request } = JSON.parse(text);
            if (on && !isSilent) board.sendLine(JSON.stringify({ answer: request, result: { version: 1 } }));
          },
        },
        bytes => setImmediate(() => isOpen && hear(bytes)),
      );
      return {
        name: 'fake',
        write: async bytes => board.take(bytes),
        onData: listener => (hear = listener),
        ...{ onLost: nothing, setSpeed: async () => {}, setLines: async () => {} },
        close: async () => {
          if (isOpen) lines--;
          isOpen = false;
        },
      };
    },
  };
}
