/** All levels over a real chain: anvil, a beacon chain around it, a prover over HTTP, checkpoints that operators sign. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { ascending, type Hex } from '../../../contracts/client/index.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { ChainReader } from '../../../firmware/trust/chainReader.js';
import type { PurposePolicy, TrustConfiguration } from '../../../firmware/trust/configuration.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Purpose } from '../../../firmware/trust/level.js';
import { type KeptRecord, type OpenedTrust, openProvers, openTrust } from '../../../firmware/trust/open.js';
import type { Prover } from '../../../firmware/trust/prover.js';
import { type ProverProxy, proverProxy } from '../../../host-sim/attack/proverProxy.js';
import { type Beacon, startBeacon } from '../../../host-sim/beacon/beacon.js';
import { loadBls } from '../../../host-sim/node/bls/load.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { newCheckpoint, withSignatures, writeCheckpoint } from '../../../tools/checkpoint/sign.js';
import { toSigningKey } from '../../../tools/keys/signingKeys.js';
import { startProver } from '../../../tools/prover/start.js';
import { word } from '../../fakes/bytes.js';
import { Organisation } from '../../fakes/organisation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { crypto, secret } from './signers.js';

const AGE = 3600;
const at = (level: PurposePolicy['level'], fields: Partial<PurposePolicy> = {}) => ({
  level,
  maximumAge: AGE,
  ...fields,
});
const signerOf = (n: number) => toHex(crypto.addressOf(secret(n))!) as Hex;

class Setting {
  readonly store = new Map<string, Uint8Array>();
  readonly log: string[] = [];
  clock = new HandClock();
  floors = new Floors({ clock: this.clock });
  trust!: OpenedTrust;
  /** Of the last head. */
  number = 0;
  #challenge = 0xc1;

  private constructor(
    readonly organisation: Organisation,
    readonly beacon: Beacon,
    readonly proxy: ProverProxy,
    readonly directory: string,
    readonly configuration: TrustConfiguration,
    readonly closing: (() => unknown)[],
  ) {}

  static async found(epochsPerPeriod: number): Promise<Setting> {
    const organisation = await Organisation.found();
    const closing: (() => unknown)[] = [() => organisation.close()];
    const { chain, fleet } = organisation;
    const owner = await organisation.as('owner');
    const keys = ascending([signerOf(1), signerOf(2), signerOf(3)]);
    const authority = { signers: await organisation.signers('signerA', 'signerB') };
    await owner.fleet.setCheckpointKeys(fleet, { threshold: 2, keys }, authority);
    await organisation.finalise();
    const beacon = await startBeacon({ chain, committeeSize: 32, epochsPerPeriod });
    closing.push(() => beacon.close());
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-checkpoints-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    const prover = await startProver({
      beacons: [beacon.url],
      rpcs: [chain.url],
      freshnessMs: 0,
      checkpoints: directory,
    });
    closing.push(() => prover.close());
    const proxy = await proverProxy({ upstream: prover.url });
    closing.push(() => proxy.close());
    const configuration: TrustConfiguration = {
      profile: 'production',
      chainId: chain.chainId,
      quorum: 1,
      endpoints: [chain.url],
      policies: { command: at(4, { standIn: true }), firmware: at(4), lifecycle: at(3) },
      provers: [proxy.url],
      light: {
        // As it is now: a fork that comes later is none that the board knows.
        chain: { ...beacon.chain, forks: [...beacon.chain.forks] },
        checkpointRoot: (await beacon.checkpoint()).root,
        maximumSleep: 604_800,
      },
      checkpoints: { fleet: fromHex(fleet, 20)!, threshold: 2, keys: keys.map(key => fromHex(key, 20)!) },
    };
    const setting = new Setting(organisation, beacon, proxy, directory, configuration, closing);
    await setting.boot();
    return setting;
  }

  get challenge(): Uint8Array {
    return word(this.#challenge);
  }

  async boot(): Promise<void> {
    this.trust?.close();
    this.#challenge++;
    this.clock = new HandClock();
    this.floors = new Floors({ clock: this.clock });
    const { configuration, organisation } = this;
    const endpoints = [organisation.endpoint()];
    const noBroker: Prover = {
      name: 'broker',
      lastResort: true,
      ask: async () => ({ verdict: 'undetermined', cause: 'unreachable', evidence: 'none' }),
      close() {},
    };
    const provers = openProvers(
      { clock: organisationClock, network: nodeNetwork() },
      configuration,
      noBroker,
    );
    const reader = new ChainReader({ crypto, provers, endpoints, onBadWitness: () => {} });
    this.trust = openTrust({
      bls: await loadBls(),
      challenge: this.challenge,
      clock: organisationClock,
      configuration,
      crypto,
      device: organisation.deviceBytes,
      endpoints,
      floors: this.floors,
      provers,
      reader,
      finality: this.kept('finality'),
      checkpointKeys: this.kept('checkpointKeys'),
      log: line => this.log.push(line),
      onBadAnswer: (_, code, evidence) => this.log.push(`${code}: ${evidence}`),
    });
  }

  private kept(name: string): KeptRecord {
    return {
      load: () => this.store.get(name),
      save: record => void (record ? this.store.set(name, record) : this.store.delete(name)),
    };
  }

  async head(purpose: Purpose): Promise<string> {
    const head = await this.trust.levels.for(purpose).head('finalized');
    if (head.verdict === 'undetermined') return head.cause;
    this.number = head.value.number;
    const known = (await call(this.organisation.chain.url, 'eth_getBlockByNumber', [
      `0x${head.value.number.toString(16)}`,
      false,
    ])) as { hash: string };
    return known.hash === toHex(head.value.hash) ? `L${head.value.level}` : 'a block that is none';
  }

  /** Two operators sign what their node calls final. */
  async sign(...challenges: Uint8Array[]): Promise<void> {
    const { chain, fleet } = this.organisation;
    const file = await newCheckpoint(
      chain.url,
      fleet,
      challenges.map(challenge => toHex(challenge) as Hex),
    );
    const keys = [1, 3].map(n => toSigningKey(toHex(secret(n)), `key ${n}`));
    await writeCheckpoint(join(this.directory, 'newest.checkpoint.json'), await withSignatures(file, keys));
    // A prover looks into its directory now and then.
    for (let served = -1; served !== file.number; ) {
      await setTimeout(100);
      const answer = await this.trust.checkpoints?.head();
      if (answer?.verdict === 'accepted' && (challenges.length === 0 || answer.value.fresh))
        served = answer.value.number;
    }
  }

  async close(): Promise<void> {
    this.trust.close();
    for (const close of this.closing.reverse()) await close();
  }
}

