/** Lasting faults of a real world, by the API of its page: what they hold up goes on when they end, and they outlast an attack. */
import type { ActOutcome, FaultyPlace, PageEvent } from '../../../host-sim/page/protocol.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { document, enterTemporaryDirectory, inProcess } from '../support.js';

/** The API of a page, as a program uses it. */
function apiOf(address: string) {
  const { hash, origin } = new URL(address);
  const headers = { authorization: `Bearer ${hash.slice(1)}`, 'content-type': 'application/json' };
  return {
    async act(act: object): Promise<ActOutcome> {
      const answer = await fetch(`${origin}/api/act`, { method: 'POST', headers, body: JSON.stringify(act) });
      return (await answer.json()) as ActOutcome;
    },
    /** The first event that satisfies `wanted`, among those known and those that come. */
    async event<T>(wanted: (event: PageEvent) => T | undefined): Promise<T> {
      const ending = new AbortController();
      const answer = await fetch(`${origin}/api/events`, { headers, signal: ending.signal });
      let rest = '';
      for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const found = wanted(JSON.parse(line) as PageEvent);
          if (found === undefined) continue;
          ending.abort();
          return found;
        }
      }
      throw new Error('the events ended');
    },
  };
}

testWithChain(
  'an order waits while every endpoint fails or the network is lost, and runs when that ends; an attack ends no fault; a release is published',
  async t => {
    t.timeout(600_000);
    const cwd = enterTemporaryDirectory(t);
    const world = start(['start', '--level', '1', '--json'], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"page"');
    const { act, event } = apiOf(/"page":"([^"]+)"/.exec(world.said())![1]);
    const places = () =>
      event<readonly FaultyPlace[]>(each => (each.kind === 'world' ? each.world.places : undefined));
    const order = async (on: boolean) => {
      const ran = await inProcess(['command', 'relay.set', `{"on":${on}}`, '--wait', '300s', '--json']);
      return document(t, ran).receipt?.outcome;
    };

    t.deepEqual(
      (await places()).map(({ name }) => name),
      ['endpoint 1', 'endpoint 2', 'the image server', 'the line to the broker', 'the network of the board'],
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
    t.is((await places())[0].fault, limited);
    // an attack begins with everybody honest, and ends no fault
    const attack = await act({ act: 'attack', name: 'random bytes' });
    t.true(attack.ok, attack.says);
    t.is((await places())[0].fault, limited);
    t.true((await act({ act: 'fault', place: 'endpoint 1' })).ok);
    t.is((await places())[0].fault, undefined);
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
  },
);
