/** An image for tests: does on the console what a test asks, without any of the project's firmware. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { type Board, type BoardOptions, startBoard } from '../../../host-sim/process/board.js';

/** @param atStart what the image does first, with `ports` at hand */
export function probeImage(version: number, atStart = ''): Uint8Array {
  const source = `"use strict"; var image = { start(ports) {
    const { boot, console, clock, flash, network, pins } = ports;
    const slot = () => flash.open(boot.running.slot === 'A' ? 'slotB' : 'slotA');
    const methods = {
      echo: value => value,
      globals: () => Object.getOwnPropertyNames(globalThis),
      executed: () => Array.from(boot.running.read(0, boot.running.length)),
      store({ offset, text }) {
        if (offset % 4096 === 0) slot().erase(offset);
        slot().write(offset, Uint8Array.from(text, character => character.charCodeAt(0)));
      },
      time: () => clock.monotonic(),
      pending: length => boot.setPending(length),
      confirm: () => boot.confirm(),
      state: () => boot.running.state,
      restart: reason => boot.restart(reason),
      journal({ offset, bytes }) {
        const journal = flash.open('journal');
        if (bytes) journal.write(offset, Uint8Array.from(bytes));
        return Array.from(journal.read(offset, 4));
      },
      crash: () => void clock.after(1, () => { throw new Error('on purpose'); }),
      reject: () => void Promise.reject(new Error('nobody catches this')),
      devour() { for (const all = []; ; ) all.push(Array.from({ length: 100000 }, (_, i) => i + 0.5)); },
      deep: function deep() { return 1 + deep(); },
      hang: () => { for (;;); },
      never: () => new Promise(() => {}),
      fail: () => { throw new Error('no'); },
      long: count => 'x'.repeat(count),
      chatter(count) { for (let i = 0; i < count; i++) console.log(i + 'x'.repeat(1500)); },
      pin: ([pin, on]) => pins.write(pin, on),
      sample: pin => pins.sample(pin),
      dial: ({ host, port }) => new Promise(resolve => {
        let greeted = false;
        const socket = network.connect({
          host,
          port,
          onClosed: cause => resolve(cause ?? 'closed'),
          onReadable() {
            resolve(String.fromCharCode(...socket.read()));
            socket.close();
          },
          onWritable() {
            if (!greeted) socket.write(Uint8Array.of(104, 105));
            greeted = true;
          },
        });
      }),
    };
    console.onRequest(async (method, parameters) => methods[method](parameters));
    console.log('version ${version} runs');
    ${atStart}
  } };`;
  return encodeImage(version, new Uint8Array(32).fill(1), new TextEncoder().encode(source));
}

/** A directory of its own for a board's flash, gone after the test. */
export function directory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-board-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A board that runs `image`; closed after the test. */
export async function boardWith(
  t: ExecutionContext,
  image: Uint8Array,
  options: Partial<BoardOptions> = {},
): Promise<Board> {
  const where = options.directory ?? directory(t);
  flashBoard(where, image);
  const board = await startBoard({ directory: where, ...options });
  t.teardown(() => board.close());
  return board;
}

/** Has the running image put another one into the idle slot, to be started next, and restart. */
export async function update(board: Board, image: Uint8Array): Promise<void> {
  for (let offset = 0; offset < image.length; offset += 1024) {
    const text = Buffer.from(image.slice(offset, offset + 1024)).toString('latin1');
    await board.request('store', { offset, text });
  }
  await board.request('pending', image.length);
  await board.request('restart', 'update').catch(() => {});
}
