/** Buses in the shapes of ECMA-419, as an app has them on a simulated board. */
import { join } from 'node:path';
import test from 'ava';
import { build } from 'esbuild';
import { type Board, defineApp, type SerialIo } from '../../../firmware/app/face.js';
import { OPEN_MAX } from '../../../firmware/app/io/host.js';
import { registers, testBoard, type Wiring } from '../../../host-sim/testing/index.js';
import Thermometer from './thermometer.js';

/** A board whose app does `use` as it is made. */
const used = (use: (board: Board) => void, wire?: (board: Wiring) => void) =>
  testBoard(board => {
    use(board);
    return defineApp({ name: 'used', healthy: () => true, actions: {} });
  }, wire);

/** The classes, of an app that does nothing. */
function classes(wire?: (board: Wiring) => void) {
  let io!: Board['io'];
  const board = used(made => {
    io = made.io;
  }, wire);
  return { board, io };
}

const i2cPins = { data: 21, clock: 22, hz: 400_000 };

test('a driver in the shape of the standard runs on the classes as they are: its sensor, its alert, its end', async t => {
  const chip = registers({ 0: [0x0c, 0x80], 15: [0x01, 0x17] }, 2);
  const alerts: number[] = [];
  let sensor!: Thermometer;
  const board = used(
    ({ io }) => {
      sensor = new Thermometer({
        sensor: { ...i2cPins, io: io.SMBus },
        alert: { io: io.Digital as never, pin: 5 },
        onAlert: () => alerts.push(sensor.sample()!.thermometer.temperature),
      });
      sensor.configure({ highTemperature: 30, lowTemperature: -10 });
    },
    wiring => wiring.i2c(0x48, chip),
  );
  t.deepEqual(sensor.sample(), { thermometer: { temperature: 25 } });
  t.deepEqual([...chip.get(2), ...chip.get(3)], [0x0f, 0x00, 0xfb, 0x00]);
  chip.set(0, [0xff, 0x80]);
  board.input(5, 0);
  await board.advance(100);
  t.deepEqual(alerts, [-1]);
  sensor.close();
  t.is(sensor.sample(), undefined);
  await board.powerCut();
  t.deepEqual(sensor.sample(), { thermometer: { temperature: -1 } });
});

const sdk = process.env.MODDABLE;

test('drivers of the Moddable SDK run as they are: a compass, and an accelerometer with its alert', async t => {
  // The SDK is in no registry: without it nothing is tried here.
  if (!sdk) {
    t.log('NOT RUN: MODDABLE is not set');
    return t.pass();
  }
  type Driver = {
    sample(): Record<'x' | 'y' | 'z', number>;
    configure(options: object): void;
    close(): void;
  };
  const driver = async (name: string) => {
    const entry = join(sdk, 'modules', 'drivers', 'sensors', name, `${name}.js`);
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
    const { default: made } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
    return made as new (
      options: object,
    ) => Driver;
  };
  const [Compass, Accelerometer] = [await driver('hmc5883'), await driver('lis3dh')];
  const chips = {
    compass: registers({ 10: [72, 52, 51], 3: [0x04, 0x4c, 0, 0, 0xfb, 0xb4] }),
    accelerometer: registers({ 15: [0x33], 168: [0xfe, 0x1f, 0x02, 0xe0, 0, 0] }),
  };
  const moved: number[] = [];
  const made: Driver[] = [];
  const board = used(
    ({ io }) => {
      const compass = new Compass({ sensor: { ...i2cPins, io: io.SMBus } });
      compass.configure({ gain: 1 });
      const accelerometer: Driver = new Accelerometer({
        sensor: { ...i2cPins, io: io.SMBus },
        alert: { io: io.Digital, pin: 5 },
        onAlert: () => moved.push(accelerometer.sample().x),
      });
      accelerometer.configure({ range: 1, alert: { mode: 1, threshold: 10, duration: 0 } });
      made.splice(0, 2, compass, accelerometer);
    },
    ({ i2c }) => {
      i2c(0x1e, chips.compass);
      i2c(0x18, chips.accelerometer);
    },
  );
  t.like(made[0].sample(), { x: 0.1, y: -0.1 });
  t.like(made[1].sample(), { x: 9.80665, y: -9.80665, z: 0 });
  t.is(chips.accelerometer.get(0x32)[0], 10);
  board.input(5, 0);
  await board.advance(100);
  t.deepEqual(moved, [9.80665]);
  for (const each of made) each.close();
  t.throws(() => made[1].sample());
  await board.powerCut();
  t.like(made[0].sample(), { x: 0.1, y: -0.1 });
  const wrong = () =>
    used(
      ({ io }) => new Compass({ sensor: { ...i2cPins, io: io.SMBus } }),
      ({ i2c }) => i2c(0x1e, registers()),
    );
  t.throws(wrong, { message: 'unexpected sensor' });
});

