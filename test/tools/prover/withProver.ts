/**
 * A prover in its world: a simulated beacon chain, nodes that may lie, and a clock that stands still. No node is late,
 * and nothing is stale, unless a test moves the clock, however busy the machine is.
 */
import type { BeaconOptions } from '../../../host-sim/beacon/beacon.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { type RunningProver, type StartProverOptions, startProver } from '../../../tools/prover/start.js';
import type { ProverEvent } from '../../../tools/prover/watch.js';
import { get } from '../../host-sim/beacon/walk.js';
import { type Stage, withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { type LyingNode, startLyingNode } from './lyingNode.js';

export interface ProverStage extends Stage {
  prover: RunningProver;
  clock: HandClock;
  /** The events that the operator was told. */
  events: ProverEvent[];
  /** Of `events`, those that blame a node or say that one does not answer. */
  complaints(): ProverEvent[];
  metrics(): Promise<string>;
}

export interface ProverWorld {
  beacon?: Omit<BeaconOptions, 'chain'>;
  /**
   * Which nodes the prover asks, the honest ones if left out, and how it is started. `stand` puts a node before
   * another that passes on what that answers; it is closed with the world.
   */
  prover?(
    stage: Stage,
    stand: (...node: Parameters<typeof startLyingNode>) => Promise<LyingNode>,
  ): Promise<Partial<StartProverOptions>>;
}

/** Each question has a look of its own at the nodes (`freshnessMs` 0), unless `prover` says otherwise. */
export const withProver = (
  { beacon: options = {}, prover: startedWith }: ProverWorld,
  run: (stage: ProverStage) => Promise<void>,
): Promise<void> =>
  withBeacon(options, async stage => {
    const clock = new HandClock();
    const events: ProverEvent[] = [];
    const nodes: LyingNode[] = [];
    let prover: RunningProver | undefined;
    try {
      const given = await startedWith?.(stage, async (...node) => {
        nodes.push(await startLyingNode(...node));
        return nodes[nodes.length - 1];
      });
      prover = await startProver({
        beacons: [stage.beacon.url],
        rpcs: [stage.chain.url],
        freshnessMs: 0,
        clock,
        onEvent: event => events.push(event),
        ...given,
      });
      const { url } = prover;
      await run({
        ...stage,
        prover,
        clock,
        events,
        complaints: () => events.filter(({ kind }) => kind !== 'info'),
        metrics: async () => Buffer.from(await get(url, '/metrics')).toString(),
      });
    } finally {
      await prover?.close();
      for (const node of nodes) await node.close();
    }
  });
