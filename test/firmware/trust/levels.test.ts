/** The levels behind one face: who lies at which level can make a board believe what, and what stands in for what. */
import test from 'ava';
import fc from 'fast-check';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../../../firmware/bytes/verdict.js';
import { CheckpointTrust } from '../../../firmware/trust/checkpointTrust.js';
import type { PurposePolicy } from '../../../firmware/trust/configuration.js';
import type { Attested } from '../../../firmware/trust/finality.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Level, Purpose, TrustedBlock, TrustedHead } from '../../../firmware/trust/level.js';
import { Levels } from '../../../firmware/trust/levels.js';
import { QuorumTrust } from '../../../firmware/trust/quorum.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word } from '../../fakes/bytes.js';
import { holdsAsync } from '../../fakes/holds.js';
import { runs } from '../../fakes/runs.js';
import { hashAt, ModelEndpoint } from './endpoint.js';
import {
  CHAIN_ID,
  CheckpointProver,
  crypto,
  DEVICE,
  FLEET,
  keySet,
  type ModelState,
  SignedChain,
} from './signers.js';

const CHALLENGE = word(0xc1);
const SET = keySet(1, 1, 2);
const STATE: ModelState = { fleet: FLEET, fleetEpoch: 0, keys: SET };
const timeOf = (number: number) => 1_800_000_000 + number * 12;
const AGE = 3600;

class Setting {
  readonly clock = new HandClock();
  readonly floors = new Floors({ clock: this.clock });
  readonly endpoints = [new ModelEndpoint('one'), new ModelEndpoint('two')];
  readonly chain = new SignedChain();
  readonly prover = new CheckpointProver();
  readonly standIns: string[] = [];
  readonly levels: Levels;
  light: {
    known: { hash: Uint8Array; number: number } | undefined;
    attested: Attested | undefined;
    standing: 'good' | 'suspended' | 'unconfirmed' | 'nothing';
    settled: number;
    settle(): Promise<void>;
    head(): Promise<Verdict<TrustedHead, never, TrustCause>>;
  };

  constructor(
    policies: Partial<Record<Purpose, PurposePolicy>>,
    without: 'light' | 'checkpoints' | 'nothing' = 'nothing',
  ) {
    const weak = { level: 1 as const, maximumAge: AGE };
    this.light = {
      known: undefined,
      attested: undefined,
      standing: 'nothing',
      settled: 0,
      settle: async () => {
        this.light.settled++;
        if (this.light.standing !== 'suspended') return;
        this.light.standing = 'good';
        this.finality(36);
      },
      head: async () => undetermined('unreachable', 'nobody'),
    };
    this.levels = new Levels({
      floors: this.floors,
      policies: { command: weak, firmware: weak, lifecycle: weak, ...policies },
      quorum: new QuorumTrust({ endpoints: this.endpoints, quorum: 2, chainId: CHAIN_ID, clock: this.clock }),
      ...(without !== 'light' && { light: this.light }),
      ...(without !== 'checkpoints' && {
        checkpoints: new CheckpointTrust({
          crypto,
          chainId: CHAIN_ID,
          device: DEVICE,
          configuration: { fleet: FLEET, ...SET },
          challenge: CHALLENGE,
          provers: [this.prover],
          reader: this.chain,
          load: () => undefined,
          save: () => {},
          onBadAnswer: () => {},
        }),
      }),
      onStandIn: (purpose, cause) => this.standIns.push(`${purpose} ${cause ?? 'over'}`),
    });
  }

  /** The word of the sync committee. */
  finality(number: number, branch = 0): this {
    const hash = fromHex(hashAt(number, branch), 32)!;
    const head: TrustedHead = {
      hash,
      number,
      timestamp: timeOf(number),
      level: 4,
      finalized: true,
      basis: 'committee',
    };
    this.light.known = { hash, number };
    this.light.attested = { time: timeOf(number) + 192, finalizedTime: timeOf(number) };
    this.light.standing = 'good';
    this.light.head = async () => accepted(head);
    return this;
  }

  checkpoint(number: number, branch = 0, challenge = word(0)): this {
    this.prover.sign(this.chain.block(number, STATE, branch), [1], { challenge });
    return this;
  }

  quorum(branch: number): this {
    for (const endpoint of this.endpoints) endpoint.branch = branch;
    return this;
  }

  async head(purpose: Purpose = 'command'): Promise<string> {
    const head = await this.levels.for(purpose).head('finalized');
    if (head.verdict === 'undetermined') return head.cause;
    return `L${head.value.level} ${head.value.number}${branchOf(head.value) === 0 ? '' : ' forged'}`;
  }
}

const branchOf = (block: TrustedBlock): number => block.hash[0];
const at = (level: Level, fields: Partial<PurposePolicy> = {}) => ({ level, maximumAge: AGE, ...fields });