test('a sensor of another kind is told to the driver’s own callback; one that is not there throws', t => {
  const errors: string[] = [];
  const { io } = classes(({ i2c }) => i2c(0x48, registers({ 15: [0, 1] }, 2)));
  const make = (address?: number) =>
    new Thermometer({
      sensor: { ...i2cPins, ...(address !== undefined && { address }), io: io.SMBus },
      onError: message => void errors.push(message),
    });
  t.is(make().sample(), undefined);
  t.deepEqual(errors, ['unexpected sensor']);
  t.throws(() => make(0x49), { message: /nothing answers at address 73/ });
});

test('SMBus reads and writes bytes, words of either order and buffers', t => {
  const device = registers({ 1: [1, 2, 3, 4] });
  const { board, io } = classes(({ i2c }) => i2c(0x20, device));
  const bus = new io.SMBus({ ...i2cPins, address: 0x20 });
  t.is(bus.readUint8(2), 2);
  t.is(bus.readUint16(1), 0x0201);
  t.is(bus.readUint16(1, true), 0x0102);
  t.deepEqual([...new Uint8Array(bus.readBuffer(1, 3) as ArrayBuffer)], [1, 2, 3]);
  const room = new Uint8Array(4);
  t.is(bus.readBuffer(2, room.subarray(1, 3)), 2);
  t.deepEqual([...room], [0, 2, 3, 0]);
  bus.writeUint8(9, 7);
  bus.writeUint16(10, 0x1234);
  bus.writeUint16(12, 0x1234, true);
  bus.writeBuffer(14, Uint8Array.of(5, 6).buffer);
  t.deepEqual([...device.get(9, 7)], [7, 0x34, 0x12, 0x12, 0x34, 5, 6]);
  bus.sendByte(14);
  t.is(bus.receiveByte(), 5);
  t.notThrows(() => bus.writeQuick());
  t.deepEqual(board.sent.at(-2), { i2c: 0x20, wrote: Uint8Array.of(14) });
  const stops = new io.SMBus({ ...i2cPins, clock: 23, address: 0x20, stop: true });
  t.is(stops.readUint8(2), 2);
});

test('I²C: a count gives an ArrayBuffer, a buffer is filled; addresses, speeds and buffers have bounds', t => {
  const { io } = classes(({ i2c }) => i2c(0x20, registers({ 0: [8, 9] })));
  const bus = new io.I2C({ ...i2cPins, address: 0x20 });
  bus.write(Uint8Array.of(0), false);
  const got = bus.read(2);
  t.true(got instanceof ArrayBuffer);
  t.deepEqual([...new Uint8Array(got)], [8, 9]);
  t.is(bus.format, 'buffer');
  t.throws(() => (bus.format = 'number' as never), { instanceOf: RangeError });
  for (const count of [-1, 1.5, 4097]) t.throws(() => bus.read(count), { instanceOf: RangeError });
  t.throws(() => bus.write(new Uint16Array(1) as never), { instanceOf: TypeError });
  t.throws(() => bus.write('x' as never), { instanceOf: TypeError });
  const open = (changed: object) => () => new io.I2C({ ...i2cPins, address: 0x30, ...changed });
  for (const changed of [{ address: 128 }, { address: -1 }, { address: undefined }, { hz: 0 }])
    t.throws(open(changed as object), { instanceOf: RangeError });
  t.throws(open({ address: 0x20 }), { message: /in use/ });
  bus.close();
  bus.close();
  t.throws(() => bus.read(1), { message: 'it is closed' });
  t.notThrows(open({ address: 0x20 }));
});

test('SPI: as many bytes come as go, and a transfer fills the buffer that went out', t => {
  const { board, io } = classes(({ spi }) => spi(15, out => out.map(byte => byte ^ 0xff)));
  const bus = new io.SPI({ clock: 18, out: 23, in: 19, select: 15, hz: 1_000_000 });
  const both = Uint8Array.of(1, 2);
  bus.transfer(both);
  t.deepEqual([...both], [0xfe, 0xfd]);
  t.deepEqual([...new Uint8Array(bus.read(2))], [0xff, 0xff]);
  const out = Uint8Array.of(3);
  bus.write(out);
  t.is(out[0], 3);
  bus.flush(true);
  t.deepEqual(board.sent[0], { spi: 15, wrote: Uint8Array.of(1, 2) });
  t.throws(() => new io.SPI({ clock: 18, select: 5, hz: 1000, mode: 4 }), { instanceOf: RangeError });
});

