/** Boards in the emulator for tests, which are skipped aloud where its tools are missing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { type Board, type BoardOptions, startBoard } from '../../../host-sim/process/board.js';
import { makeBody } from '../../../host-sim/rv32/image.js';
import { whatIsMissing } from '../../../host-sim/rv32/tools.js';

const missing = await whatIsMissing();

/** @param title names the property it holds */
export function testOnRv32(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  if (missing === undefined) test.serial(title, run);
  else if (process.env.HOLDFAST_REQUIRE_TOOLS) test.serial(title, t => t.fail(missing));
  else test.serial(`SKIPPED, ${missing}: ${title}`, t => t.pass());
}

/** An image of so many bytes of script that answers requests by `methods`, a JavaScript object of functions. */
export async function scriptImage(version: number, methods: string): Promise<Uint8Array> {
  const body = await makeBody(`"use strict"; var image = { start(ports) {
    const { boot, buses, clock, console, flash, network, pins, crypto, entropy } = ports;
    const methods = ${methods};
    console.onRequest(async (method, parameters) => methods[method](parameters));
    console.log('version ${version} runs');
  } };`);
  return encodeImage(version, new Uint8Array(32), body);
}

/** For the flash of a board; gone when the test is over. */
export function flashDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-rv32-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function boardWith(
  t: ExecutionContext,
  image: Uint8Array,
  options: Partial<BoardOptions> = {},
): Promise<Board> {
  const { directory = flashDirectory(t) } = options;
  flashBoard(directory, image);
  const board = await startBoard({ directory, engine: { name: 'rv32' }, ...options });
  t.teardown(() => board.close());
  return board;
}
