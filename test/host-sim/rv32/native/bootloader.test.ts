/**
 * The bootloader of the emulated board is C, that of the simulator TypeScript. Here both get the same flash: one
 * that a history of updates and power cuts left, or one put together of whole, torn and worn parts. They must make
 * the same operations in the same order and decide alike; then every cut of one is a cut of the other, and what is
 * proven of the one (test/host-sim/node/board/bootloader.test.ts) holds for both.
 */
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { writeNumber } from '../../../../firmware/bytes/bigEndian.js';
import { crc32 } from '../../../../firmware/bytes/crc32.js';
import type { Flash, Partition } from '../../../../firmware/port/flash.js';
import { encodeImage } from '../../../../firmware/store/imageHeader.js';
import { tornErase, tornWrite } from '../../../../host-sim/flash/tear.js';
import { bootPort, chooseStart } from '../../../../host-sim/node/board/bootloader.js';
import { Chance } from '../../../../host-sim/node/chance.js';
import { MemoryPartition } from '../../../../host-sim/node/flash/partition.js';
import { type Program, testInC } from '../../native/program.js';

/** Beside the sources of the board. */
const decision = '../../../firmware/esp32/native/bootDecision.c';

const sectorSize = 4096;
const names = ['boot', 'slotA', 'slotB'] as const;
type Name = (typeof names)[number];
type Contents = Record<Name, Uint8Array>;

/** Bits of the boot partition that no longer follow. */
interface Stuck {
  at: number;
  atZero: number;
  atOne: number;
}

type Action = { setPending: number } | 'confirm';

interface Operation {
  name: Name;
  offset: number;
  /** Undefined: an erase. */
  bytes?: Uint8Array;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

class Recording implements Partition {
  readonly sectorSize = sectorSize;
  readonly size: number;
  readonly #cells: MemoryPartition;

  constructor(
    readonly name: Name,
    contents: Uint8Array,
    readonly stuck: readonly Stuck[],
    readonly log: string[],
    readonly operations: Operation[],
  ) {
    this.size = contents.length;
    this.#cells = new MemoryPartition({ size: contents.length, sectorSize }, contents);
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = this.#cells.read(offset, length);
    for (const { at, atOne, atZero } of this.stuck) {
      if (at >= offset && at < offset + length) bytes[at - offset] = (bytes[at - offset] & ~atZero) | atOne;
    }
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.log.push(`write ${this.name} ${offset} ${hex(bytes)}`);
    this.#cells.write(offset, bytes);
    this.operations.push({ name: this.name, offset, bytes });
  }

  erase(offset: number): void {
    this.log.push(`erase ${this.name} ${offset}`);
    this.#cells.erase(offset);
    this.operations.push({ name: this.name, offset });
  }
}

/** One run of the board, in the words of bootloaderProgram.c. */
function inTypeScript(
  contents: Contents,
  stuck: readonly Stuck[],
  failures: number,
  actions: readonly Action[],
) {
  const log: string[] = [];
  const operations: Operation[] = [];
  const partitions = new Map(
    names.map(name => [
      name,
      new Recording(name, contents[name], name === 'boot' ? stuck : [], log, operations),
    ]),
  );
  const flash: Flash = { open: name => partitions.get(name as Name)! };
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      log.push((error as Error).message);
    }
  };
  attempt(() => {
    const start = chooseStart(flash, failures);
    if ('reason' in start) {
      log.push(`nothing to start: ${start.reason}`);
      return;
    }
    const { bytes, header, idle, rolledBack, slot, state } = start;
    const checksum = crc32(bytes).toString(16).padStart(8, '0');
    const not = rolledBack === undefined ? '' : `, not the other: ${rolledBack}`;
    const what = `${header.version} ${bytes.length} ${checksum}`;
    log.push(`starts ${slot} ${state}, beside it ${idle}, ${what}${not}`);
    const port = bootPort(flash, start, () => {});
    for (const action of actions) {
      attempt(() => {
        if (action === 'confirm') port.confirm();
        else port.setPending(action.setPending);
        log.push('ok');
      });
    }
  });
  return { log: log.map(line => line.replace(/^(a write cannot set bits).*/, '$1')), operations };
}

