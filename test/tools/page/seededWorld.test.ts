import type { PageEvent } from '../../../host-sim/page/protocol.js';
import { SeededWorld } from '../../../tools/page/seededWorld.js';
import { FAULTS } from '../../../tools/sim/faultNames.js';
import { simulate } from '../../../tools/sim/simulation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

/** As in a page that steps once, leaps, and lets time run. */
testWithChain(
  'a world that is stepped, leaps and runs in a page has the log of its seed, to the byte',
  async t => {
    const options = {
      ...{
        seed: 3,
        boards: 1,
        hours: 0.1,
        faults: FAULTS.filter(name => name === 'cut' || name === 'forge'),
      },
      ...{ orderPauseMs: 60_000, signal: new AbortController().signal, replay: 'holdfast sim --seed 0x3' },
    };
    const world = new SeededWorld(options);
    const moves: string[] = [];
    let stands: () => void = () => {};
    world.follow(event => {
      if (event.kind !== 'clock' || event.clock.moves === moves.at(-1)) return;
      moves.push(event.clock.moves);
      if (event.clock.moves === 'stands') stands();
    });
    const standing = () => new Promise<void>(resolve => (stands = resolve));
    const running = world.run();
    for (const act of [{ act: 'time', move: 'step' } as const, { act: 'skip', seconds: 300 } as const]) {
      const stood = standing();
      t.true((await world.act(act)).ok);
      await stood;
    }
    t.false((await world.act({ act: 'command', words: ['fleet', 'pause'] })).ok);
    await world.act({ act: 'time', move: 'run', speed: 'most' });
    const result = await running;
    t.deepEqual(moves, ['steps', 'stands', 'leaps', 'stands', 'runs', 'over']);
    const known = world.known();
    const of = <K extends PageEvent['kind']>(kind: K) =>
      known.filter((event): event is Extract<PageEvent, { kind: K }> => event.kind === kind);
    t.is(of('clock').at(-1)?.clock.ended?.logHash, result.logHash);
    t.true(
      of('decision').some(({ decision }) => decision.verdict === 'accepted' && decision.trail.length > 3),
    );
    t.is(of('board').at(-1)?.board.sequence, result.links);
    // any moment of it is seen again, and then the present
    const told: PageEvent[] = [];
    world.follow(event => told.push(event));
    const sequence = () =>
      world
        .known()
        .flatMap(event => (event.kind === 'board' ? [event.board.sequence] : []))
        .at(-1);
    t.true((await world.act({ act: 'time', move: 'see', atMs: 0 })).ok);
    t.is(sequence() ?? 0, 0);
    await world.act({ act: 'time', move: 'see', atMs: 1_000_000_000 });
    t.is(sequence(), result.links);
    t.is(told[0].kind, 'anew');
    await world.act({ act: 'time', move: 'present' });
    t.deepEqual(world.known(), known);
    t.is((await simulate(options)).logHash, result.logHash);
  },
);