const organisationClock = {
  monotonic: () => Math.floor(performance.now()),
  after: (milliseconds: number, callback: () => void) => {
    const timer = globalThis.setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

const withSetting =
  (run: (t: ExecutionContext, setting: Setting) => Promise<void>, epochsPerPeriod = 64) =>
  async (t: ExecutionContext) => {
    const setting = await Setting.found(epochsPerPeriod);
    try {
      await run(t, setting);
    } finally {
      await setting.close();
    }
  };

testWithChain(
  'every level names the chain’s own block; a board follows over periods and restarts',
  withSetting(async (t, setting) => {
    t.is(await setting.head('command'), 'L4');
    t.is(await setting.head('lifecycle'), 'L4', 'without a checkpoint the stronger level speaks');
    await setting.sign();
    t.is(await setting.head('lifecycle'), 'L3');
    t.false(setting.floors.nowProven(3));
    await setting.sign(word(1), setting.challenge, word(2));
    t.is(await setting.head('lifecycle'), 'L3');
    t.true(setting.floors.nowProven(3), 'one signature answers many boards');
    for (let i = 0; i < 3; i++) {
      await setting.beacon.nextPeriod();
      if (i === 1) await setting.boot();
      t.is(await setting.head('command'), 'L4');
    }
  }),
);

testWithChain(
  'low participation, an equivocation and what settles it',
  withSetting(async (t, setting) => {
    t.is(await setting.head('command'), 'L4');
    setting.beacon.participate(21);
    await mine(setting.organisation.chain.url, 20);
    const before = setting.number;
    t.is(await setting.head('command'), 'L4');
    t.is(setting.number, before, 'it stays where it was');
    setting.beacon.participate(22);
    t.is(await setting.head('command'), 'L4');
    t.true(setting.number > before, 'two thirds are enough');
    const { update } = await setting.beacon.equivocate();
    t.is(await setting.head('command'), 'L4');
    setting.proxy.setMutation((path, body) => (path.endsWith('/finality') ? update : body));
    t.is(await setting.head('command'), 'level', 'the committee signed two blocks of one height');
    setting.proxy.setMutation(undefined);
    t.is(await setting.head('firmware'), 'level', 'until L3 speaks');
    await setting.boot();
    t.is(setting.trust.light?.standing, 'suspended');
    await setting.sign();
    t.is(await setting.head('command'), 'L4');
  }),
);

testWithChain(
  'an unknown fork: firmware alone goes by checkpoint and endpoints',
  withSetting(async (t, setting) => {
    t.is(await setting.head('firmware'), 'L4');
    await setting.beacon.fork('fulu');
    t.is(await setting.head('command'), 'unknown_fork');
    t.is(await setting.head('firmware'), 'unknown_fork');
    await setting.sign();
    t.is(await setting.head('command'), 'unknown_fork');
    t.is(await setting.head('firmware'), 'L3');
    t.is(setting.trust.levels.policy('firmware').level, 3);
  }),
);

testWithChain(
  'finality stalls: L4 waits, L3 stands in for the purpose that allows it, until it goes on',
  withSetting(async (t, setting) => {
    t.is(await setting.head('command'), 'L4');
    await setting.beacon.stall(true);
    await mine(setting.organisation.chain.url, 70, 60);
    await setting.sign();
    t.is(await setting.head('command'), 'L3');
    t.is(await setting.head('firmware'), 'stale');
    t.regex(setting.log.join(), /L3 stands in for L4 \(stale\): command/);
    await setting.beacon.stall(false);
    await mine(setting.organisation.chain.url, 70, 1);
    t.is(await setting.head('command'), 'L4');
    t.regex(setting.log.join(), /L4 speaks again: command/);
    // A period is longer than the stall: nobody hands over to the next while nothing is final.
  }, 4096),
);
