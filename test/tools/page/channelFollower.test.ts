import test from 'ava';
import type { Contracts, EventFacts, Hex } from '../../../contracts/client/index.js';
import { ChannelFollower } from '../../../tools/page/channelFollower.js';

const channel: Hex = `0x${'0c'.repeat(20)}`;
const hash = (name: string): Hex => `0x${Buffer.from(name).toString('hex').padEnd(64, '0')}`;

/** A chain in the hand of a test: the hash of a block is made of its branch and number. */
function chainOf() {
  const asked: string[] = [];
  const branch = new Map<number, string>();
  let events: EventFacts[] = [];
  const state = { newest: 0, floor: 0, rollout: 1000, paused: false, halted: false };
  const hashAt = (number: number) => hash(`${branch.get(number) ?? 'a'}${number}`);
  const contracts = {
    chain: {
      client: { getBlock: async (of: { blockNumber: bigint }) => ({ hash: hashAt(Number(of.blockNumber)) }) },
    },
    channel: {
      history: async (_: Hex, { from, to }: { from: number; to: number }) => {
        asked.push(`${from} to ${to}`);
        return events.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to);
      },
      read: async () => {
        asked.push('state');
        return { ...state };
      },
    },
  } as unknown as Contracts;
  return {
    ...{ asked, branch, contracts, state },
    block: (number: number) => ({ number, hash: hashAt(number), parentHash: hashAt(number - 1) }),
    happen: (name: string, version: number, blockNumber: number) => {
      const values = { version, imageSha256: hash('image'), size: 9, manifestHash: hash('manifest') };
      events = [...events, { address: channel, name, values, blockNumber } as unknown as EventFacts];
    },
    forget: (from: number) => {
      events = events.filter(({ blockNumber }) => blockNumber < from);
    },
  };
}

test('of each block only its own events are read, and the state only where there are some', async t => {
  const chain = chainOf();
  const follower = new ChannelFollower(chain.contracts, channel);
  chain.happen('Published', 1, 3);
  chain.state.newest = 1;
  t.like((await follower.at(chain.block(5))).channel, {
    newest: 1,
    releases: [{ version: 1, withdrawn: false }],
  });
  t.deepEqual(await follower.at(chain.block(6)), { from: 6, channel: undefined });
  chain.happen('Published', 2, 9);
  chain.happen('Withdrawn', 1, 9);
  const { channel: seen } = await follower.at(chain.block(9));
  t.deepEqual(
    seen?.releases.map(({ version, withdrawn }) => [version, withdrawn]),
    [
      [1, true],
      [2, false],
    ],
  );
  t.deepEqual(chain.asked, ['0 to 5', 'state', '6 to 6', '7 to 9', 'state']);
});

test('after a reorganisation, one block deep or more, all is read anew: what was undone is gone', async t => {
  for (const [first, depth] of [
    [8, 1],
    [12, 4],
  ]) {
    const chain = chainOf();
    const follower = new ChannelFollower(chain.contracts, channel);
    chain.happen('Published', 1, 8);
    t.like(await follower.at(chain.block(8)), { channel: { releases: [{ version: 1 }] } });
    chain.forget(8);
    for (let number = first - depth + 1; number <= first; number++) chain.branch.set(number, 'b');
    for (let number = 8; number <= first; number++) chain.branch.set(number, 'b');
    t.like(await follower.at(chain.block(first)), { from: 0, channel: { releases: [] } });
    t.is(chain.asked.at(-2), `0 to ${first}`);
  }
});
