/** Everything that the page knows, as signals; events of the simulator change it, and nothing else does. */
import { batch, computed, type Signal, signal } from '@preact/signals';
import {
  type Attempt,
  type Board,
  type Channel,
  type Decision,
  KEPT_MAX,
  type PageEvent,
  type Reading,
  type World,
  type WorldClock,
} from '../protocol.js';

export const world = signal<World | undefined>(undefined);
/** A signal each, so that a change of one of a thousand boards is drawn alone. */
export const boards = signal<ReadonlyMap<string, Signal<Board>>>(new Map());
/** The board whose card is shown; the first, unless a person chose another. */
export const chosenBoard = signal<string | undefined>(undefined);
/** The oldest first. */
export const decisions = signal<readonly Decision[]>([]);
/** By name, the newest of each. */
export const attempts = signal<ReadonlyMap<string, Attempt>>(new Map());
export const readings = signal<readonly Reading[]>([]);
export const lines = signal<readonly { board: string; text: string }[]>([]);
export const block = signal<{ number: number; time: number } | undefined>(undefined);
export const channel = signal<Channel | undefined>(undefined);
/** The decision that is drawn; the newest, unless a person chose another. */
export const chosen = signal<number | undefined>(undefined);
/** Unix milliseconds of this machine, twice a second. */
export const wall = signal(Date.now());
/** The time of a seeded world, and of the moment of a recording that is shown. */
export const clock = signal<WorldClock | undefined>(undefined);
export const shownAt = signal<number | undefined>(undefined);
/** Unix milliseconds of what is shown. */
export const now = computed(() => shownAt.value ?? clock.value?.at ?? wall.value);

export const drawn = computed(
  () => decisions.value.find(({ id }) => id === chosen.value) ?? decisions.value.at(-1),
);

/** Every board as it is now. */
export const allBoards = computed(() => [...boards.value.values()].map(({ value }) => value));

/** The board whose card is shown. */
export const shownBoard = computed(
  () => (boards.value.get(chosenBoard.value ?? '') ?? [...boards.value.values()][0])?.value,
);

/** The person who owns the shown board; undefined for somebody else, and where no board changes hands. */
export const ownerOf = computed(() =>
  world.value?.handOver?.people.find(
    ({ address }) => address.toLowerCase() === shownBoard.value?.owner?.toLowerCase(),
  ),
);

/** Flags by which a command line acts as the present owner. */
export const ownerFlags = computed(() => ownerOf.value?.flags ?? []);

/** Attacks tried, and those of them that worked. */
export const score = computed(() => {
  const ended = [...attempts.value.values()].filter(({ state }) => state !== 'running');
  const of = (state: Attempt['state']) => ended.filter(each => each.state === state).length;
  return {
    tried: ended.length,
    caught: of('caught'),
    worked: of('worked'),
    failed: of('failed'),
    unmet: of('unmet'),
  };
});

/** Forgets everything: a new connection tells it all again. */
export function forget(): void {
  boards.value = new Map();
  decisions.value = [];
  attempts.value = new Map();
  readings.value = [];
  lines.value = [];
  block.value = undefined;
}

const kept = <T>(list: readonly T[], more: readonly T[], maximum: number): readonly T[] =>
  [...list, ...more].slice(-maximum);

/** Takes events in the order in which they came. Many at once cost one change of each signal. */
export const takeAll = (events: readonly PageEvent[]): void =>
  batch(() => {
    const anew = events.findLastIndex(({ kind }) => kind === 'anew');
    if (anew >= 0) forget();
    take(events.slice(anew + 1));
  });

function takeBoards(changed: readonly Board[]): void {
  const before = boards.value;
  const fresh = new Map<string, Signal<Board>>();
  for (const board of changed) {
    const known = before.get(board.name) ?? fresh.get(board.name);
    if (known) known.value = board;
    else fresh.set(board.name, signal(board));
  }
  if (fresh.size > 0) boards.value = new Map([...before, ...fresh]);
}

function take(events: readonly PageEvent[]): void {
  const of = <K extends PageEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<PageEvent, { kind: K }> => event.kind === kind);
  for (const { world: told } of of('world')) world.value = told;
  takeBoards(of('board').map(({ board }) => board));
  const decided = of('decision');
  if (decided.length > 0) {
    const all = new Map(decisions.value.map(each => [each.id, each]));
    for (const { decision } of decided) all.set(decision.id, decision);
    decisions.value = [...all.values()].slice(-KEPT_MAX.decisions);
  }
  const tried = of('attempt');
  if (tried.length > 0) {
    attempts.value = new Map([
      ...attempts.value,
      ...tried.map(({ attempt }) => [attempt.name, attempt] as const),
    ]);
  }
  const read = of('reading');
  if (read.length > 0) {
    readings.value = kept(
      readings.value,
      read.map(({ reading }) => reading),
      KEPT_MAX.readings,
    );
  }
  const said = of('line');
  if (said.length > 0) lines.value = kept(lines.value, said, KEPT_MAX.lines);
  const told = of('clock').at(-1);
  if (told) clock.value = told.clock;
  const released = of('channel').at(-1);
  if (released) channel.value = released.channel;
  const mined = of('block').at(-1);
  if (mined) block.value = { number: mined.number, time: mined.time };
}
