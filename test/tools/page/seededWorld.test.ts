import type { FaultyPlace, PageEvent } from '../../../host-sim/page/protocol.js';
import { SeededWorld } from '../../../tools/page/seededWorld.js';
import { FAULTS } from '../../../tools/sim/faultNames.js';
import { Hand } from '../../../tools/sim/hand.js';
import { simulate } from '../../../tools/sim/simulation.js';
import { parseTouch, touchText } from '../../../tools/sim/touch.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

const placeNamed = (world: SeededWorld, wanted: string): FaultyPlace =>
  world
    .known()
    .flatMap(event => (event.kind === 'world' ? event.world.places : []))
    .find(({ name }) => name === wanted)!;

/** As in a page that steps once, leaps, and lets time run. */
testWithChain(
  'a world that is stepped, touched by hand, leaps and runs in a page has the log of its seed and its touches, to the byte',
  async t => {
    const options = {
      ...{
        seed: 3,
        boards: 1,
        hours: 0.15,
        faults: FAULTS.filter(name => name === 'cut' || name === 'forge'),
      },
      ...{
        orderPauseMs: 60_000,
        signal: new AbortController().signal,
        replay: () => 'holdfast sim --seed 0x3',
      },
    };
    const hand = new Hand();
    const world = new SeededWorld({ ...options, hand });
    const moves: string[] = [];
    let stands: () => void = () => {};
    world.follow(event => {
      if (event.kind !== 'clock' || event.clock.moves === moves.at(-1)) return;
      moves.push(event.clock.moves);
      if (event.clock.moves === 'stands') stands();
    });
    const standing = () => new Promise<void>(resolve => (stands = resolve));
    const running = world.run();
    for (const act of [{ act: 'time', move: 'step' } as const, { act: 'skip', seconds: 400 } as const]) {
      const stood = standing();
      t.true((await world.act(act)).ok);
      await stood;
    }
    t.false((await world.act({ act: 'command', words: ['fleet', 'pause'] })).ok);
    t.false((await world.act({ act: 'fault', place: 'endpoint-1', fault: 'no such fault' })).ok);
    t.false(
      (await world.act({ act: 'fault', place: 'endpoint-2', fault: 'nonsense' })).ok,
      'a quorum would lie',
    );
    // not while a board has no Device yet; from then on a touch is made where time stands
    const limited = { act: 'fault', place: 'every-endpoint', fault: '503' } as const;
    const { name: fault } = placeNamed(world, 'every-endpoint').faults.find(({ name }) =>
      name.includes('503'),
    )!;
    const lost = { act: 'fault', place: 'board-1', fault: 'out of reach', count: 5 } as const;
    t.true((await world.act({ ...limited, fault })).ok);
    t.is(placeNamed(world, 'every-endpoint').fault, fault);
    t.true((await world.act(lost)).ok);
    const stood = standing();
    await world.act({ act: 'skip', seconds: 30 });
    await stood;
    t.true((await world.act({ act: 'fault', place: 'every-endpoint' })).ok);
    await world.act({ act: 'time', move: 'run', speed: 'most' });
    const result = await running;
    t.deepEqual(moves, ['steps', 'stands', 'leaps', 'stands', 'leaps', 'stands', 'runs', 'over']);
    t.regex((await world.act(lost)).says, /ended/);
    t.deepEqual(
      hand.made.map(({ fault, place }) => `${place} ${fault}`),
      ['every-endpoint unavailable', 'board-1 lost', 'every-endpoint well'],
    );
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
    // the seed alone is another world; seed and touches, as its command line has them, are this one
    const again = hand.made.map(touch => parseTouch(touchText(touch))!);
    t.deepEqual(again, hand.made);
    t.is((await simulate({ ...options, hand: new Hand(again) })).logHash, result.logHash);
    t.not((await simulate(options)).logHash, result.logHash);
    t.deepEqual(
      of('attempt').map(({ attempt: { name, state } }) => `${name}: ${state}`),
      [`every-endpoint: ${fault}: caught`, 'board-1: out of reach: caught'],
    );
  },
);
