/** The serial lines of a bench, looked at without opening one: opening a line resets many boards. */
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Check, ok, problem, skipped } from '../../doctor/check.js';
import { findPort, type SerialPlace, usbName } from '../../serial/ports.js';
import { quarantineOf } from '../farm/quarantine.js';
import { leaseOf } from '../farm/reservation.js';
import type { OwnBoard } from '../serial/boards.js';

/** A machine's own answers, in tests played. */
export interface PortsMachine {
  places: readonly SerialPlace[];
  /** True where this user may read and write the file. */
  mayOpen(path: string): boolean;
  /** For people: the program that has the file open; undefined for none that this user can see. */
  holderOf(path: string): string | undefined;
  /** The name of the group that owns the file. */
  groupOf(path: string): string | undefined;
}

/** The lines that are there, and for each board of the bench whether its line can be had. @param reservations their folder */
export function portChecks(
  boards: readonly OwnBoard[],
  reservations: string,
  machine: PortsMachine,
): Check[] {
  const there = machine.places.map(({ path, usb }) => `${path} (${usb ? usbName(usb) : 'no adapter'})`);
  const lines =
    there.length > 0
      ? ok('serial lines', there.join(', '))
      : skipped('serial lines', 'no USB adapter of a serial line is plugged in');
  return [lines, ...boards.map(board => portCheck(board, reservations, machine))];
}

function portCheck({ name, port }: OwnBoard, reservations: string, machine: PortsMachine): Check {
  const title = `board ${name}`;
  let path: string;
  try {
    path = findPort(port, machine.places).path;
  } catch (error) {
    return problem(title, (error as Error).message, `plug it in, or correct port of ${name} in boards.json`);
  }
  if (!existsSync(path))
    return problem(
      title,
      `there is no serial line ${path}`,
      `plug it in, or correct port of ${name} in boards.json`,
    );
  if (!machine.mayOpen(path)) {
    const group = machine.groupOf(path) ?? 'dialout';
    return problem(
      title,
      `this user may not open ${path}`,
      `sudo usermod -aG ${group} "$USER", then log in again: the file is the group’s`,
    );
  }
  const why = quarantineOf(reservations, name);
  if (why !== undefined)
    return problem(
      title,
      `in quarantine: ${why}`,
      `look at the board, then: holdfast rig boards --free ${name}`,
    );
  const lease = leaseOf(reservations, name);
  if (lease) {
    const seconds = Math.ceil((lease.until - Date.now()) / 1000);
    return ok(title, `${path}, reserved by ${lease.holder} for ${seconds} s more at least`);
  }
  const holder = machine.holderOf(path);
  if (holder !== undefined)
    return problem(title, `${path} is held by ${holder}`, 'close that program: a line has one reader');
  return ok(title, `${path}, free`);
}

/** This machine, on Linux as far as /proc shows it. */
export const thisMachine = (places: readonly SerialPlace[]): PortsMachine => ({
  places,
  mayOpen(path) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  holderOf,
  groupOf(path) {
    const { gid } = statSync(path);
    const groups = existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8') : '';
    return new RegExp(`^([^:\\n]+):[^:\\n]*:${gid}:`, 'm').exec(groups)?.[1];
  },
});

function holderOf(path: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = realpathSync(path);
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name) && name !== `${process.pid}`)) {
    const folder = join('/proc', pid, 'fd');
    const isOpen = attempt(() =>
      readdirSync(folder).some(fd => attempt(() => readlinkSync(join(folder, fd))) === file),
    );
    if (isOpen)
      return `${attempt(() => readFileSync(join('/proc', pid, 'comm'), 'utf8').trim()) ?? 'a program'}, process ${pid}`;
  }
  return undefined;
}

/** Processes end while they are looked at, and others' are closed to this user. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