test('each purpose goes by its least level, in any mix', async t => {
  const setting = new Setting({ command: at(1), firmware: at(3), lifecycle: at(4) })
    .checkpoint(30)
    .finality(34);
  t.is(await setting.head('command'), 'L1 36');
  t.is(await setting.head('firmware'), 'L3 30');
  t.is(await setting.head('lifecycle'), 'L4 34');
  t.is(await new Setting({ command: at(2) }).checkpoint(31).head(), 'L2 31');
});

test('where the least level cannot speak a stronger one does, never a weaker', async t => {
  const setting = new Setting({ command: at(2), firmware: at(3), lifecycle: at(4) });
  t.is(await setting.head('command'), 'unsupported');
  setting.finality(34);
  t.is(await setting.head('command'), 'L4 34');
  t.is(await setting.head('firmware'), 'L4 34');
  setting.light.head = async () => undetermined('unreachable', 'nobody');
  setting.checkpoint(30);
  t.is(await setting.head('lifecycle'), 'unreachable');
  for (const endpoint of setting.endpoints) endpoint.chainId = '0x1';
  t.is(await setting.head('firmware'), 'no_quorum', 'not by checkpoint alone');
});

test('L3 is one hash by both: two hashes, or a block that is not final for the endpoints, are none', async t => {
  const setting = new Setting({ command: at(3) }, 'light').checkpoint(30);
  t.is(await setting.head(), 'L3 30');
  setting.checkpoint(30, 1);
  t.is(await setting.head(), 'no_quorum');
  setting.checkpoint(37);
  t.is(await setting.head(), 'no_quorum', 'endpoints call 36 final');
  setting.checkpoint(36);
  t.is(await setting.head(), 'L3 36');
});

test('a checkpoint over the challenge proves now, at L2 by itself and at L3 with the endpoints', async t => {
  const setting = new Setting({ command: at(2) }, 'light').checkpoint(30);
  await setting.head();
  t.false(setting.floors.nowProven(2));
  setting.checkpoint(30, 0, CHALLENGE);
  await setting.head();
  t.true(setting.floors.nowProven(2));
  t.false(setting.floors.nowProven(3));
  const both = new Setting({ command: at(3) }, 'light').checkpoint(30, 0, CHALLENGE);
  await both.head();
  t.true(both.floors.nowProven(3));
  t.false(both.floors.nowProven(4));
});

test('endpoints that contradict what the sync committee signed are not believed, whatever the purpose', async t => {
  const setting = new Setting({ command: at(1) }, 'checkpoints').finality(34).quorum(7);
  t.is(await setting.head(), 'L4 34', 'the stronger level replaces it');
  setting.quorum(0);
  t.is(await setting.head(), 'L1 36');
  setting.finality(40);
  t.is(await setting.head(), 'L1 36', 'what cannot be compared is let be');
});

test('when finality stalls L4 waits, and L3 stands in where the policy says so, for no other purpose', async t => {
  const setting = new Setting({ command: at(4, { standIn: true }), firmware: at(4), lifecycle: at(4) });
  setting.checkpoint(36).finality(34);
  t.is(await setting.head('command'), 'L4 34');
  t.is(setting.levels.policy('command').level, 4);
  setting.light.attested = { time: timeOf(34) + AGE + 1, finalizedTime: timeOf(34) };
  t.is(await setting.head('command'), 'L3 36');
  const inForce = setting.levels.policy('command');
  t.is(inForce.level, 3);
  t.is(await setting.head('firmware'), 'stale');
  t.is(await setting.head('lifecycle'), 'stale');
  t.is(setting.levels.policy('firmware').level, 4);
  setting.finality(400);
  t.is(await setting.head('command'), 'L4 400');
  t.is(inForce.level, 4);
  t.deepEqual(setting.standIns, ['command stale', 'command over']);
});

test('an old message that is repeated is no stall, however the clock of the board goes on; an attested slot is one', async t => {
  const setting = new Setting({ command: at(4, { standIn: true }) }).checkpoint(36).finality(34);
  t.is(await setting.head(), 'L4 34');
  // The prover repeats what it said, and the board counts an age and more.
  setting.clock.advance((AGE + 600) * 1000);
  t.is(await setting.head(), 'stale');
  t.deepEqual(setting.standIns, []);
  // A message of now in whose state block 34 is still the final one.
  setting.light.attested = { time: timeOf(34) + AGE + 700, finalizedTime: timeOf(34) };
  t.is(await setting.head(), 'L3 36');
  // The same message, an age later, says nothing of now.
  setting.clock.advance((AGE + 200) * 1000);
  t.is(await setting.head(), 'stale');
  // Old, but with a block that was final in time.
  setting.light.attested = { time: timeOf(34) + 2 * AGE + 1000, finalizedTime: timeOf(34) + 2 * AGE };
  t.is(await setting.head(), 'stale');
});

