/** `holdfast world up`: a world of many boards, from its first block until it is told to end. */
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Engine } from '../../host-sim/process/engines.js';
import { keepImage } from '../app/imageFiles.js';
import { keepAccess } from '../board/accessFile.js';
import { offerConsole } from '../console/remote.js';
import { Closing, unlessStopped } from '../demo/closing.js';
import { firstImage } from '../demo/images.js';
import { refuseMissingParts } from '../demo/parts.js';
import { keepCast } from '../demo/projectOf.js';
import { writeProject } from '../project/project.js';
import { homeOf, leaveControl, ROWS_MAX } from './control.js';
import { each, Fleet, namesOf } from './fleet.js';
import { type Introduced, introduce, register } from './introduce.js';
import { foundWorld, type Place, type PlaceOptions } from './place.js';
import { refuseRunning } from './refuse.js';
import { type Summary, summaryOf } from './summary.js';

export interface WorldOptions extends PlaceOptions {
  /** Its name, and the directory that gets its files and those of its boards. */
  world: string;
  directory: string;
  boards: number;
  groups: readonly string[];
  engine: Engine['name'];
  onEnded(name: string, why: string): void;
  /** Told how many boards are up. */
  onProgress(done: number): void;
  /** Gets the address of its page, where it has one. */
  onReady(summary: Summary, page: string | undefined): void;
  /** Started once all boards are active; none if left out. */
  beside?(world: ShownWorld): Promise<{ url: string; close(): unknown }>;
}

/** A world that is up, for whoever shows it. */
export interface ShownWorld {
  boards: readonly Introduced[];
  place: Place;
  engine: Engine['name'];
  level: 1 | 4;
  /** The directory of its projects, and the folder of its own files there. */
  directory: string;
  home: string;
  signal: AbortSignal;
}

/** Processes that start at a time: more only wait for each other. */
const STARTS_AT_ONCE = 2 * availableParallelism();

/** Resolves when it was told to end, with everything gone. @throws Error with one line for a person */
export async function runWorld(options: WorldOptions): Promise<void> {
  const { directory, engine, world } = options;
  const names = namesOf(options.boards, options.groups);
  refuseRunning(directory, world, names);
  await refuseMissingParts({ engine, rpc: options.rpc, broker: options.brokers[0] });
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  // Every board and every service ends with it.
  setMaxListeners(0, signal);
  const closing = new Closing();
  try {
    await unlessStopped(
      signal,
      build({ ...options, signal }, names, closing, () => ending.abort()),
    );
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await closing.close();
  }
}

type Names = ReturnType<typeof namesOf>;

async function build(options: WorldOptions, names: Names, closing: Closing, end: () => void): Promise<void> {
  const { engine, onEnded, onReady, signal, world } = options;
  const begin = performance.now();
  const place = await foundWorld(options, closing);
  const image = await firstImage(engine);
  place.images.put(image.bytes, image.manifest.head);
  const flash = await mkdtemp(join(tmpdir(), 'holdfast-world-'));
  await closing.add(() => rmSync(flash, { recursive: true, force: true }));
  const fleet = new Fleet({ directory: flash, engine, image: image.bytes, signal, onEnded });
  await closing.add(() => fleet.close());
  const introduced = await start(options, names, fleet, place);
  await register(introduced, place);
  await leaveProjects(options, introduced, place, closing);
  const home = join(options.directory, homeOf(world));
  // Never published: whoever shows a board finds the actions of its app here.
  keepImage(home, image);
  const offered = await offerConsole(controlOf(fleet, end));
  await closing.add(() => offered.close());
  const { host, port, token } = offered;
  await closing.add(leaveControl(options.directory, world, { host, port, token, pid: process.pid }));
  const { brokers, channel, fleet: address, rpc } = place;
  const startMs = Math.round(performance.now() - begin);
  const { directory, level } = options;
  const page = await options.beside?.({ boards: introduced, place, engine, level, directory, home, signal });
  if (page) await closing.add(() => page.close());
  onReady({ world, rpc, brokers, fleet: address, channel, startMs, ...summaryOf(fleet) }, page?.url);
}

/** All boards, running and introduced, in the order of their names. */
async function start(options: WorldOptions, names: Names, fleet: Fleet, place: Place): Promise<Introduced[]> {
  const introduced = new Map<string, Introduced>();
  await each(
    names.map((given, at) => ({ ...given, at })),
    STARTS_AT_ONCE,
    async ({ at, group, name }) => {
      options.signal.throwIfAborted();
      const member = await fleet.add(name, group);
      introduced.set(name, await introduce(member, place, place.brokers[at % place.brokers.length]));
      options.onProgress(introduced.size);
    },
  );
  fleet.members.sort(
    (a, b) => names.findIndex(n => n.name === a.name) - names.findIndex(n => n.name === b.name),
  );
  return names.map(({ name }) => introduced.get(name)!);
}

/** A project for each board, so that every command works on it: `--world BOARD`. */
async function leaveProjects(
  { directory, world }: WorldOptions,
  introduced: readonly Introduced[],
  place: Place,
  closing: Closing,
): Promise<void> {
  const home = join(directory, homeOf(world));
  await closing.add(() => rmSync(home, { recursive: true, force: true }));
  const { keystores, passphraseFile } = await keepCast(home, place.cast);
  const shared = (file: string) => join('..', world, file);
  const theirs = Object.fromEntries(
    Object.entries(keystores).map(([role, file]) => [
      role,
      Array.isArray(file) ? file.map(shared) : shared(file),
    ]),
  );
  const { channel, chainId, fleet, images, rpc } = place;
  const common = { rpc, images: images.url, chainId, fleet, channel, owner: place.cast.owner.address };
  for (const { access, broker, device, member } of introduced) {
    const board = join(directory, homeOf(member.name));
    await closing.add(() => rmSync(board, { recursive: true, force: true }));
    keepAccess(board, device, access);
    const project = { ...common, broker, device, keystores: theirs, passphraseFile: shared(passphraseFile) };
    writeProject(directory, project, member.name);
  }
}

const listSchema = v.object({ from: v.pipe(v.number(), v.integer(), v.minValue(0)) });
const restartSchema = v.object({ word: v.optional(v.string()) });

/** All that a second terminal may ask. */
const controlOf = (fleet: Fleet, end: () => void) => ({
  async request(method: string, parameters?: unknown): Promise<unknown> {
    if (method === 'list') return fleet.rows(v.parse(listSchema, parameters).from, ROWS_MAX);
    if (method === 'restart') {
      const members = fleet.named(v.parse(restartSchema, parameters).word);
      // A board that does not come up again is told by `list`.
      void fleet.restart(members, STARTS_AT_ONCE).catch(() => {});
      return { boards: members.length };
    }
    if (method !== 'down') throw new Error('no such request');
    setTimeout(end, 50);
    return {};
  },
});
