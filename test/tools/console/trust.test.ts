/** The trust that provisioning tells a board: from flags, the fleet's keys and a beacon node. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chainConfigToJson } from '@lodestar/config';
import { sepoliaChainConfig } from '@lodestar/config/networks';
import test from 'ava';
import type { Contracts } from '../../../contracts/client/index.js';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { checkConfiguration } from '../../../firmware/trust/configuration.js';
import { startBeacon } from '../../../host-sim/beacon/beacon.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { mineUntilFinal } from '../../../host-sim/node/chain/time.js';
import { type TrustFlags, trustFrom } from '../../../tools/console/trust.js';
import { knownNetworks } from '../../../tools/prover/networks.js';
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
const contracts = (keys?: { threshold: number; keys: readonly string[] }, chainId = 31337) =>
  ({ chain: { chainId }, fleet: { checkpointKeys: async () => keys } }) as unknown as Contracts;
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

test('a telemetry key is part of the trust, checked by what boards check', async t => {
  const telemetryKey = `0x02${'5a'.repeat(32)}` as const;
  const configuration = await made({ telemetryKey });
  t.is(toHex(configuration.telemetryKey!), telemetryKey);
  t.is(checkConfiguration(configuration).verdict, 'accepted');
  t.is((await made({})).telemetryKey, undefined);
  const wrong = { ...configuration, telemetryKey: new Uint8Array(33) };
  t.is(checkConfiguration(wrong).verdict, 'rejected');
});

testWithChain('without endpoints it is told what the board then lacks, and only level 4 is left', async t => {
  const chain = await startChain();
  const beacon = await startBeacon({ chain: { url: chain.url } });
  try {
    await mineUntilFinal(chain.url, 1);
    const notes: string[] = [];
    const given = { ...flags, endpoints: [], beacon: beacon.url };
    const known = contracts({ threshold: 2, keys: KEYS }, chain.chainId);
    const configuration = await trustFrom(given, known, FLEET, line => notes.push(line));
    t.is(checkConfiguration(configuration).verdict, 'accepted');
    t.like(configuration, { quorum: 0, endpoints: [], policies: { command: { level: 4 } } });
    t.is(configuration.checkpoints?.threshold, 2, 'checkpoints come through the prover at the broker');
    t.regex(notes.join(' '), /no endpoints, so it has no level 1 and no level 3/);
  } finally {
    await beacon.close();
    await chain.close();
  }
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
        const notes: string[] = [];
        const configuration = await trustFrom(
          { ...flags, ...given },
          contracts({ threshold: 1, keys: KEYS }),
          FLEET,
          line => notes.push(line),
        );
        t.regex(notes[0], /not mainnet, Sepolia or Hoodi/);
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

/** A beacon node that says of itself what the test wants: Sepolia's genesis, and a specification. */
async function withNode(spec: Record<string, string>, run: (url: string) => Promise<void>): Promise<void> {
  const { chain } = knownNetworks().find(({ name }) => name === 'Sepolia')!;
  const answers: Record<string, unknown> = {
    '/eth/v1/beacon/genesis': {
      genesis_time: `${chain.genesisTime}`,
      genesis_validators_root: toHex(chain.genesisValidatorsRoot),
    },
    '/eth/v1/config/spec': { ...chainConfigToJson(sepoliaChainConfig), ...PRESET, ...spec },
    '/eth/v1/beacon/blocks/finalized/root': { root: `0x${'cd'.repeat(32)}` },
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: answers[request.url ?? ''] }));
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise(closed => server.close(closed));
  }
}

const PRESET = { SLOTS_PER_EPOCH: '32', EPOCHS_PER_SYNC_COMMITTEE_PERIOD: '256', SYNC_COMMITTEE_SIZE: '512' };
const SEPOLIA = { GLOAS_FORK_EPOCH: '353024' };

async function toldOf(spec: Record<string, string>, chainId: number): Promise<string> {
  const notes: string[] = [];
  await withNode(spec, async url => {
    const given = { ...flags, beacon: url, provers: ['http://p'] };
    await trustFrom(given, contracts(undefined, chainId), FLEET, line => notes.push(line));
  });
  return notes.join('\n');
}

test("whoever provisions is told which network the beacon node's chain is", async t => {
  t.regex(await toldOf(SEPOLIA, 11_155_111), /Its beacon chain is Sepolia's, with every fork/);
  const further = { ...SEPOLIA, HEZE_FORK_EPOCH: '400000', HEZE_FORK_VERSION: '0x90000077' };
  t.regex(await toldOf(further, 11_155_111), /Sepolia.*a fork in epoch 400000.*compare/is);
});

test("a node that has a known network's genesis and another schedule, or another chain id, configures no board", async t => {
  const code = 'wrong_chain';
  await t.throwsAsync(toldOf({ ...SEPOLIA, FULU_FORK_EPOCH: '272639' }, 11_155_111), { code });
  await t.throwsAsync(toldOf({}, 11_155_111), { code, message: /epoch 353024 is missing/ });
  await t.throwsAsync(toldOf(SEPOLIA, 1), {
    code,
    message: /Sepolia, chain id 11155111, but the project's chain id is 1\./,
  });
});
