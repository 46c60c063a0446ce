/**
 * Reservations of the boards of a bench: files in a folder that its runners share. A lease ends by itself unless it is
 * renewed, so that a runner that died locks nobody out.
 *
 * The lease of a board with the highest number counts. A number is taken by a link, which the file system gives to one
 * alone, and only after the one before has ended.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface Lease {
  /** For people: host and process. */
  holder: string;
  /** Unix milliseconds at which it ends by itself. */
  until: number;
}

export interface Reservation {
  /** Resolves when it was lost to another: this machine slept for longer than the lease. */
  readonly lost: Promise<void>;
  /** Idempotent. */
  release(): void | Promise<void>;
}

export interface ReservationOptions {
  /** Milliseconds that a lease holds without being renewed; it is renewed four times in that. */
  leaseMs?: number;
  now?(): number;
  /** For people; host and process if left out. */
  holder?: string;
}

const LEASE_MS = 60_000;

/** The holder that this process is, for people. */
export const ownName = (): string => `${hostname()}, process ${process.pid}`;

/** The lease of a board that holds now; undefined where it is free. */
export function leaseOf(folder: string, board: string, now: number = Date.now()): Lease | undefined {
  const number = highest(folder, board);
  const lease = number === 0 ? undefined : read(fileOf(folder, board, number));
  return lease && lease.until > now ? lease : undefined;
}

/** Reserves the board; undefined where another holds it. */
export function reserve(
  folder: string,
  board: string,
  { holder = ownName(), leaseMs = LEASE_MS, now = Date.now }: ReservationOptions = {},
): Reservation | undefined {
  mkdirSync(folder, { recursive: true });
  if (leaseOf(folder, board, now())) return undefined;
  const number = highest(folder, board) + 1;
  const file = fileOf(folder, board, number);
  const lease = (until: number) => JSON.stringify({ holder, until });
  const made = scratch(folder, lease(now() + leaseMs));
  try {
    linkSync(made, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(made, { force: true });
  }
  // One who was slow takes a number that others have left behind.
  if (highest(folder, board) !== number) {
    rmSync(file, { force: true });
    return undefined;
  }
  for (const older of numbersOf(folder, board))
    if (older < number) rmSync(fileOf(folder, board, older), { force: true });

  let tellLost = () => {};
  const lost = new Promise<void>(resolve => (tellLost = resolve));
  const isMine = () => highest(folder, board) === number;
  const renewal = setInterval(() => {
    if (isMine()) return renameSync(scratch(folder, lease(now() + leaseMs)), file);
    clearInterval(renewal);
    tellLost();
  }, leaseMs / 4);
  renewal.unref();
  return {
    lost,
    release() {
      clearInterval(renewal);
      // The number stays, ended: a slow one must not take it again.
      if (isMine()) renameSync(scratch(folder, lease(0)), file);
    },
  };
}

const fileOf = (folder: string, board: string, number: number): string =>
  join(folder, `${encodeURIComponent(board)}.${number}.lease`);

function numbersOf(folder: string, board: string): number[] {
  const start = `${encodeURIComponent(board)}.`;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap(name => {
    const match = name.startsWith(start) ? /^(\d{1,12})\.lease$/.exec(name.slice(start.length)) : null;
    return match ? [Number(match[1])] : [];
  });
}

const highest = (folder: string, board: string): number => Math.max(0, ...numbersOf(folder, board));

/** A whole file under a name of its own. */
function scratch(folder: string, text: string): string {
  const file = join(folder, `.${randomUUID()}`);
  writeFileSync(file, text);
  return file;
}

function read(file: string): Lease | undefined {
  try {
    const { holder, until } = JSON.parse(readFileSync(file, 'utf8')) as Lease;
    return typeof holder === 'string' && typeof until === 'number' ? { holder, until } : undefined;
  } catch {
    return undefined;
  }
}
