/** Every cut in what the bootloader writes, and every second cut in the start after each. */
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { program } from '../../../host-sim/board/flashing.js';
import { bootPort, chooseStart, type Start, setActive } from '../../../host-sim/node/board/bootloader.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { type Operation, recorded, State, statesOf, type Tried } from './flashStates.js';

const hardware = new Uint8Array(32).fill(7);
const sectorSize = 256;
const imageOf = (version: number, length: number) =>
  encodeImage(version, hardware, new Uint8Array(length).fill(version));
const images = [imageOf(1, 300), imageOf(2, 500), imageOf(3, 200)];

function started(flash: State, failures = 0): Start {
  const choice = chooseStart(flash, failures);
  if ('reason' in choice) throw new Error(choice.reason);
  const whole = images[choice.header.version - 1];
  if (Buffer.compare(whole, choice.bytes) !== 0) throw new Error('what starts is no image of anybody');
  return choice;
}

const shown = ({ header, state }: Start) => `${header.version} ${state}`;

/** A board with image 1, and image 2 in the other slot. */
function flashed(): State {
  const sizes = { boot: 2, slotA: 4, slotB: 4 } as const;
  const flash = new State(
    new Map(
      (['boot', 'slotA', 'slotB'] as const).map(name => [
        name,
        new MemoryPartition({ size: sizes[name] * sectorSize, sectorSize }),
      ]),
    ),
  );
  program(flash.open('slotA'), images[0]);
  setActive(flash, 'A', images[0].length);
  program(flash.open('slotB'), images[1]);
  return flash;
}

/** Steps of a board's life; each begins where the one before it ended. With the starts that may follow a cut in it. */
const steps: readonly {
  name: string;
  failures?: number;
  act(flash: State | ReturnType<typeof recorded>): void;
  lawful: RegExp;
}[] = [
  {
    name: 'set pending',
    act: flash => bootPort(flash, chooseStart(flash) as Start, () => {}).setPending(images[1].length),
    lawful: /^(2 pending,)?(1 confirmed,)+$/,
  },
  { name: 'first start', act: flash => void chooseStart(flash), lawful: /^(2 pending,)?(1 confirmed,)+$/ },
  {
    name: 'confirm',
    act: flash =>
      bootPort(
        flash,
        { slot: 'B', state: 'pending', idle: 'confirmed', bytes: images[1] },
        () => {},
      ).confirm(),
    lawful: /^((1 confirmed,)+|(2 confirmed,)+)$/,
  },
  {
    name: 'going back after failures',
    failures: 3,
    act: flash => void chooseStart(flash, 3),
    lawful: /^(1 confirmed,)+$|^(2 confirmed,)+$/,
  },
];

function startsAfter(state: State): string {
  let seen = '';
  for (let i = 0; i < 4; i++) seen += `${shown(started(state))},`;
  return seen;
}

/** One life, a roll-back at its end; gives way after each first cut. Throws on a start that should not be. */
export function* bootCuts(seed: number, tried: Tried): Generator<void> {
  const chance = new Chance(seed);
  const flash = flashed();
  for (const { act, failures = 0, lawful, name } of steps) {
    const before = flash.copy();
    const operations: Operation[] = [];
    act(recorded(flash, operations));
    for (const { cut, state } of statesOf(before, operations, chance)) {
      if (!tried.isNew(`boot record: ${name}`, state)) continue;
      const where = `boot seed ${seed}, ${name}, cut ${cut.kind} at ${cut.operation}`;
      const again: Operation[] = [];
      chooseStart(recorded(state.copy(), again), failures);
      for (const second of statesOf(state, again, chance)) {
        if (!tried.isNew('boot record, cut twice', second.state)) continue;
        const seen = startsAfter(second.state);
        if (!lawful.test(seen))
          throw new Error(`${where}, then ${second.cut.kind} at ${second.cut.operation}: ${seen}`);
      }
      const seen = startsAfter(state);
      if (!lawful.test(seen)) throw new Error(`${where}: ${seen}`);
      yield;
    }
  }
}
