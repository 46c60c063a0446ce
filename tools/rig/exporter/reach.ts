/** The runner's end of an exporter: the boards that it offers, and one of them in hand as if it stood here. */
import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import { Failure, oneLine } from '../../cli/failure.js';
import type { Answered } from '../farm/benchBoard.js';
import { ownName } from '../farm/reservation.js';
import { Held } from './held.js';
import { talk } from './talk.js';
import { type ExporterWord, exporterWord, type Offer, proofOf } from './words.js';

export interface ExporterPlace {
  host: string;
  port: number;
  token: string;
  /** Milliseconds of silence after which either end counts as gone. */
  leaseMs?: number;
}

/** The answer of an exporter to one who wants a board. */
export type Answer = Answered<{ held: Held }>;

const LEASE_MS = 60_000;
/** Milliseconds for the first answers. */
const ANSWER_MS = 20_000;

const failed = ({ host, port }: ExporterPlace, why: string) =>
  new Failure('exporter', `The exporter ${host}:${port} ${oneLine(why, 300)}.`);

/** All its boards. @throws Failure `exporter` */
export async function boardsAt(place: ExporterPlace): Promise<Offer[]> {
  return begin(place, { list: true }, said => ('boards' in said ? said.boards : undefined));
}

/** Asks for a board. @throws Failure `exporter` */
export async function takeAt(place: ExporterPlace, name: string): Promise<Answer> {
  return begin<Answer>(place, { take: name, holder: ownName() }, (said, held) => {
    if ('taken' in said) {
      held.begin(said.taken);
      return { is: 'ours', held };
    }
    if ('held' in said) return { is: 'held', holder: said.held };
    return 'left' in said ? { is: 'left alone', reason: said.left } : undefined;
  });
}

/** Connects, proves that it knows the token, and gives the first answer; what comes later is the board's. */
function begin<T>(
  place: ExporterPlace,
  wish: object,
  answerOf: (said: ExporterWord, held: Held) => T | undefined,
): Promise<T> {
  const { host, leaseMs = LEASE_MS, port, token } = place;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port });
    let isAnswered = false;
    const late = setTimeout(() => end('does not answer in time'), ANSWER_MS);
    const end = (why: string) => {
      clearTimeout(late);
      held.end(failed(place, why));
      reject(failed(place, why));
      words.end();
    };
    const onSaid = (said: unknown) => {
      const parsed = v.safeParse(exporterWord, said);
      if (!parsed.success) return end('speaks another language: compare the versions of the tools');
      const word = parsed.output;
      if (isAnswered) return held.take(word);
      if ('challenge' in word) return words.send({ ...wish, proof: proofOf(token, word.challenge) });
      if ('refused' in word) return end(`says that ${word.refused}`);
      const answer = answerOf(word, held);
      if (answer === undefined) return end('answers what was not asked');
      isAnswered = true;
      clearTimeout(late);
      resolve(answer);
    };
    const words = talk({ socket, leaseMs, onSaid, onEnd: end });
    const held = new Held(words, () => socket.localAddress);
  });
}
