/** Lasting faults of a real world, by the API of its page: what they hold up goes on when they end, and they outlast an attack. */
import type { Attack, Attempt, FaultyPlace } from '../../../host-sim/page/protocol.js';
import { envelopeSchemes } from '../../../tools/demo/envelopeAttacks.js';
import { byOwnerAlone, byVendorAlone, imageSchemes } from '../../../tools/demo/imageAttacks.js';
import { proverLies } from '../../../tools/demo/proverAttacks.js';
import { witnessLies } from '../../../tools/demo/witnessAttacks.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { document, enterTemporaryDirectory, inProcess } from '../support.js';
import { apiOf } from './api.js';

testWithChain(
  'an order waits while every endpoint fails or the network is lost, and runs when that ends; an attack ends no fault; a release is published; each attack that only the page has is caught as it said',
  async t => {
    t.timeout(600_000);
    const cwd = enterTemporaryDirectory(t);
    const world = start(['start', '--json'], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"page"');
    const { act, event } = apiOf(/"page":"([^"]+)"/.exec(world.said())![1]);
    const places = () =>
      event<readonly FaultyPlace[]>(each => (each.kind === 'world' ? each.world.places : undefined));
    const faultAt = async (name: string) => (await places()).find(place => place.name === name)?.fault;
    const order = async (on: boolean) => {
      const ran = await inProcess(['command', 'relay.set', `{"on":${on}}`, '--wait', '300s', '--json']);
      return document(t, ran).receipt?.outcome;
    };

    t.deepEqual(
      (await places()).map(({ name }) => name),
      [
        ...['everywhere', 'every endpoint', 'endpoint 1', 'endpoint 2', 'the prover', 'the image server'],
        ...['the broker', 'the chain', 'the parts of the board'],
        ...['the line to the broker', 'the network of the board'],
      ],
    );
    t.false((await act({ act: 'fault', place: 'endpoint 1', fault: 'no such fault' })).ok);
    t.false((await act({ act: 'fault', place: 'endpoint 3' })).ok);

    // one endpoint of two: no quorum; then well again
    const limited = 'limited: 429 to every question';
    t.true((await act({ act: 'fault', place: 'endpoint 1', fault: limited })).ok);
    const waiting = order(true);
    const isHeld = await event(each =>
      each.kind === 'decision' && each.decision.about === 'command' && each.decision.verdict !== 'accepted'
        ? each.decision.verdict
        : undefined,
    );
    t.is(isHeld, 'undetermined');
    t.is(await faultAt('endpoint 1'), limited);
    // an attack begins with everybody honest, and ends no fault
    const attack = await act({ act: 'attack', name: 'nonsense: 300 random bytes' });
    t.true(attack.ok, attack.says);
    t.is(await faultAt('endpoint 1'), limited);
    t.true((await act({ act: 'fault', place: 'endpoint 1' })).ok);
    t.is(await faultAt('endpoint 1'), undefined);
    t.is(await waiting, 'done');

    // one version more is built here, published for nobody, and seen in the channel
    const published = await act({ act: 'publish', rollout: 0 });
    t.regex(published.says, /^holdfast release publish \S+image --manifest \S+manifest --rollout 0$/);
    await event(
      each =>
        (each.kind === 'channel' && each.channel.newest === 2 && each.channel.rollout === 0) || undefined,
    );

    // the whole network: the broker says that the board is gone, and nothing is lost
    t.true((await act({ act: 'fault', place: 'the network of the board', fault: 'lost' })).ok);
    await event(each => (each.kind === 'board' && each.board.presence === 'offline') || undefined);
    const later = order(false);
    t.true((await act({ act: 'fault', place: 'the network of the board' })).ok);
    t.is(await later, 'done');

    // every fault of every place begins and ends; one that this world lacks does neither
    for (const { faults, name: place } of await places())
      for (const { count, lacks, name: fault } of faults) {
        t.is((await act({ act: 'fault', place, fault })).ok, lacks === undefined, `${place}: ${fault}`);
        t.is(await faultAt(place), lacks === undefined ? fault : undefined);
        if (count) t.false((await act({ act: 'fault', place, fault, count: count.most + 1 })).ok);
        t.true((await act({ act: 'fault', place })).ok);
      }

    // attacks: the demonstration tries the others, with the same schemes
    const inDemo = [...envelopeSchemes, ...witnessLies, ...proverLies, ...imageSchemes];
    const demonstrated = [...inDemo.map(({ name }) => name), 'two endpoints that disagree'];
    const isDemonstrated = ({ name }: Attack): boolean =>
      demonstrated.includes(name) || [byVendorAlone, byOwnerAlone].some(each => name.endsWith(each.name));
    const attacks = await event<readonly Attack[]>(each =>
      each.kind === 'world' && each.world.attacks.length > 0 ? each.world.attacks : undefined,
    );
    for (const { code, expected, lacks, name } of attacks.filter(each => !isDemonstrated(each))) {
      const { says } = await act({ act: 'attack', name });
      if (lacks !== undefined) {
        t.is(says, lacks, name);
        continue;
      }
      const { said } = await event<Attempt>(each =>
        each.kind === 'attempt' && each.attempt.name === name && each.attempt.said.length === 2
          ? each.attempt
          : undefined,
      );
      t.is(says, 'caught', `${name}: ${JSON.stringify(said)}`);
      t.like(said, [{ verdict: expected, code }, { verdict: 'accepted' }], name);
    }
  },
);
