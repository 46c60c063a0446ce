import test from 'ava';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { type ProverProxy, proverProxy } from '../../../host-sim/attack/proverProxy.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { beaconChain, LightClient, mappingSlot, NotProven } from '../../../tools/verify/index.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { type ProverStage, type ProverWorld, withProver } from '../prover/withProver.js';

const address = `0x${'5a'.repeat(20)}`;
const word = (number: number): `0x${string}` => `0x${number.toString(16).padStart(64, '0')}`;

interface World extends ProverStage {
  proxy: ProverProxy;
  /** Options of a client; the clock is the chain's. */
  options: Omit<Parameters<typeof LightClient.begin>[0], 'root'>;
  root: string;
}

/** A chain on which slot 7 of `address` is 42 in a final block. */
const withWorld = (run: (world: World) => Promise<void>, beacon: ProverWorld['beacon'] = {}): Promise<void> =>
  withProver({ beacon: { epochsPerPeriod: 16, ...beacon } }, async stage => {
    const { beacon, chain, prover } = stage;
    await call(chain.url, 'anvil_setStorageAt', [address, word(7), word(42)]);
    await call(chain.url, 'anvil_setBalance', [address, '0x1']);
    await mine(chain.url, 24);
    const proxy = await proverProxy({ upstream: prover.url });
    const latest = (await call(chain.url, 'eth_getBlockByNumber', ['latest', false])) as {
      timestamp: string;
    };
    try {
      const { root } = await beacon.checkpoint();
      const options = {
        chain: beacon.chain,
        provers: [proxy.url],
        timeout: 200_000,
        now: () => Number(latest.timestamp),
      };
      await run({ ...stage, proxy, options, root: toHex(root) });
    } finally {
      await proxy.close();
    }
  });

const refusalOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    reason => reason,
  );
  return error instanceof NotProven ? `${error.verdict} ${error.code}` : error;
};

testWithChain('from a root to a slot, as the chain itself has it; absent slots are zero', t =>
  withWorld(async ({ chain, options, root }) => {
    const client = await LightClient.begin({ ...options, root });
    const block = await client.follow();
    const final = (await call(chain.url, 'eth_getBlockByNumber', ['finalized', false])) as {
      hash: `0x${string}`;
    };
    t.is(block.hash, final.hash);
    const proven = await client.slot(address, 7);
    t.is(proven.value, word(42));
    t.deepEqual(proven.block, block);
    t.is((await client.slot(address, word(8))).value, word(0));
    t.is(await refusalOf(client.slot(address, 7, word(1))), 'rejected code_mismatch');
    t.is((await client.slot(address, 7, proven.codeHash)).value, word(42));
  }),
);

testWithChain('a third of a committee absent: their keys are asked for in pieces, and none is believed', t =>
  withWorld(
    async ({ options, prover, proxy, root }) => {
      const asked: string[] = [];
      proxy.setMutation((path, body) => {
        if (path.includes('absent')) asked.push(path);
        return body;
      });
      const client = await LightClient.begin({ ...options, root });
      t.truthy(await client.follow());
      t.is(asked.length, 4);
      for (const [told, refusal] of [
        [(body: Uint8Array) => body.map((byte, i) => (i === 40 ? byte ^ 1 : byte)), 'rejected proof_invalid'],
        [(body: Uint8Array) => body.slice(48), 'rejected proof_invalid'],
        [() => new Uint8Array(4000), 'undetermined unreachable'],
        [() => undefined, 'undetermined unreachable'],
      ] as const) {
        proxy.setMutation((path, body) => (path.includes('absent') ? told(body) : body));
        const late = { ...options, now: () => options.now!() + 3600, root };
        t.is(await refusalOf((await LightClient.begin(late)).follow()), refusal);
        const both = await LightClient.begin({ ...options, provers: [proxy.url, prover.url], root });
        t.truthy(await both.follow(), 'the twin: another prover is honest');
      }
    },
    { committeeSize: 256, absent: 85 },
  ),
);

testWithChain('a kept state goes on across a committee; what is no state is refused', t =>
  withWorld(async ({ beacon, chain, options, root }) => {
    const client = await LightClient.begin({ ...options, root });
    await client.follow();
    await beacon.nextPeriod();
    const latest = (await call(chain.url, 'eth_getBlockByNumber', ['latest', false])) as {
      timestamp: string;
    };
    const later = { ...options, now: () => Number(latest.timestamp) };
    const resumed = LightClient.resume({ ...later, state: client.state });
    t.true((await resumed.follow()).number > client.block.number);
    t.is((await resumed.slot(address, 7)).value, word(42));
    t.true(resumed.state.length <= 256);
    t.throws(() => LightClient.resume({ ...later, state: client.state.slice(1) }), { instanceOf: NotProven });
  }),
);

testWithChain(
  'a prover that lies is rejected, and the next one asked; one that is silent is undetermined',
  t =>
    withWorld(async ({ options, prover, proxy, root }) => {
      const changed = (kind: string) =>
        proxy.setMutation((path, body) => {
          if (path.includes(kind)) body[body.length - 40] ^= 1;
          return body;
        });
      changed('bootstrap');
      t.is(await refusalOf(LightClient.begin({ ...options, root })), 'rejected proof_invalid');
      proxy.setMutation(undefined);
      const client = await LightClient.begin({ ...options, root });
      await client.follow();
      changed('witness');
      t.regex(`${await refusalOf(client.slot(address, 7))}`, /^rejected /);
      proxy.setMutation(() => new Uint8Array(200_000));
      t.is(await refusalOf(client.slot(address, 7)), 'undetermined unreachable');
      const both = await LightClient.begin({ ...options, provers: [proxy.url, prover.url], root });
      await both.follow();
      t.is((await both.slot(address, 7)).value, word(42));
    }),
);

testWithChain('old finality proves nothing new, and an old root nothing at all', t =>
  withWorld(async ({ options, root }) => {
    const at = (seconds: number) => ({ ...options, now: () => options.now!() + seconds, root });
    t.is(await refusalOf((await LightClient.begin(at(7200))).follow()), 'undetermined stale');
    t.is(
      await refusalOf((await LightClient.begin({ ...at(8 * 86_400), maximumAge: 1e9 })).follow()),
      'undetermined stale',
    );
    t.truthy(await (await LightClient.begin({ ...at(7200), maximumAge: 9000 })).follow());
  }),
);

testWithChain('pages of any origin may ask a prover, refusals included, and read none of its figures', t =>
  withProver({}, async ({ prover }) => {
    const allowed = async (path: string) =>
      (await fetch(prover.url + path)).headers.get('access-control-allow-origin');
    t.is(await allowed('/light/v1/finality'), '*');
    t.is(await allowed('/light/v1/nothing'), '*');
    t.is(await allowed('/metrics'), null);
  }),
);

test('chains by name and by their data; slots of mappings as Solidity lays them out', t => {
  const mainnet = beaconChain('mainnet');
  t.deepEqual(beaconChain(toHex(encodeChain(mainnet))), mainnet);
  t.throws(() => beaconChain('testnet'), { instanceOf: TypeError });
  t.throws(() => beaconChain('0x1234'), { instanceOf: TypeError });
  // keccak256(abi.encode(address(1), uint256(0)))
  const slot = '0xada5013122d395ba3c54772283fb069b10426056ef8ca54750cb9bb552a59e7d';
  t.is(mappingSlot(0, `0x${'00'.repeat(19)}01`), slot);
});