async function inC(
  program: Program,
  contents: Contents,
  stuck: readonly Stuck[],
  failures: number,
  actions: readonly Action[],
) {
  const request: Uint8Array[] = [];
  const number = (value: number, length: number) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUIntLE(value, 0, length);
    request.push(bytes);
  };
  for (const name of names) {
    number(contents[name].length, 4);
    request.push(contents[name]);
  }
  number(stuck.length, 1);
  for (const { at, atOne, atZero } of stuck) {
    number(at, 2);
    number(atZero, 1);
    number(atOne, 1);
  }
  number(failures, 1);
  for (const action of actions) {
    number(action === 'confirm' ? 1 : 0, 1);
    if (action !== 'confirm') number(action.setPending, 4);
  }
  const answer = await program.ask(Buffer.concat(request));
  return answer.toString().split('\n').slice(0, -1);
}

const hardware = new Uint8Array(32).fill(7);
const image = (version: number, length: number): Uint8Array =>
  encodeImage(version, hardware, new Uint8Array(length).fill(version));

/** The flash after these operations, the last of them torn. */
function after(
  contents: Contents,
  operations: readonly Operation[],
  whole: number,
  chance: Chance,
): Contents {
  const cells = Object.fromEntries(names.map(name => [name, Uint8Array.from(contents[name])])) as Contents;
  operations.slice(0, whole + 1).forEach(({ bytes, name, offset }, i) => {
    const torn = i === whole;
    const length = bytes?.length ?? sectorSize;
    const before = cells[name].subarray(offset, offset + length);
    if (!torn) cells[name].set(bytes ?? new Uint8Array(sectorSize).fill(0xff), offset);
    else {
      const left = bytes ? tornWrite(before, bytes, offset, chance) : tornErase(before, chance);
      // Half-set bits settle as they please: the next start reads them all alike.
      cells[name].set(
        left.cells.map((cell, k) => cell & ~(left.unstable[k] & chance.byte())),
        offset,
      );
    }
  });
  return cells;
}

function placed(bytes: Uint8Array, size = 2 * sectorSize): Uint8Array {
  const cells = new Uint8Array(size).fill(0xff);
  cells.set(bytes);
  return cells;
}

testInC(
  'through any history of updates, roll-backs and power cuts, torn ones included, both bootloaders do the same',
  'bootloaderProgram',
  ['crc32.c', decision],
  async (t, program) => {
    const seen = new Map<string, number>();
    let flashes = 0;
    let tears = 0;
    const step = fc.record({
      actions: fc.array(fc.constantFrom<Action | 'right'>('right', 'right', 'confirm', { setPending: 99 }), {
        maxLength: 3,
      }),
      image: fc.option(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3000 })), {
        freq: 2,
      }),
      cut: fc.option(fc.nat(), { freq: 3 }),
      failures: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const first = image(1, 700);
        let contents: Contents = {
          boot: placed(record({ active: 0, length: first.length, serial: 1 })),
          slotA: placed(first),
          slotB: placed(new Uint8Array(0)),
        };
        let offered = 0;
        for (const { actions, cut, failures, image: written, seed } of steps) {
          const chance = new Chance(seed);
          const asked = actions.map(action => (action === 'right' ? { setPending: offered } : action));
          const { log, operations } = inTypeScript(contents, [], failures, asked);
          t.deepEqual(await inC(program, contents, [], failures, asked), log);
          flashes++;
          tell(seen, log);
          if (cut === null || operations.length === 0)
            contents = after(contents, operations, operations.length, chance);
          else {
            contents = after(contents, operations, cut % operations.length, chance);
            tears++;
          }
          // What an updater does: the next image in the slot that does not run, whole or torn.
          const running = log.find(line => line.startsWith('starts'));
          if (written && running && !running.includes(' pending,')) {
            const bytes = image(...written);
            offered = bytes.length;
            const idle = running.startsWith('starts A') ? 'slotB' : 'slotA';
            const put = [
              { name: idle, offset: 0 },
              { name: idle, offset: 0, bytes },
            ] as Operation[];
            contents = after(contents, put, chance.below(4), chance);
          }
        }
      }),
      { numRuns: 700 },
    );
    t.log(`${flashes} flash contents, ${tears} power cuts; ${shown(seen)}`);
    mustHaveSeen(t, seen, [
      'starts A confirmed',
      'starts B confirmed',
      'starts B pending',
      'not the other',
      'ok',
    ]);
  },
);

