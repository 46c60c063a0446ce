/** The exporter of a bench: its boards, offered to runners elsewhere, each to one at a time. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as v from 'valibot';
import { printable } from '../../cli/failure.js';
import { claimOf, stateOf } from '../farm/benchBoard.js';
import { quarantine } from '../farm/quarantine.js';
import type { BoardAccess } from '../serial/access.js';
import { Session } from './session.js';
import { type Talk, talk } from './talk.js';
import { firstWord, type Offer, proves, request } from './words.js';

export interface ServeOptions {
  boards: readonly { name: string; access: BoardAccess }[];
  /** The folder of the bench's reservations, those of runs on this machine among them. */
  folder: string;
  token: string;
  host: string;
  /** Any free one for 0. */
  port: number;
  /** Milliseconds of silence after which a runner loses its board. */
  leaseMs?: number;
  note(line: string): void;
}

export interface Exporter {
  host: string;
  port: number;
  /** Lets go of all boards. */
  close(): Promise<void>;
}

const LEASE_MS = 60_000;
/** Milliseconds in which a stranger must show that it knows the token. */
const PROOF_MS = 10_000;
const CONNECTIONS_MAX = 100;

/** @throws Error of the system when it cannot listen there */
export async function serveBoards(options: ServeOptions): Promise<Exporter> {
  const open = new Map<Socket, { end(): Promise<void> }>();
  const server = createServer(socket => {
    const runner = receive(socket, options);
    open.set(socket, runner);
    socket.on('close', () => void runner.end().finally(() => open.delete(socket)));
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of open.keys()) socket.destroy();
      await Promise.all([...open.values()].map(runner => runner.end()));
    },
  };
}

/** A connection, from its challenge to its end. */
function receive(socket: Socket, options: ServeOptions): { end(): Promise<void> } {
  const challenge = randomBytes(32).toString('hex');
  const from = printable(`${socket.remoteAddress ?? 'nowhere'}`, 60);
  let holding: Holding | undefined;
  let isKnown = false;
  const stranger = setTimeout(() => socket.destroy(), PROOF_MS);
  const onSaid = (said: unknown) => {
    if (holding) return holding.take(said);
    const parsed = v.safeParse(firstWord, said);
    if (isKnown || !parsed.success || !proves(parsed.output.proof, options.token, challenge)) {
      options.note(`A stranger at ${from} was turned away.`);
      words.send({ refused: 'it does not know you: the token is another, or the versions of the tools are' });
      return words.end();
    }
    isKnown = true;
    clearTimeout(stranger);
    if ('list' in parsed.output) {
      words.send({ boards: offersOf(options) });
      return words.end();
    }
    const { holder, take } = parsed.output;
    holding = hold(take, `${printable(holder, 120)}, at ${from}`, words, options);
    if (!holding) words.end();
  };
  const words = talk({
    ...{ socket, onSaid },
    leaseMs: options.leaseMs ?? LEASE_MS,
    onEnd(why) {
      clearTimeout(stranger);
      if (holding?.isWanted) options.note(`The runner at ${from} ${why}.`);
    },
  });
  words.send({ challenge });
  return { end: async () => holding?.end() };
}

interface Holding {
  /** The runner did not give it back yet. */
  readonly isWanted: boolean;
  take(said: unknown): void;
  end(): Promise<void>;
}

/** Reserves the board for one who is known, and tells it; undefined where it does not get it. */
function hold(name: string, holder: string, words: Talk, options: ServeOptions): Holding | undefined {
  const { boards, folder, leaseMs = LEASE_MS, note } = options;
  const board = boards.find(each => each.name === name);
  if (!board) {
    const names = boards.map(each => each.name).join(', ') || 'none';
    words.send({ refused: printable(`it has no board ${name}, but ${names}`, 400) });
    return undefined;
  }
  const answer = claimOf(folder, name, { leaseMs, holder });
  if (answer.is !== 'ours') {
    words.send(answer.is === 'held' ? { held: answer.holder } : { left: answer.reason });
    return undefined;
  }
  const { reservation } = answer;
  const { access } = board;
  const session = new Session({
    access,
    send: said => words.send(said),
    leave(reason) {
      quarantine(folder, name, reason);
      note(`${name} is left alone from now on: ${printable(reason)}`);
    },
  });
  let isWanted = true;
  let ended: Promise<void> | undefined;
  const end = () =>
    (ended ??= (async () => {
      await session.end();
      reservation.release();
      note(`${name} is free.`);
    })());
  // A lease that another took over while this machine slept.
  void reservation.lost.then(() => words.end());
  note(`${name} is held by ${holder}.`);
  words.send({ taken: { power: access.power !== undefined, prepare: access.prepare !== undefined } });
  return {
    get isWanted() {
      return isWanted;
    },
    take(said) {
      const parsed = v.safeParse(request, said);
      if (!parsed.success) return words.end();
      const wish = parsed.output;
      if (wish.do === 'release') {
        isWanted = false;
        void end().finally(() => {
          words.send({ answer: wish.id });
          words.end();
        });
      } else if (!session.take(wish)) words.end();
    },
    end,
  };
}

/** All boards, and who has them. */
export function offersOf({ boards, folder }: Pick<ServeOptions, 'boards' | 'folder'>): Offer[] {
  return boards.map(({ access, name }) => {
    const { holder, reason, state } = stateOf(folder, name);
    return {
      name,
      power: access.power !== undefined,
      prepare: access.prepare !== undefined,
      state,
      more: reason ?? holder,
    };
  });
}
