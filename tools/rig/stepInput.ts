/**
 * The steps as an author writes them. It names nothing of the tools, so that the face of the package does not drag their
 * types along; a test holds every form to it.
 */
import type { endpointLies, imageLies, proverLies } from './bench/lies.js';

type Name = string;
/** An action of the board's app, with its params. */
interface Ordered {
  action: string;
  params?: unknown;
  /** The Commander who links it; `operator` if left out. */
  by?: 'operator' | 'signerA';
}

interface OfRelease {
  /** As its step `build` named it. */
  release?: Name;
}

/** Each step with what it takes. `holdfast rig steps` lists them with an example each. */
export interface StepInputs {
  /** Orders an action, which the board must accept and receipt. */
  command: Ordered & {
    /** The result that the action must give; any if left out. */
    result?: unknown;
  };
  /** Links an order, and keeps it for the steps that deliver it. */
  order: Ordered & {
    as?: Name;
    /** False: the order is in a block that is not final yet. */
    final?: boolean;
    /** False: without the challenge that shows the board the time. */
    challenge?: boolean;
    /** 60 to 86,400; 1800 if left out. */
    lifeSeconds?: number;
  };
  /** Lets a stranger sign relay.set {on: true} as a delegate, and keeps the order. */
  sign: { as?: Name };
  /** Delivers an order, which the board must accept and receipt. */
  deliver: { order?: Name };
  /** Delivers an order, which the board must refuse with that code and an untouched store. */
  deny: {
    order?: Name;
    /** The changes that somebody on the way makes in the envelope. */
    change?: { params?: unknown; device?: string };
    /** `rejected` if left out. */
    verdict?: 'rejected' | 'undetermined';
    /** As `holdfast explain` lists them. */
    code: string;
    /** About the order, or about what an endpoint or a prover said while the order stayed undetermined. */
    about?: 'order' | 'endpoints' | 'prover';
    /** The part of the store that may change: nothing, if left out. */
    changes?: 'nothing' | 'position' | 'anything';
  };
  /** Delivers orders until their receipts come; each outcome must be one of those named, or done. */
  receipt: { order?: Name | Name[]; outcomes?: Outcome[] };
  /** Sends random bytes in the place of an envelope, which the board must refuse as malformed. */
  junk: Nothing;
  /** Sends the board junk of every kind, so many messages of each, as the seed draws them. */
  flood: { rounds: number; seed?: number };
  /** Gives the board its power, and waits for its signed status of this start. */
  boot: Nothing;
  /** Cuts the power: at once, so long after an order was delivered, or at a line that the board prints then. */
  cut:
    | Nothing
    | { order: Name; afterMilliseconds: number }
    | { order: Name; atLine: string }
    /** Inside the n-th write or erase of flash after that order was delivered; boards of Node and of seeded worlds. */
    | { order: Name; atWrite: number };
  /**
   * Waits until an output of the board has that level; with `state`, until its signed status has that state of the app,
   * which is enough where nobody sees the output.
   */
  output: { pin: number; is: boolean; state?: unknown };
  /** Sets the reading of an analogue input, 0 to 4095. */
  input: { pin: number; value: number };
  /** Waits for a line of the board that matches the pattern, after the line that was matched last. */
  expect: { line: string; withinSeconds?: number };
  /** Waits until the signed status of the board is so, and compares it with the chain. */
  state: { version?: number; sequence?: 'as on chain'; level?: 1 | 2 | 3 | 4; restarts?: number };
  /** Copies a partition of the board's flash, or puts the copy back, while the power is cut. */
  flash: { copy: 'journal' | 'identity' } | { restore: 'journal' | 'identity' };
  /** Moves the time of the chain forward; the clock of the board goes on as it does. */
  skip: { seconds: number };
  /** Shows the board the time, by an order that carries its challenge. */
  now: Nothing;
  /** Builds an image of the next version, and puts it on the image server; `brings`: with an action that only it has. */
  build: { as?: Name; brings?: 'relay.blink' };
  /** Lets the vendor publish a release. */
  publish: OfRelease;
  /** Lets the owner approve a release for the board. */
  approve: OfRelease;
  /** Lets the vendor withdraw a release. */
  withdraw: OfRelease;
  /** Offers a release, which the board must install, start and confirm. */
  install: OfRelease;
  /** Offers a release, which the board must refuse with that code and an untouched store. */
  refuse: OfRelease & { verdict?: 'rejected' | 'undetermined'; code: string };
  /** Acts of the organisation. */
  fleet: 'pause' | 'resume' | 'delegate' | 'link of a stranger';
  /** The status of the board's Device. */
  device: 'suspend' | 'stolen' | 'lift';
  /** Lets endpoints, prover or image server lie from now on. */
  lie:
    | { endpoints: (typeof endpointLies)[number] }
    | { prover: (typeof proverLies)[number] }
    | { images: (typeof imageLies)[number] };
  /** Lets the board lose its network, or makes that slow (300 ms for each piece if left out), or whole again. */
  network: { is: 'lost' | 'whole'; to?: Party[] } | { is: 'slow'; to?: Party[]; milliseconds?: number };
  /** Lets endpoints, prover and image server tell the truth again. */
  honest: Nothing;
}

type Outcome = 'done' | 'failed' | 'refused' | 'expired' | 'interrupted' | 'reorged' | 'voided';
/** Whom a board reaches. */
type Party = 'broker' | 'endpoints' | 'prover' | 'images';
type Nothing = Record<string, never>;

/** A step as an author writes it: one name, and what it takes. */
export type StepInput = { [Name in keyof StepInputs]: { [Key in Name]: StepInputs[Name] } }[keyof StepInputs];
