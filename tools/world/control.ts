/** The control of a world that runs: what it answers a second terminal, and how that asks. */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { writeWhole } from '../../host-sim/node/wholeFile.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { remoteConsole } from '../console/remote.js';
import { projectFile } from '../project/project.js';

/** Rows in one answer: they fit into a line of the console. */
export const ROWS_MAX = 150;
const CONTROL_BYTES_MAX = 4096;

const addressSchema = v.strictObject({
  host: v.string(),
  port: v.number(),
  token: v.string(),
  pid: v.number(),
});
export type ControlAddress = v.InferOutput<typeof addressSchema>;

const rowSchema = v.object({
  name: v.string(),
  group: v.string(),
  device: v.optional(v.string()),
  pid: v.number(),
  version: v.optional(v.number()),
  restarts: v.number(),
  memory: v.optional(v.number()),
});
export type ListedBoard = v.InferOutput<typeof rowSchema>;

/** The folder of a world's own files, below the directory where it was started. */
export const homeOf = (world: string): string => dirname(projectFile(world));
const fileOf = (world: string): string => join(homeOf(world), 'control.json');

/** Says where a world is controlled. @returns what takes that back */
export function leaveControl(directory: string, world: string, address: ControlAddress): () => void {
  const file = join(directory, fileOf(world));
  writeWhole(file, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The world of that name here. @throws Failure `world` when none runs */
export function findControl(directory: string, world: string): ControlAddress {
  const file = join(directory, fileOf(world));
  const none = new Failure(
    'world',
    `No world ${world} of many boards runs here: holdfast world up starts it.`,
  );
  if (!existsSync(file)) throw none;
  try {
    return v.parse(
      addressSchema,
      JSON.parse(Buffer.from(readBoundedFile(file, CONTROL_BYTES_MAX)).toString()),
    );
  } catch {
    throw none;
  }
}

/** Every board of the world, in pages. @throws Failure when it does not answer */
export async function listBoards(address: ControlAddress): Promise<ListedBoard[]> {
  const console = remoteConsole(address);
  const boards: ListedBoard[] = [];
  for (;;) {
    const page = v.parse(v.array(rowSchema), await console.request('list', { from: boards.length }));
    boards.push(...page);
    if (page.length < ROWS_MAX) return boards;
  }
}

/** Restarts those of that name or group, or all. @returns how many, some of them still on their way */
export async function restartBoards(address: ControlAddress, word: string | undefined): Promise<number> {
  const answer = await remoteConsole(address).request('restart', { ...(word !== undefined && { word }) });
  return v.parse(v.object({ boards: v.number() }), answer).boards;
}

/** Tells the world to end. */
export async function endWorld(address: ControlAddress): Promise<void> {
  await remoteConsole(address).request('down');
}
