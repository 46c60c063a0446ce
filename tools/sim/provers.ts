/** The provers of a simulated world, with the code of the tools, before its beacon chain and its chain. */
import type { Bls } from '../../firmware/port/bls.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import { serveHttp } from '../../host-sim/world/http.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { Prover } from '../prover/answers.js';
import { createProver } from '../prover/prover.js';
import { answerPath } from '../prover/routes.js';
import type { Answer, Fetch } from '../prover/upstream.js';
import type { CheckpointSigners } from './checkpointSigners.js';

const [BEACON_NODE, EXECUTION_NODE] = ['http://beacon', 'http://execution'];

export interface ProverWorld {
  time: VirtualTime;
  network: VirtualNetwork;
  chain: VirtualChain;
  beacon: VirtualBeacon;
  bls: Bls;
  crypto?: Crypto;
  tell(actor: string, what: string): void;
}

/** Gives what is said in place of the honest answer to a path; undefined is a 404. */
export type ProverMood = (
  path: string,
  honest: Uint8Array | undefined,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** A whole answer. A Response, whose body is a stream, costs more than most of what is asked here. */
const answerOf = (
  bytes: Uint8Array,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  ...{ ok: status >= 200 && status < 300, status },
  headers: { get: name => headers[name] ?? null },
  body: {
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
    cancel: () => Promise.resolve(),
  },
});

/** The way to both nodes, which takes no time. */
const wayTo =
  (beacon: VirtualBeacon, chain: VirtualChain): Fetch =>
  async (url, { body, headers }) => {
    if (!url.startsWith(BEACON_NODE)) return answerOf(Buffer.from(await chain.post(`${body}`)));
    const { accept } = headers as Record<string, string>;
    const answer = await beacon.answer(url.slice(BEACON_NODE.length), accept);
    return answerOf(Buffer.from(answer.body), answer.status, answer.headers);
  };

/** One prover, which all of its names share. */
export function openProver({
  beacon,
  bls,
  chain,
  crypto,
  tell,
  time,
}: Omit<ProverWorld, 'network'>): Promise<Prover> {
  return createProver({
    ...{ beacons: [BEACON_NODE], rpcs: [EXECUTION_NODE], bls, clock: time.clock(), chain: beacon.chain },
    ...(crypto && { crypto }),
    fetch: wayTo(beacon, chain),
    onEvent: ({ code, kind, message }) => tell('prover', [kind, code, message].filter(Boolean).join(' ')),
  });
}

/**
 * Answers at `name`, `host:port`, as that mood has it, and for the signers of checkpoints; time stands still meanwhile.
 *
 * @param prover undefined where it has nothing but what those signed
 */
export function serveProver(
  prover: Promise<Prover | undefined>,
  name: string,
  { network, signers, time }: Pick<ProverWorld, 'network' | 'time'> & { signers?: CheckpointSigners },
  mood: () => ProverMood | undefined = () => undefined,
): void {
  serveHttp(network, name, async ({ method, path }, reply) => {
    if (method !== 'GET') return void reply.close();
    const honest = await time
      .hold(
        signers?.answers(path)
          ? signers.answer(path)
          : prover.then(opened => opened && answerPath(opened, path)),
      )
      .catch(() => 'failed' as const);
    const lie = mood();
    const told = honest === 'failed' || !lie ? honest : await time.hold(Promise.resolve(lie(path, honest)));
    const status = told === 'failed' ? 503 : told ? 200 : 404;
    const body = told === 'failed' || told === undefined ? new Uint8Array(0) : told;
    reply.head(status, { 'content-type': 'application/octet-stream', 'content-length': body.length });
    reply.send(body);
  });
}
