/** The words between the page and the simulator that serves it: one JSON document a line, events from there to here. */

/** So many of the newest are kept, by whoever serves a page and by the page itself. */
export const KEPT_MAX = { decisions: 500, readings: 2000, lines: 300 } as const;

/** A value of JSON, as apps and tools give them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The world as a whole; the first event of every connection, and again when a list in it changes. */
export interface World {
  /** `processes`: boards are processes, time is this machine's. `seeded`: a seed says all that happens. */
  kind: 'processes' | 'seeded';
  seeded?: Seeded;
  /** The file that is seen in place of a running world, with the lines in it; the SHA-256 is that of a run, hexadecimal. */
  opened?: { name: string; lines: number; sha256: string };
  engine: string;
  level: number;
  chainId: number;
  fleet: string;
  channel: string;
  /** The folder in which the shown command lines work, and the name of the world there. */
  directory: string;
  attacks: readonly Attack[];
  /** The places where something can be wrong for as long as a person wants. */
  places: readonly FaultyPlace[];
  /** Undefined where no board can change hands. */
  handOver?: HandOver;
  /** Things that this world cannot do, each with the reason. */
  lacks: Readonly<Record<string, string>>;
}

/** Somebody who can own the board. */
export interface Person {
  /** As a noun, for example `the buyer`. */
  name: string;
  address: string;
  /** Flags by which a command line acts as this person; none for the first owner, whom the project names. */
  flags: readonly string[];
}

/** The way of a board from one person to another, as flags of command lines. */
export interface HandOver {
  /** The first owner first. */
  people: readonly Person[];
  /** The trust that a new owner gives it. */
  trust: readonly string[];
  /** The file that the next claim code goes into; and that of the newest one, where there is one. */
  newCode: readonly string[];
  code?: readonly string[];
}

/** An input that a board reads: a digital one has 0 or 1, an analogue one 0 to 4095. */
export interface Input {
  pin: number;
  as: 'digital' | 'analogue';
  /** Its value while nobody presses or turns it. */
  idle: number;
  value: number;
}

/** The seed of a world, and what it draws from. */
export interface Seeded {
  /** Hexadecimal, after 0x. */
  seed: string;
  /** The command line that makes the same world. */
  replay: string;
  hours: number;
  faults: readonly string[];
  /** Number of things that a person did to it: with the seed alone it is another world from then on. */
  touches: number;
}

/** The time of a seeded world. */
export interface WorldClock {
  /** Unix milliseconds, as its events have them; and since it began. */
  at: number;
  sinceMs: number;
  moves: 'stands' | 'steps' | 'runs' | 'leaps' | 'over';
  /** Its seconds in one of ours; `most` is as fast as it goes. */
  speed: number | 'most';
  /** The time that is seen, where somebody looks at the past of it: milliseconds since it began. */
  seenMs?: number;
  /** Once it is over. */
  ended?: { ok: boolean; verdict: string; lines: number; logHash: string };
}

/** An attack that the page can try, in words for a person, before it is tried. */
export interface Attack {
  name: string;
  /** The place from which it comes, for example `the RPC endpoints`. */
  from: string;
  /** The defence that should catch it, as a sentence. */
  defence: string;
  /** The verdict that should come, and its code or cause. */
  expected: string;
  code: string;
  /** The untouched twin, which must be accepted. */
  twin: string;
  /** The reason why this world cannot try it. */
  lacks?: string;
  count?: Count;
}

/** A whole number that a person chooses, between bounds; `usual` where nobody does. */
export interface Count {
  label: string;
  least: number;
  most: number;
  usual: number;
}

/** A release channel, and what was published in it. */
export interface Channel {
  newest: number;
  floor: number;
  /** Boards of a thousand that take the newest version. */
  rollout: number;
  paused: boolean;
  halted: boolean;
  /** The newest last. */
  releases: readonly { version: number; imageSha256: string; size: number; withdrawn: boolean }[];
}

/** A fault that lasts. */
export interface Fault {
  name: string;
  /** The board's defence against it, as a sentence. */
  defence: string;
  /** Codes of decisions that show this defence at work; empty text for what was accepted all the same. */
  codes: readonly string[];
  count?: Count;
  /** The reason why this world cannot have it. */
  lacks?: string;
}

/** A place that can be faulty, for example `endpoint 1`. */
export interface FaultyPlace {
  name: string;
  faults: readonly Fault[];
  /** The name of the fault that is there now, and ISO time at which it began. */
  fault?: string;
  since?: string;
  /** The one that was there before and is over. */
  before?: { fault: string; since: string };
}

/** An attempt of an attack, or of a fault by hand in a seeded world. */
export interface Attempt {
  name: string;
  /** `unmet`: what a person put into a seeded world was over before a decision met it. */
  state: 'running' | 'caught' | 'worked' | 'failed' | 'unmet';
  /** The verdict that came, with code and evidence; of the attack, then of its twin. */
  said: readonly { of: 'attack' | 'twin'; verdict: string; code: string; evidence?: string }[];
  at: string;
}