testInC(
  'on any flash, put together of whole, torn, forged and worn parts, both bootloaders do the same',
  'bootloaderProgram',
  ['crc32.c', decision],
  async (t, program) => {
    const seen = new Map<string, number>();
    const lengths = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(164, 5064) },
      fc.constantFrom(0, 1, 63, 64, 65, 364, 8192, 8193, 2 ** 31, 2 ** 32 - 1),
    );
    const someImage = fc
      .tuple(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.constantFrom(100, 100, 5000, 5000, 300, 8128))
      .map(([version, length]) => image(version, length));
    const forged = fc
      .tuple(someImage, fc.integer({ min: 0, max: 59 }), fc.nat({ max: 255 }), fc.constantFrom(1, 4))
      .map(([bytes, at, value, length]) => {
        const changed = Uint8Array.from(bytes);
        changed.fill(value, at, Math.min(60, at + length));
        writeNumber(changed, 60, 4, crc32(changed.subarray(0, 60)));
        return changed;
      });
    const torn = fc.tuple(someImage, someImage, fc.nat()).map(([old, bytes, seed]) => {
      const chance = new Chance(seed);
      const cells = { boot: new Uint8Array(0), slotA: placed(old), slotB: new Uint8Array(0) };
      const put: Operation[] = [
        { name: 'slotA', offset: 0 },
        { name: 'slotA', offset: sectorSize },
        { name: 'slotA', offset: 0, bytes },
      ];
      return after(cells, put, chance.below(3), chance).slotA;
    });
    const slot = fc.oneof(
      { weight: 4, arbitrary: someImage.map(bytes => placed(bytes)) },
      { weight: 2, arbitrary: forged.map(bytes => placed(bytes)) },
      { weight: 2, arbitrary: torn },
      fc.constant(placed(new Uint8Array(0))),
      fc.uint8Array({ maxLength: 200 }).map(bytes => placed(bytes)),
    );
    const someRecord = fc
      .record({
        active: fc.constantFrom(0, 1, 0, 1, 2),
        length: lengths,
        mark: fc.constantFrom(0, 1, 1, 2, 3, 3, 4, 5),
        otherLength: lengths,
        checksum: fc.constantFrom(0, 1),
        serial: fc.constantFrom(0, 1, 2, 7, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1),
      })
      .map(record);
    const sector = fc.oneof(
      { weight: 5, arbitrary: someRecord.map(bytes => placed(bytes, sectorSize)) },
      fc.constant(new Uint8Array(sectorSize).fill(0xff)),
      fc.tuple(someRecord, fc.nat({ max: 255 })).map(([bytes, bit]) => {
        bytes[bit >> 3] ^= 1 << (bit & 7);
        return placed(bytes, sectorSize);
      }),
      fc.tuple(someRecord, someRecord, fc.nat()).map(([old, bytes, seed]) => {
        const cells = { boot: placed(old), slotA: new Uint8Array(0), slotB: new Uint8Array(0) };
        const put: Operation[] = [
          { name: 'boot', offset: 0 },
          { name: 'boot', offset: 0, bytes },
        ];
        const chance = new Chance(seed);
        return after(cells, put, chance.below(2), chance).boot.subarray(0, sectorSize);
      }),
    );
    const stuck = fc.uniqueArray(
      fc.record({
        at: fc.tuple(fc.constantFrom(0, sectorSize), fc.nat({ max: 31 })).map(([a, b]) => a + b),
        atZero: fc.nat({ max: 255 }),
        atOne: fc.constantFrom(0, 0, 1, 128),
      }),
      { maxLength: 2, selector: ({ at }) => at % sectorSize },
    );
    const actions = fc.array(
      fc.oneof(
        fc.constant<Action>('confirm'),
        lengths.map(length => ({ setPending: length })),
      ),
      { maxLength: 3 },
    );
    const anything = fc.record({
      boot: fc.tuple(sector, sector).map(sectors => Uint8Array.from(sectors.flatMap(bytes => [...bytes]))),
      slotA: slot,
      slotB: slot,
      worn: fc.oneof(fc.constant([]), stuck),
    });
    // Images of both slots that the record knows, so that its marks have something to be about.
    const known = fc
      .record({
        ...{ active: fc.constantFrom(0, 1), mark: fc.nat({ max: 4 }), serial: fc.constant(3) },
        ...{ isThis: fc.boolean(), broken: fc.constantFrom('slotA', 'slotB', 'none', 'none') },
      })
      .map(({ active, broken, isThis, mark, serial }) => {
        const [a, b] = [image(4, 100), image(5, 300)];
        const [whole, other] = active === 0 ? [a, b] : [b, a];
        const checksum = mark < 3 ? 0 : (Buffer.from(other).readUInt32BE(60) ^ (isThis ? 0 : 1)) >>> 0;
        const fields = { active, length: whole.length, mark, otherLength: other.length, checksum, serial };
        const cells = { boot: placed(record(fields)), slotA: placed(a), slotB: placed(b), worn: [] };
        if (broken !== 'none') cells[broken as 'slotA' | 'slotB'][80] = 0;
        return cells;
      });
    // An update that is due, and a sector for its record that has had its time.
    const wornOut = fc
      .record({ sector: fc.constantFrom(0, 1), mark: fc.constantFrom(0, 1), worn: stuck })
      .map(({ mark, sector: whole, worn }) => {
        const boot = placed(new Uint8Array(0));
        const fields = { active: 0, length: 164, mark, otherLength: 5064, serial: 5 };
        boot.set(record(fields), whole * sectorSize);
        const other = (1 - whole) * sectorSize;
        return {
          ...{ boot, slotA: placed(image(1, 100)), slotB: placed(image(2, 5000)) },
          worn: worn.map(({ at, ...bits }) => ({ at: other + (at % sectorSize), ...bits })),
        };
      });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          { weight: 6, arbitrary: anything },
          { weight: 1, arbitrary: wornOut },
          { weight: 2, arbitrary: known },
        ),
        actions,
        fc.constantFrom(0, 0, 2, 3, 9),
        async ({ boot, slotA, slotB, worn }, asked, failures) => {
          const contents = { boot, slotA, slotB };
          const { log } = inTypeScript(contents, worn, failures, asked);
          t.deepEqual(await inC(program, contents, worn, failures, asked), log);
          tell(seen, log);
        },
      ),
      { numRuns: 4000 },
    );
    t.log(shown(seen));
    mustHaveSeen(t, seen, [
      ...[
        'starts A confirmed',
        'starts B pending',
        'nothing to start',
        'not the other',
        'ok',
        'not to be started',
        'starts A recovery',
        'beside it failed',
        'it failed again and again',
      ],
      ...['torn image body', 'torn image header', 'worn out', 'a reserved byte', 'never flashed'],
    ]);
  },
);

