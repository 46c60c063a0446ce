/** Pins, entropy, settings, and which app runs. */
import test from 'ava';
import { chooseApp } from '../../../firmware/esp32/app.js';
import { chipEntropy } from '../../../firmware/esp32/entropy.js';
import { chipPins } from '../../../firmware/esp32/pins.js';
import { boardSettings } from '../../../firmware/esp32/settings.js';
import type { Ports } from '../../../firmware/port/ports.js';

test('a pin is opened once, at its first value, and then written; an input reads 12 bits whatever its own', t => {
  const done: string[] = [];
  class Digital {
    static readonly Output = 8;
    readonly #pin: number;
    constructor({ initialValue, mode, pin }: { pin: number; mode: number; initialValue?: 0 | 1 }) {
      if (mode !== 8) throw new Error('invalid mode');
      if (pin > 39) throw new Error('invalid pin');
      done.push(`open ${pin} ${initialValue}`);
      this.#pin = pin;
    }
    write(value: 0 | 1): void {
      done.push(`write ${this.#pin} ${value}`);
    }
  }
  const inputs: Record<number, [value: number, resolution: number]> = {
    34: [4095, 12],
    35: [1023, 10],
    36: [8191, 13],
    37: [-3, 12],
  };
  class Analog {
    readonly resolution: number;
    readonly #pin: number;
    constructor({ pin }: { pin: number }) {
      done.push(`input ${pin}`);
      this.resolution = inputs[pin][1];
      this.#pin = pin;
    }
    read = () => inputs[this.#pin][0];
  }
  const pins = chipPins({ Digital, Analog });
  pins.write(4, false);
  pins.write(4, true);
  pins.write(5, true);
  t.throws(() => pins.write(40, true), { message: 'invalid pin' });
  t.deepEqual(done, ['open 4 0', 'write 4 1', 'open 5 1']);
  t.deepEqual(
    [34, 35, 36, 37, 34].map(pin => pins.sample(pin)),
    [4095, 4092, 4095, 0, 4095],
  );
  t.is(done.filter(line => line === 'input 34').length, 1);
});

test('randomness is the chip’s, by way of the radio once it runs; a generator that stands still makes no key', t => {
  let radio = false;
  const asked: number[] = [];
  const chip = {
    chipFillRandom(target: ArrayBuffer, offset: number, length: number, by: number) {
      asked.push(by);
      new Uint8Array(target, offset, length).set(Uint8Array.from({ length }, (_, i) => i + 1));
    },
  };
  const entropy = chipEntropy(chip, () => radio);
  const whole = new Uint8Array(40);
  entropy.fill(whole.subarray(4, 36));
  t.deepEqual([whole[3], whole[4], whole[35], whole[36]], [0, 1, 32, 0]);
  radio = true;
  entropy.fill(new Uint8Array(2));
  t.deepEqual(asked, [0, 1]);
  const still = chipEntropy({ chipFillRandom() {} }, () => true);
  t.throws(() => still.fill(new Uint8Array(32)), { message: /stands still/ });
  t.notThrows(() => still.fill(new Uint8Array(2)));
});

test('settings that are left out or are no numbers are those of a development board', t => {
  const usual = { console: { baud: 115_200, transmit: -1, receive: -1 } };
  t.deepEqual(boardSettings({}), usual);
  t.deepEqual(boardSettings({ console: { baud: 'fast', transmit: 1.5 } }), usual);
  t.is(boardSettings({ console: { transmit: 17 } }).console.transmit, 17);
});

const builtIn = () => ({ name: 'built-in', actions: {}, healthy: () => true });
const modded = () => ({ name: 'mod', actions: {}, healthy: () => true });

function choice(archive: string[], made: unknown, secured = false): { name: string; said: string[] } {
  const said: string[] = [];
  const modules = {
    archive,
    has: (name: string) => archive.includes(name),
    importNow: () => made,
  };
  const make = chooseApp({ modules, secured, builtIn, log: line => said.push(line) });
  return { name: make({} as Ports).name, said };
}

test('a mod’s app runs and says that it is in no hash; on a chip with secure boot it does not', t => {
  t.deepEqual(choice([], undefined), { name: 'built-in', said: [] });
  t.is(choice(['app'], modded).name, 'mod');
  t.regex(choice(['app'], modded).said[0], /not part of the image/);
  t.is(choice(['app'], modded, true).name, 'built-in');
  t.regex(choice(['app'], modded, true).said[0], /left alone/);
  t.is(choice(['app'], { name: 'no function' }).name, 'built-in');
  t.is(choice(['other'], modded).name, 'built-in');
});