test('a prover that is silent is no stall: nothing stands in', async t => {
  const setting = new Setting({ command: at(4, { standIn: true }) }).checkpoint(36);
  t.is(await setting.head(), 'unreachable');
  setting.light.head = async () => undetermined('no_quorum', 'too few');
  t.is(await setting.head(), 'no_quorum');
});

test('a committee that nobody can follow any more leaves the purposes of L3 as they are, lifecycle too: by it a newer root is ordered', async t => {
  const setting = new Setting({ command: at(4, { standIn: true }), firmware: at(4), lifecycle: at(3) });
  setting.checkpoint(36).finality(34);
  t.is(await setting.head('command'), 'L4 34');
  setting.light.head = async () => undetermined('unreachable', 'prover 1 lacks a period');
  t.is(await setting.head('lifecycle'), 'L3 36');
  t.is(await setting.head('command'), 'unreachable');
  t.is(await setting.head('firmware'), 'unreachable');
});

test('on an unknown fork firmware alone goes by L3', async t => {
  const setting = new Setting({
    command: at(4, { standIn: true }),
    firmware: at(4),
    lifecycle: at(4, { standIn: true }),
  });
  setting.checkpoint(36);
  setting.light.head = async () => undetermined('unknown_fork', 'signed under 9.9.9.9');
  t.is(await setting.head('firmware'), 'L3 36');
  t.is(await setting.head('command'), 'unknown_fork');
  t.is(await setting.head('lifecycle'), 'unknown_fork');
  const alone = new Setting({ firmware: at(4) }, 'checkpoints');
  alone.light.head = setting.light.head;
  t.is(await alone.head('firmware'), 'unknown_fork', 'without checkpoints nobody may');
});

test('a suspended L4 waits for L3, which settles it', async t => {
  const setting = new Setting({ command: at(4) });
  setting.light.standing = 'suspended';
  setting.light.head = async () => undetermined('level', 'suspended');
  t.is(await setting.head(), 'level');
  setting.checkpoint(30);
  t.is(await setting.head(), 'L4 36');
  t.is(setting.light.settled, 1);
});

test('the newest block is the quorum’s, of level 1 and not final, whatever the purpose; silence is no answer', async t => {
  const setting = new Setting({ command: at(4) }).finality(34);
  const newest = await setting.levels.for('command').head('latest');
  t.like(newest, { value: { level: 1, finalized: false, number: 100 } });
  for (const endpoint of setting.endpoints) endpoint.failure = undetermined('unreachable', 'off');
  t.is((await setting.levels.for('command').head('latest')).verdict, 'undetermined');
});

type Liar = 'endpoints' | 'operators' | 'committee';
const liars: readonly Liar[] = ['endpoints', 'operators', 'committee'];
const needed: Record<Level, readonly Liar[]> = {
  1: ['endpoints'],
  2: ['operators'],
  3: ['endpoints', 'operators'],
  4: ['committee'],
};

test('whoever lies, a forged block is believed only if those lied who must collude at its level, which is the least or above', async t => {
  const numRuns = runs(400);
  const seen = { forged: 0, genuine: 0, nothing: 0 };
  await holdsAsync(
    t,
    fc.asyncProperty(
      fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<Level>,
      fc.subarray([...liars]),
      fc.subarray(['light', 'checkpoints'] as const),
      fc.record({
        quorum: fc.nat(60),
        light: fc.nat(60),
        checkpoint: fc.nat(60),
        stall: fc.boolean(),
        standIn: fc.boolean(),
      }),
      async (level, lying, present, { checkpoint, light, quorum, stall, standIn }) => {
        const setting = new Setting({ command: at(level, { standIn }) });
        const branch = (who: Liar) => (lying.includes(who) ? 1 : 0);
        setting.quorum(branch('endpoints'));
        for (const endpoint of setting.endpoints) endpoint.finalized = quorum + 1;
        if (present.includes('light')) setting.finality(light + 1, branch('committee'));
        if (stall)
          setting.light.attested = { time: timeOf(light + 1) + AGE + 1, finalizedTime: timeOf(light + 1) };
        if (present.includes('checkpoints')) setting.checkpoint(checkpoint + 1, branch('operators'));
        const head = await setting.levels.for('command').head('finalized');
        if (head.verdict === 'undetermined') {
          seen.nothing++;
          t.false(lying.length === 0 && level === 1, 'with everybody honest L1 speaks');
          return;
        }
        const { value } = head;
        const stoodIn = level === 4 && value.level === 3;
        t.true(value.level >= level || (stoodIn && stall && standIn));
        if (branchOf(value) === 0) {
          seen.genuine++;
          return;
        }
        seen.forged++;
        for (const who of needed[value.level]) t.true(lying.includes(who), `${who} at L${value.level}`);
      },
    ),
    { numRuns },
  );
  const enough = seen.forged > numRuns / 100 && seen.genuine > numRuns / 8 && seen.nothing > numRuns / 20;
  t.true(enough, JSON.stringify(seen));
  t.log(JSON.stringify(seen));
});