interface Fields {
  active: number;
  length: number;
  mark?: number;
  otherLength?: number;
  checksum?: number;
  serial: number;
}

/** As host-sim/node/board/bootRecord.ts has it, and records that it would never write. */
function record({ active, length, mark = 0, otherLength = 0, checksum = 0, serial }: Fields): Uint8Array {
  const bytes = Buffer.alloc(32);
  bytes.write('HFBT', 'latin1');
  bytes.set([1, active, mark], 4);
  bytes.writeUInt32BE(serial, 8);
  bytes.writeUInt32BE(length, 12);
  bytes.writeUInt32BE(mark ? otherLength : 0, 16);
  bytes.writeUInt32BE(mark ? checksum : 0, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 28)), 28);
  return new Uint8Array(bytes);
}

function tell(seen: Map<string, number>, log: readonly string[]): void {
  for (const line of log) {
    const kind = line.replace(/^(write|erase) .*/, '$1').replace(/\d{2,}|\b[0-9a-f]{8}\b/g, '#');
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
}

const shown = (seen: ReadonlyMap<string, number>): string =>
  [...seen]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 12)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join('; ');

/** The flashes were not all alike. */
function mustHaveSeen(
  t: ExecutionContext,
  seen: ReadonlyMap<string, number>,
  wanted: readonly string[],
): void {
  for (const part of wanted) {
    t.true(
      [...seen.keys()].some(kind => kind.includes(part)),
      `none of all flashes led to: ${part}`,
    );
  }
}
