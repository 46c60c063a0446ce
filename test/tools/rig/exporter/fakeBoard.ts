/** A board on a bench that only notes what is done to it. */

import type { BoardAccess } from '../../../../tools/rig/serial/access.js';
import type { SerialLine } from '../../../../tools/serial/line.js';

export interface FakeBoard {
  access: BoardAccess;
  /** All that was done, in its order. */
  log: string[];
  isOn(): boolean;
  /** Bytes that the board sends. */
  say(text: string): void;
  /** The cable is pulled. */
  pull(): void;
}

/** `prepare` works until it is given up. */
export function fakeBoard({ isOn = true, slow = false } = {}): FakeBoard {
  const log: string[] = [];
  let on = isOn;
  let [say, lose]: [(bytes: Uint8Array) => void, () => void] = [() => {}, () => {}];
  const line = (): SerialLine => ({
    name: 'fake',
    write: async bytes => void log.push(`write ${Buffer.from(bytes)}`),
    onData: listener => (say = listener),
    onLost: listener => (lose = listener),
    setSpeed: async baud => void log.push(`speed ${baud}`),
    setLines: async lines => void log.push(`lines ${JSON.stringify(lines)}`),
    close: async () => void log.push('close'),
  });
  return {
    log,
    isOn: () => on,
    say: text => say(Buffer.from(text)),
    pull: () => lose(),
    access: {
      power: {
        name: 'fake',
        switch: async wanted => {
          log.push(wanted ? 'on' : 'off');
          on = wanted;
        },
        state: async () => on,
      },
      prepare: signal =>
        new Promise((resolve, reject) => {
          log.push('prepare');
          if (!slow) return resolve();
          signal.addEventListener('abort', () => {
            log.push('prepare was given up');
            reject(new Error('given up'));
          });
        }),
      open: async () => {
        log.push('open');
        return line();
      },
    },
  };
}