/** An action of an app, for a form. */
export interface ActionFace {
  name: string;
  /** JSON Schema of its params. */
  params: Json;
}

/** A version that a board ran, and ISO time since when. */
export interface Ran {
  version: number;
  since: string;
}

/** A board as the page shows it. Undefined where nobody has said so yet. */
export interface Board {
  name: string;
  /** The group that it is in, where there are groups. */
  group?: string;
  /** The world's name by which command lines reach it (`--world`), where it has one. */
  world?: string;
  device: string;
  /** The word of the broker, and when it came. */
  presence?: string;
  presenceSince?: string;
  power: 'on' | 'off';
  /** Starts since the world began. */
  starts: number;
  /** Of its newest signed status; ISO time at which it came. */
  seen?: string;
  version?: number;
  imageHash?: string;
  /** The versions that it ran, the newest last; it may have run others before. */
  ran?: readonly Ran[];
  level?: number;
  /** Number of the newest final block that the board knows. */
  finalized?: number;
  /** That block's time, Unix seconds. */
  finalizedTime?: number;
  sequence?: number;
  receipts?: number;
  epoch?: number;
  /** Of the app. */
  state?: Json;
  app?: string;
  actions: readonly ActionFace[];
  /** The chain's word: `Active`, `Suspended`… */
  lifecycle?: string;
  paused?: boolean;
  /** Orders on chain. */
  linked?: number;
  /** Outputs by pin. */
  pins: Readonly<Record<string, boolean>>;
  /** Those that it has read since it started. */
  inputs?: readonly Input[];
  owner?: string;
  /** To whom the owner offers it: an account, or a claim key. */
  offered?: { to: string; byClaim: boolean };
  /** Its place among a thousand in the roll-out of the newest version: it takes it when that is less. */
  place?: number;
}

/** A step of the evidence of a decision. */
export interface TrailStep {
  what: string;
  value: string;
}

/** A decision of a board, as it said it. */
export interface Decision {
  id: number;
  at: string;
  board: string;
  about: string;
  subject: string;
  verdict: 'accepted' | 'rejected' | 'undetermined';
  code: string;
  evidence: string;
  trail: readonly TrailStep[];
  /** The words of `holdfast explain` for the code; undefined for none. */
  explained?: { meaning: string; likely: string; remedy: string };
  /** Its receipt, once it came, signed by the board's key. */
  receipt?: { outcome: string; counter: number; signer: string };
}

/** A number that an app reported. */
export interface Reading {
  board: string;
  name: string;
  /** Unix milliseconds. */
  time: number;
  value: number;
}

export type PageEvent =
  | { kind: 'world'; world: World }
  | { kind: 'board'; board: Board }
  | { kind: 'decision'; decision: Decision }
  | { kind: 'reading'; reading: Reading }
  | { kind: 'attempt'; attempt: Attempt }
  | { kind: 'line'; board: string; text: string }
  | { kind: 'channel'; channel: Channel }
  | { kind: 'block'; number: number; time: number }
  | { kind: 'clock'; clock: WorldClock }
  /** All that was told before is no more: what follows makes the page whole. */
  | { kind: 'anew' }
  /** Says that the connection lives. */
  | { kind: 'beat' };

/** An act on the world. `command` is a command line of holdfast without its first word. */
export type Act =
  /** With the board that it is about; where several are named, for one after the other. */
  | { act: 'command'; words: readonly string[]; boards?: readonly string[] }
  | { act: 'attack'; name: string; count?: number }
  /** Without a fault the place is well again. */
  | { act: 'fault'; place: string; fault?: string; count?: number }
  /** Builds one version more than the newest and publishes it for so many of a thousand boards. */
  | { act: 'publish'; rollout: number }
  | { act: 'power'; board: string; power: 'on' | 'off' }
  /** Sets an input, until the board starts anew. */
  | { act: 'input'; board: string; pin: number; value: number }
  | { act: 'skip'; seconds: number }
  /** Of a seeded world: stand still, go to the next event, run at a speed; see its past at a time, a line before or after. */
  | {
      act: 'time';
      move: 'stop' | 'step' | 'run' | 'see' | 'back' | 'on' | 'present';
      speed?: WorldClock['speed'];
      /** Milliseconds since it began, to see. */
      atMs?: number;
    };

/** The outcome of opening a file: a world that can be seen by its id, or the path of a page of its own; a line for a person. */
export interface OpenOutcome {
  ok: boolean;
  says: string;
  world?: string;
  page?: string;
}

/** The outcome of an act: done or not, a line for a person, and the document of a command. */
export interface ActOutcome {
  ok: boolean;
  says: string;
  document?: Json;
}
