/**
 * In place of the emulator: a program with its command line that speaks at its input and output as a chip at its UART,
 * and ends where a chip would reset. Of the flash it uses one byte, the count of its starts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Line } from '../../../host-sim/rv32/line.js';

const drive = process.argv[process.argv.indexOf('-drive') + 1];
const flash = /^file=(.*),if=mtd,format=raw$/.exec(drive)![1].replace(/,,/g, ',');
const cells = existsSync(flash) ? readFileSync(flash) : Buffer.alloc(1);
cells[0]++;
writeFileSync(flash, cells);

process.stdout.write('ESP-ROM:esp32c3-20210207\r\n');
const say = (value: unknown): void => line.sendLine(JSON.stringify(value));
/** Once what was said is on its way. */
const reset = (): void => void process.stdout.write('', () => process.exit(0));

const methods: Record<string, (parameters: unknown) => unknown> = {
  echo: parameters => parameters,
  starts: () => cells[0],
  update() {
    say({ restart: 'update' });
    reset();
  },
  crash() {
    say({ fault: 'on purpose' });
    reset();
  },
  vanish: reset,
  burst: () => process.exit(3),
};

const nothing = (): void => {};
const line = new Line(
  {
    ...{
      onOpen: nothing,
      onData: nothing,
      onClose: nothing,
      onCredit: nothing,
      onUse: nothing,
      onReset: nothing,
    },
    onText: nothing,
    onLine(text) {
      if (text === '') return;
      const { method, parameters, request } = JSON.parse(text) as {
        method: string;
        parameters: unknown;
        request: number;
      };
      const result = methods[method](parameters);
      if (result !== undefined) say({ answer: request, result });
    },
  },
  bytes => void process.stdout.write(bytes),
);
process.stdin.on('data', (chunk: Buffer) => line.take(chunk));

// At its very first start a board tests its bootloader and restarts without a word.
if (cells[0] === 1) reset();
else say({ hello: { pid: 0, slot: 'A', state: 'confirmed', version: 1, length: 4096 } });