test('PWM: silent until written, within its resolution, free for another once closed', t => {
  const { board, io } = classes();
  const fan = new io.PWM({ pin: 12, hz: 25_000 });
  t.deepEqual([fan.hz, fan.resolution, board.sent.length], [25_000, 10, 0]);
  fan.write(2 ** fan.resolution - 1);
  t.deepEqual(board.sent, [{ pulse: 12, hz: 25_000, value: 1023 }]);
  for (const value of [-1, 1024, Number.NaN]) t.throws(() => fan.write(value), { instanceOf: RangeError });
  t.throws(() => new io.PWM({ pin: 12 }), { message: /in use/ });
  fan.close();
  t.throws(() => fan.write(0), { message: 'it is closed' });
  t.notThrows(() => new io.PWM({ pin: 12 }));
});

test('a serial line says how many bytes wait and for how many there is room, and never takes half', async t => {
  const said: string[] = [];
  let line!: SerialIo;
  const board = used(({ io }) => {
    line = new io.Serial({
      receive: 16,
      transmit: 17,
      baud: 9600,
      onReadable: count => void said.push(`readable ${count}`),
      onWritable: count => void said.push(`writable ${count}`),
    });
  });
  t.is(line.read(), undefined);
  await board.advance(0);
  t.deepEqual(said.splice(0), ['writable 128']);
  board.serial(17).send(Uint8Array.of(1, 2, 3, 4));
  t.deepEqual(said, []);
  await board.advance(0);
  t.deepEqual(said.splice(0), ['readable 4']);
  t.deepEqual([...new Uint8Array(line.read(2)!)], [1, 2]);
  line.format = 'number';
  t.is(line.read(), 3);
  line.write(7);
  line.format = 'buffer';
  t.deepEqual([...new Uint8Array(line.read() as ArrayBuffer)], [4]);
  line.write(new Uint8Array(127));
  t.throws(() => line.write(new Uint8Array(1)), { message: /no room/ });
  await board.advance(200);
  t.is(said.at(-1), 'writable 128');
  t.deepEqual(
    board.sent.map(event => 'serial' in event && event.wrote.length),
    [1, 127],
  );
  said.length = 0;
  board.serial(17).send(Uint8Array.of(9));
  line.close();
  await board.advance(100);
  t.deepEqual(said, []);
});

test('what a callback of a line throws is a fault of the app; a line without pins or speed is refused', async t => {
  const board = used(({ io }) => {
    new io.Serial({
      receive: 16,
      baud: 9600,
      onReadable() {
        throw new Error(`garbage of ${(this.read() as ArrayBuffer).byteLength}`);
      },
    });
  });
  board.serial(16).send(Uint8Array.of(1, 2));
  await board.advance(10);
  t.regex(board.log[0], /^app fault: .*garbage of 2/);
  t.false(await board.healthy());
  const { io } = classes();
  t.throws(() => new io.Serial({ baud: 9600 }), { instanceOf: RangeError });
  t.throws(() => new io.Serial({ receive: 1, baud: 0 }), { instanceOf: RangeError });
  t.throws(() => new io.Serial({ receive: 1, baud: 1, format: 'text' as never }), { instanceOf: RangeError });
});

test('all that an app has open ends with it, and is bounded', async t => {
  let makes = 0;
  const board = used(({ io }) => {
    makes++;
    new io.PWM({ pin: 1 });
    new io.I2C({ ...i2cPins, address: 1 });
    new io.SPI({ clock: 3, hz: 1000 });
    new io.Serial({ receive: 4, baud: 9600 });
  });
  await board.powerCut();
  t.is(makes, 2);
  const { io } = classes();
  for (let pin = 0; pin < OPEN_MAX; pin++) new io.PWM({ pin });
  t.throws(() => new io.Digital({ pin: 50, mode: io.Digital.Output }), { message: /32 pins and buses/ });
});

test('an output can have its first value as it is opened', t => {
  const { board, io } = classes();
  t.is(new io.Digital({ pin: 2, mode: io.Digital.Output, initialValue: 1 }).read(), 1);
  t.is(board.output(2), 1);
});
