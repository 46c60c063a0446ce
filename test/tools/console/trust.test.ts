/** What provisioning tells a board to trust: from flags, the fleet's keys and a beacon node. */
import test from 'ava';
import type { Contracts } from '../../../contracts/client/index.js';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { checkConfiguration } from '../../../firmware/trust/configuration.js';
import { startBeacon } from '../../../host-sim/beacon/beacon.js';
import { startChain } from '../../../host-sim/chain/chain.js';
import { mineUntilFinal } from '../../../host-sim/node/chain/time.js';
import { type TrustFlags, trustFrom } from '../../../tools/console/trust.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

const FLEET = `0x${'f1'.repeat(20)}` as const;
const KEYS = [`0x${'01'.repeat(20)}`, `0x${'02'.repeat(20)}`] as const;
const flags: TrustFlags = {
  profile: 'development',
  endpoints: ['http://rpc'],
  provers: [],
  maximumSleep: 86_400,
  maximumAge: 3600,
  standIn: false,
};
const contracts = (keys?: { threshold: number; keys: readonly string[] }) =>
  ({ chain: { chainId: 31337 }, fleet: { checkpointKeys: async () => keys } }) as unknown as Contracts;
const made = (given: Partial<TrustFlags>, keys?: Parameters<typeof contracts>[0]) =>
  trustFrom({ ...flags, ...given }, contracts(keys), FLEET, () => {});

test('without a prover a board goes by its endpoints alone; production then asks for what it cannot have', async t => {
  const plain = await made({});
  t.is(checkConfiguration(plain).verdict, 'accepted');
  t.is(plain.policies.firmware.level, 1);
  t.is(checkConfiguration(await made({ profile: 'production' })).verdict, 'rejected');
});

test('with a prover and keys of the fleet, production goes by checkpoint and endpoints', async t => {
  const both = await made({ profile: 'production', provers: ['http://p'] }, { threshold: 2, keys: KEYS });
  t.is(checkConfiguration(both).verdict, 'accepted');
  t.is(both.policies.firmware.level, 3);
  t.is(both.policies.command.level, 1);
  t.deepEqual(both.checkpoints?.keys.map(toHex), [...KEYS]);
});

test('flags that lack their other half are refused in words', async t => {
  await t.throwsAsync(made({ beacon: 'http://b' }), { message: /--beacon needs --prover/ });
  await t.throwsAsync(made({ checkpoint: `0x${'aa'.repeat(32)}` }), {
    message: /--checkpoint needs --beacon/,
  });
});

testWithChain(
  'a beacon node says what chain it is and where to begin; everything then goes by L4',
  async t => {
    const chain = await startChain();
    try {
      await mineUntilFinal(chain.url, 3);
      const beacon = await startBeacon({ chain, committeeSize: 32 });
      try {
        const given = { beacon: beacon.url, provers: ['http://p'], profile: 'production' as const };
        const configuration = await made(given, { threshold: 1, keys: KEYS });
        t.is(checkConfiguration(configuration).verdict, 'accepted');
        t.deepEqual(encodeChain(configuration.light!.chain), encodeChain(beacon.chain));
        t.is(toHex(configuration.light!.checkpointRoot), toHex((await beacon.checkpoint()).root));
        t.deepEqual(
          Object.values(configuration.policies).map(({ level }) => level),
          [4, 4, 4],
        );
        const checkpoint = `0x${'ab'.repeat(32)}` as const;
        t.is(toHex((await made({ ...given, checkpoint })).light!.checkpointRoot), checkpoint);
        t.true(
          (await made({ ...given, standIn: true }, { threshold: 1, keys: KEYS })).policies.command.standIn,
        );
      } finally {
        await beacon.close();
      }
    } finally {
      await chain.close();
    }
  },
);
