/** Pins, entropy, settings, and which app runs. */
import test from 'ava';
import type { Board } from '../../../firmware/app/board.js';
import { chooseApp } from '../../../firmware/esp32/app.js';
import { chipBuses } from '../../../firmware/esp32/buses.js';
import { chipEntropy } from '../../../firmware/esp32/entropy.js';
import { chipPins } from '../../../firmware/esp32/pins.js';
import { boardSettings } from '../../../firmware/esp32/settings.js';
import type { Ports } from '../../../firmware/port/ports.js';

/** The SDK's Digital, of a chip with 40 pins, which lets nobody open a pin twice. */
function digitalOf(done: string[], levels: Record<number, number> = {}) {
  const inUse = new Set<number>();
  return class Digital {
    static readonly Input = 0;
    static readonly InputPullUp = 1;
    static readonly InputPullDown = 2;
    static readonly Output = 8;
    readonly #pin: number;
    constructor({ initialValue, mode, pin }: { pin: number; mode: number; initialValue?: 0 | 1 }) {
      if (pin > 39) throw new Error('invalid pin');
      if (inUse.has(pin)) throw new Error('in use');
      inUse.add(pin);
      done.push(`open ${pin} ${mode === Digital.Output ? initialValue : `mode ${mode}`}`);
      this.#pin = pin;
    }
    read = () => levels[this.#pin] ?? 0;
    write(value: 0 | 1): void {
      done.push(`write ${this.#pin} ${value}`);
    }
    close(): void {
      inUse.delete(this.#pin);
      done.push(`close ${this.#pin}`);
    }
  };
}

/** Analogue inputs: value and resolution. */
const samples: Record<number, [value: number, resolution: number]> = {
  34: [4095, 12],
  35: [1023, 10],
  36: [8191, 13],
  37: [-3, 12],
};

function analogOf(done: string[]) {
  return class Analog {
    readonly resolution: number;
    readonly #pin: number;
    constructor({ pin }: { pin: number }) {
      done.push(`input ${pin}`);
      this.resolution = samples[pin][1];
      this.#pin = pin;
    }
    read = () => samples[this.#pin][0];
  };
}

test('a pin is opened once, at its first value, and then written; an input reads 12 bits whatever its own', t => {
  const done: string[] = [];
  const pins = chipPins({ Digital: digitalOf(done), Analog: analogOf(done) });
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

test('a digital input has the pull that was asked for; a pin that is used otherwise is opened anew', t => {
  const done: string[] = [];
  const levels: Record<number, number> = { 5: 1 };
  const pins = chipPins({ Digital: digitalOf(done, levels), Analog: analogOf(done) });
  t.true(pins.sense!(5, 'up'));
  levels[5] = 0;
  t.false(pins.sense!(5, 'up'));
  t.false(pins.sense!(6, 'down'));
  t.false(pins.sense!(7, 'none'));
  pins.write(5, true);
  t.deepEqual(done, ['open 5 mode 1', 'open 6 mode 2', 'open 7 mode 0', 'close 5', 'open 5 1']);
});

/** The SDK's bus classes: each says what was done with it, and answers with the same bytes. */
function busesOf(done: unknown[]) {
  class Bus {
    readonly hz = 50;
    readonly resolution = 13;
    options: Record<string, (bytes: number) => void>;
    constructor(options: object) {
      this.options = options as Bus['options'];
      done.push(options);
    }
    read = (count: number) => (count > 4 ? undefined! : Uint8Array.of(7, 8).slice(0, count).buffer);
    write = (...given: unknown[]) => void done.push(given);
    writeRead = (...given: unknown[]) => {
      done.push(given);
      return Uint8Array.of(9).buffer;
    };
    transfer = (bytes: Uint8Array) => void bytes.fill(6);
    flush = (deselect: boolean) => void done.push(deselect);
    close = () => void done.push('close');
  }
  return chipBuses({ I2C: Bus, PWM: Bus, SPI: Bus, Serial: Bus });
}

test('buses are the SDK’s classes, whose ArrayBuffers become bytes', t => {
  const done: unknown[] = [];
  const buses = busesOf(done);
  const i2c = buses.openI2c({ data: 1, clock: 2, hz: 3, address: 4 });
  t.deepEqual(i2c.read(2, false), Uint8Array.of(7, 8));
  i2c.write(Uint8Array.of(1), true);
  t.deepEqual(i2c.writeRead(Uint8Array.of(2), 1), Uint8Array.of(9));
  i2c.close();
  t.deepEqual(done.splice(0), [
    { data: 1, clock: 2, hz: 3, address: 4 },
    [Uint8Array.of(1), true],
    [Uint8Array.of(2), 1],
    'close',
  ]);
  const pulse = buses.openPulse({ pin: 12 });
  t.deepEqual([pulse.hz, pulse.resolution], [50, 13]);
  pulse.write(5);
  t.deepEqual(done.splice(0), [{ pin: 12 }, [5]]);
  const spi = buses.openSpi({ clock: 1, hz: 2 });
  const out = Uint8Array.of(1, 2);
  t.deepEqual([spi.transfer(out), out], [Uint8Array.of(6, 6), Uint8Array.of(1, 2)]);
  spi.flush(true);
  t.deepEqual(done.splice(0), [{ clock: 1, hz: 2, mode: 0 }, true]);
});

test('a serial line of the SDK gives what has come, nothing when that is nothing, and is asked for buffers', t => {
  const done: { format: string; onReadable(bytes: number): void }[] = [];
  const heard: number[] = [];
  const events = { onReadable: (bytes: number) => void heard.push(bytes), onWritable: () => {} };
  const line = busesOf(done).openSerial({ receive: 16, baud: 9600 }, events);
  t.deepEqual(
    [line.read(2), line.read(9), line.read(0)],
    [Uint8Array.of(7, 8), new Uint8Array(0), new Uint8Array(0)],
  );
  t.is(done[0].format, 'buffer');
  done[0].onReadable(3);
  t.deepEqual(heard, [3]);
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
  const repeating = (...word: number[]) =>
    chipEntropy(
      {
        chipFillRandom(target: ArrayBuffer, offset: number, length: number) {
          new Uint8Array(target, offset, length).set(
            Uint8Array.from({ length }, (_, i) => word[i % word.length]),
          );
        },
      },
      () => true,
    );
  t.throws(() => repeating(1, 2, 3, 4).fill(new Uint8Array(32)), { message: /stands still/ });
  t.notThrows(() => repeating(1, 2, 3, 4, 5, 6, 7, 8).fill(new Uint8Array(32)), 'words that change');
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
  const chosen = chooseApp({ modules, secured, builtIn, log: line => said.push(line) });
  const app = 'mod' in chosen ? chosen.mod({} as Ports) : chosen.app({} as Board);
  return { name: app.name, said };
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
