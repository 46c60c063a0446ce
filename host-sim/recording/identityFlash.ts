/**
 * The partition `identity` as a recorded image has it: the same records with stand-ins for the keys in them. Whatever the
 * image stores there is stored in the real partition with the keys, batch by batch, so that a board that is recorded no
 * more, or whose power fails, has all its keys.
 */
import { equal } from '../../firmware/bytes/equal.js';
import { RecordReader } from '../../firmware/bytes/record.js';
import { encodeAccess, parseAccess } from '../../firmware/device/brokerAccess.js';
import { IdentityKey } from '../../firmware/device/identityKeys.js';
import type { Partition } from '../../firmware/port/flash.js';
import { type Journal, openJournal } from '../../firmware/store/journal.js';
import { MemoryPartition } from '../node/flash/partition.js';
import type { Passwords } from './passwords.js';
import type { StandIns } from './standIns.js';

type Records = Map<number, Uint8Array>;

const RECORD_BYTES_MAX = 512;

/** The keys among the records of an identity; nothing else in it is secret but the password of its broker. */
function keysOf(journal: Journal): Uint8Array[] {
  const firstKey = (name: number, before = 0): Uint8Array[] => {
    const stored = journal.get(name);
    if (!stored) return [];
    const reader = new RecordReader(stored, RECORD_BYTES_MAX);
    for (let i = 0; i < before; i++) reader.number();
    const key = reader.fixed(32);
    return reader.ok ? [key] : [];
  };
  const next = journal.get(IdentityKey.nextKey);
  const access = parseAccess(journal.get(IdentityKey.access) ?? new Uint8Array(0));
  return [
    ...firstKey(IdentityKey.identity),
    ...firstKey(IdentityKey.journalKey),
    ...firstKey(IdentityKey.sealingKey, 1),
    ...(next ? [next] : []),
    ...(access?.topicSecret.length ? [access.topicSecret] : []),
  ];
}

/** The records with other bytes in the place of keys and passwords. */
function translated(
  journal: Journal,
  keys: (value: Uint8Array) => Uint8Array,
  password: (value: string) => string,
): Records {
  const records: Records = new Map();
  for (const [key, value] of journal.entries()) {
    const access = key === IdentityKey.access ? parseAccess(value) : undefined;
    const open = access ? encodeAccess({ ...access, password: password(access.password) }) : value;
    records.set(key, keys(open));
  }
  return records;
}

/** Each of `from` in a value replaced by what stands at its place in `to`. */
function replaced(value: Uint8Array, from: readonly Uint8Array[], to: readonly Uint8Array[]): Uint8Array {
  const made = value.slice();
  for (const [i, found] of from.entries())
    for (let at = 0; at + found.length <= made.length; at++)
      if (equal(made.subarray(at, at + found.length), found)) made.set(to[i], at);
  return made;
}

/**
 * The partition that a recorded image finds in the place of `real`, and that its recording has.
 * @throws Error when the identity of the board cannot be read
 */
export function disguised(real: Partition, standIns: StandIns, passwords: Passwords): MemoryPartition {
  const { sectorSize, size } = real;
  const shown = new MemoryPartition({ size, sectorSize });
  // A copy: opening a journal repairs it, and this is for the image to do.
  const journal = openJournal(new MemoryPartition({ size, sectorSize }, real.read(0, size)));
  if (journal.state === 'lost') throw new Error('the identity of this board cannot be read');
  const keys = keysOf(journal);
  const stand = keys.map(key => standIns.standFor(key, { isLasting: true }));
  const records = translated(
    journal,
    value => replaced(value, keys, stand),
    password => passwords.standFor(password),
  );
  // One at a time: a batch holds no two long ones.
  const made = openJournal(shown);
  for (const record of records) made.put([record]);
  return shown;
}

/** Makes the stand-ins of a recording known to whoever plays it. */
export function recognise(shown: Partition, standIns: StandIns, passwords: Passwords): void {
  const { sectorSize, size } = shown;
  const journal = openJournal(new MemoryPartition({ size, sectorSize }, shown.read(0, size)));
  if (journal.state === 'lost') return;
  for (const key of keysOf(journal)) standIns.bind(key, undefined, { isLasting: true });
  const access = parseAccess(journal.get(IdentityKey.access) ?? new Uint8Array(0));
  if (access) passwords.recognise(access.password);
}

/**
 * The disguised partition, which changes the real one with each batch that the image has stored.
 * @param real undefined where a recording is played
 */
export function mirrored(
  shown: MemoryPartition,
  real: Partition | undefined,
  standIns: StandIns,
  passwords: Passwords,
): Partition {
  const { sectorSize, size } = shown;
  function follow(): void {
    const journal = openJournal(new MemoryPartition({ size, sectorSize }, shown.read(0, size)));
    // In the midst of a wipe.
    if (journal.state === 'lost') return;
    const wanted = translated(
      journal,
      value => standIns.reveal(value, true),
      password => passwords.realOf(password),
    );
    if (real) store(real, wanted, journal.state === 'blank');
  }
  return {
    size,
    sectorSize,
    read: (offset, length) => shown.read(offset, length),
    write(offset, bytes) {
      shown.write(offset, bytes);
      follow();
    },
    erase(offset) {
      shown.erase(offset);
      follow();
    },
  };
}

/** Makes the records of a partition those, in one batch. */
function store(partition: Partition, wanted: Records, isBlank: boolean): void {
  const before = openJournal(partition);
  if (isBlank) {
    if (before.state === 'blank') return;
    for (let at = 0; at < partition.size; at += partition.sectorSize) partition.erase(at);
    return;
  }
  const changed: [number, Uint8Array | undefined][] = [];
  for (const [key] of before.entries()) if (!wanted.has(key)) changed.push([key, undefined]);
  for (const [key, value] of wanted) {
    const stored = before.get(key);
    if (!stored || !equal(stored, value)) changed.push([key, value]);
  }
  before.put(changed);
}
