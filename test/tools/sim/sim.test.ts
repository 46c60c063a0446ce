import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { Checkers } from '../../../host-sim/world/checkers.js';
import type { ReceiptFact } from '../../../host-sim/world/receiptRules.js';
import { FAULTS, type FaultName } from '../../../tools/sim/faultNames.js';
import type { SimOptions } from '../../../tools/sim/run.js';
import { simulate } from '../../../tools/sim/simulation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

/** Faults that restart no realm within a call: that leaves a promise which nobody handles, and ava would count it. */
const BETWEEN_EVENTS = ['power', 'cut', 'partition', 'slow', 'pause', 'forge', 'endpoints'] as const;

const world = (options: Partial<SimOptions>) =>
  simulate({
    ...{ seed: 1, boards: 1, hours: 0.2, faults: BETWEEN_EVENTS, signal: new AbortController().signal },
    ...options,
  });

testWithChain('one seed replays the world, its log byte by byte; another one does not', async t => {
  const lines: string[][] = [[], []];
  const runs = [];
  for (const kept of lines)
    runs.push(await world({ boards: 2, orderPauseMs: 60_000, onLine: line => kept.push(line) }));
  t.deepEqual(lines[1], lines[0]);
  t.is(runs[1].logHash, runs[0].logHash);
  t.deepEqual(runs[0].findings, []);
  t.true(runs[0].links > 2);
  t.is(runs[0].receipts, runs[0].links);
  const other = await world({ boards: 2, orderPauseMs: 60_000, seed: 2 });
  t.not(other.logHash, runs[0].logHash);
  t.true(other.ok);
});

testWithChain('a world runs the same with native crypto and without', async t => {
  const native = await world({ hours: 0.3, orderPauseMs: 60_000 });
  const portable = await world({ hours: 0.3, orderPauseMs: 60_000, portable: true });
  t.is(portable.logHash, native.logHash);
  t.true(native.links > 2);
});

testWithChain(
  'a world at level 4 runs the same with native BLS and without, through a change of committees',
  async t => {
    const lines: string[] = [];
    const faults = ['beacon'] as const;
    const options = { faults, hours: 0.25, orderPauseMs: 240_000 };
    const native = await world({ ...options, onLine: line => lines.push(line) });
    const portable = await world({ ...options, portable: true });
    t.is(portable.logHash, native.logHash);
    t.deepEqual(native.findings, []);
    t.true(native.links > 1);
    t.true(lines.some(line => line.includes('L4 catches up: period')));
    t.true(lines.some(line => /→ block \d+: \S+ \(L4, sync committee/.test(line)));
  },
);

testWithChain(
  'finality stalls, few sign, a prover lies, forks begin, the committee contradicts itself or signs under an unknown fork: what boards do, they do by final blocks',
  async t => {
    const { faults, findings, receipts, verdicts } = await world({
      ...{ seed: 2, hours: 0.4, faults: ['beacon', 'finality', 'endpoints', 'fork', 'checkpoints'] },
    });
    t.deepEqual(findings, []);
    t.true(faults.finality > 0 && faults.endpoints > 0 && receipts > 0);
    t.is(faults.fork, 2);
    t.true(faults.checkpoints > 0 && verdicts.unknown_fork > 0 && verdicts.equivocation > 0);
    t.true(verdicts.no_quorum > 0);
  },
);

testWithChain('the chain takes back what ran, loses it or has it again: boards say so', async t => {
  const lines: string[] = [];
  const { faults, findings, receipts } = await world({
    ...{ seed: 3, boards: 2, hours: 0.5, faults: ['reorg'], onLine: line => lines.push(line) },
  });
  t.deepEqual(findings, []);
  t.true(faults.reorg > 0 && receipts > 0);
  t.true(lines.some(line => / receipts \d+ reorged /.test(line)));
});

testWithChain(
  'while blocks are full of others’ transactions orders get in late, and each is receipted all the same',
  async t => {
    const lines: string[] = [];
    const { blocks, faults, findings, links, receipts } = await world({
      ...{ hours: 0.25, faults: ['full'], orderPauseMs: 60_000, onLine: line => lines.push(line) },
    });
    t.deepEqual(findings, []);
    t.true(faults.full > 1 && links > 2);
    t.is(receipts, links);
    let emptyBlocks = 0;
    for (const [at, line] of lines.entries()) {
      const full = Number(/ is full for (\d+) blocks/.exec(line)?.[1] ?? 0);
      // The first has what was sent before.
      const next = lines.slice(at).filter(each => / chain block /.test(each));
      for (const each of next.slice(1, full)) {
        t.regex(each, /, 0 transactions$/);
        emptyBlocks++;
      }
    }
    t.true(emptyBlocks > 2 && emptyBlocks < blocks);
  },
);

testWithChain(
  'lines garble what boards and operators read: nothing comes of it but what was linked, and that comes',
  async t => {
    const { faults, findings, links, receipts } = await world({
      ...{ hours: 0.25, faults: ['garble'], orderPauseMs: 60_000 },
    });
    t.deepEqual(findings, []);
    t.true(faults.garble > 1 && links > 2);
    t.is(receipts, links);
  },
);

testWithChain('a newer epoch before the first link of a board is entered like another', async t => {
  const { faults, findings, links } = await world({
    seed: 10,
    faults: ['pause', 'endpoints', 'epoch'],
    hours: 0.3,
  });
  t.deepEqual(findings, []);
  t.true(faults.epoch > 0 && links > 0);
});

testWithChain('boards are sold and obey their new owner, each after the order that sets trust', async t => {
  const { faults, findings, links, verdicts } = await world({ hours: 0.4, faults: ['transfer'] });
  t.deepEqual(findings, []);
  t.true(faults.transfer > 0 && links > 0);
  t.true(verdicts.void > 0, 'the new owner’s fleet ordered before it');
  t.true(verdicts.trial > 0, 'a trust that leads nowhere was tried in vain');
});

testWithChain(
  'a quorum that conspires shows a time that has not come: nothing expires by it, and boards say so',
  async t => {
    const { faults, findings, links, receipts, verdicts } = await world({ hours: 0.2, faults: ['collude'] });
    t.deepEqual(findings, []);
    t.true(faults.collude > 0 && links > 0);
    t.is(receipts, links);
    t.true(verdicts.floor_lowered > 0);
  },
);

testWithChain(
  'boards that go by checkpoints follow their keys from set to set, asleep or not, and believe no fewer than must sign',
  async t => {
    const lines: string[] = [];
    const { faults, findings, links, receipts } = await world({
      ...{ hours: 0.3, faults: ['signers', 'keys'], onLine: line => lines.push(line) },
    });
    t.deepEqual(findings, []);
    t.true(faults.signers > 0 && faults.keys > 0 && links > 0);
    t.is(receipts, links);
    t.true(lines.some(line => line.includes('(L2, checkpoint, 2 of 2 keys, finalized)')));
    t.true(lines.some(line => /L2, checkpoint, \d of [345] keys, finalized/.test(line)));
    t.true(lines.some(line => /witness .*rejected|checkpoint.*rejected|not signed by/.test(line)));
  },
);

testWithChain(
  'the command tells the same hash from a process of its own, and the faults that it was given',
  async t => {
    const sim = async (...flags: string[]) => {
      const program = join(repositoryRoot, 'tools/holdfast.mjs');
      const words = ['sim', '--boards', '1', '--hours', '0.3', '--json', ...flags];
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...words]);
      return JSON.parse(stdout);
    };
    const result = await sim('--faults', 'power');
    t.true(result.ok);
    t.true(result.faults.power > 0);
    for (const fault of FAULTS) t.is(result.faults[fault] > 0, fault === 'power', fault);
    const here = await world({ hours: 0.3, faults: ['power'] });
    t.is(result.logHash, here.logHash);
  },
);

/** A world in a process of its own, where a realm may restart within a call; its log is what it says. */
async function simProcess(seed: string, hours: string, faults: readonly FaultName[]) {
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const words = ['sim', '--seed', seed, '--boards', '1', '--hours', hours, '--json', '--verbose'];
  const flags = faults.flatMap(fault => ['--faults', fault]);
  const run = await promisify(execFile)(process.execPath, [program, ...words, ...flags], {
    maxBuffer: 2 ** 26,
  });
  return { result: JSON.parse(run.stdout), log: run.stderr };
}

testWithChain(
  'a board whose journal is lost to a flipped bit runs nothing twice, and is heard in its epoch',
  async t => {
    const { log, result } = await simProcess('0x21', '0.5', ['rot', 'epoch', 'update']);
    t.deepEqual(result.findings, []);
    t.true(result.faults.rot > 0 && result.faults.epoch > 0 && result.receipts > 0);
    t.true(log.includes('the journal was begun anew'));
  },
);

testWithChain(
  'releases come out while servers lie and power fails, and every board runs the last of them',
  async t => {
    const sim = () => simProcess('5', '0.2', ['power', 'flash', 'update', 'images']);
    const [first, second] = [await sim(), await sim()];
    t.true(first.result.ok);
    t.true(first.result.faults.update > 1);
    t.regex(first.log, / starts version [2-9]\d* from slot [AB], pending/);
    t.is(second.log, first.log);
    t.is(second.result.logHash, first.result.logHash);
  },
);

for (const [mutant, rule] of [
  ['twice', 'twice'],
  ['unlinked', 'unlinked'],
] as const) {
  testWithChain(`an app that errs is found: ${mutant}`, async t => {
    const { findings } = await world({ mutant, faults: [] });
    t.is(findings[0]?.rule, rule);
  });
}

testWithChain('a flash that forgets at a power cut is found', async t => {
  const { findings } = await world({
    mutant: 'forgets',
    hours: 0.5,
    faults: ['power'],
  });
  t.true(['twice', 'contradiction', 'liveness'].includes(findings[0]?.rule), JSON.stringify(findings));
});

/** The block of all links. */
const BLOCK = 7;
const NOW = { nowMs: 0, nowSeconds: 1000, finalNumber: BLOCK };
/** Unix seconds, after the time of all orders. */
const LATER = 3000;
const orderOf = (mark: number) => ({
  ...{ board: 'board', mark, notBefore: 1000, notAfter: 2000, epoch: 0, fleetEpoch: 0 },
  ...{ owner: 'owner', fleet: 'fleet' },
});

/** Three linked envelopes of one board, and their receipts. */
function ledger() {
  const checkers = new Checkers();
  const receipts: ReceiptFact[] = [1, 2, 3].map(counter => ({
    ...{ birth: 0, counter, envelope: `0xe${counter}`, outcome: 'done', hash: `0xr${counter}` },
    previous: counter === 1 ? `0x${'00'.repeat(32)}` : `0xr${counter - 1}`,
  }));
  for (const { counter, envelope } of receipts) {
    checkers.ordered(envelope, orderOf(counter));
    checkers.linked(envelope, BLOCK);
    t0(checkers.ran('board', counter, NOW));
  }
  return { checkers, receipts };
}

const t0 = (findings: unknown[]) => {
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
};
const rules = (findings: { rule: string }[]) => findings.map(({ rule }) => rule);

test('a whole ledger breaks no rule, told in any order and more than once', t => {
  const { checkers, receipts } = ledger();
  for (const at of [2, 0, 1, 1, 2]) t.deepEqual(checkers.receipted('board', receipts[at], LATER), []);
  t.deepEqual(checkers.end(), []);
});

test('a receipt that is dropped, counted twice, or of another chain is found', t => {
  const dropped = ledger();
  for (const at of [0, 2]) dropped.checkers.receipted('board', dropped.receipts[at], LATER);
  t.deepEqual(rules(dropped.checkers.end()), ['liveness', 'gap']);
  const changes: [number, Partial<ReceiptFact>][] = [
    [1, { counter: 1, hash: '0xx' }],
    [1, { envelope: '0xe1' }],
    [1, { previous: '0xother' }],
    [0, { previous: '0xother' }],
  ];
  for (const [at, change] of changes) {
    const { checkers, receipts } = ledger();
    if (at === 1) checkers.receipted('board', receipts[0], LATER);
    t.deepEqual(
      rules(checkers.receipted('board', { ...receipts[at], ...change }, LATER)),
      ['contradiction'],
      JSON.stringify(change),
    );
  }
});

test('what runs without a link, twice, or against its receipt is found', t => {
  const { checkers, receipts } = ledger();
  t.deepEqual(rules(checkers.ran('board', 1, NOW)), ['twice']);
  t.deepEqual(rules(checkers.ran('board', 9, NOW)), ['unlinked']);
  checkers.ordered('0xe4', orderOf(4));
  t.deepEqual(rules(checkers.ran('board', 4, NOW)), ['unlinked', 'order']);
  t.deepEqual(rules(checkers.receipted('board', { ...receipts[0], envelope: '0xe4', counter: 4 }, LATER)), [
    'unlinked',
  ]);
  for (const receipt of receipts)
    checkers.receipted('board', { ...receipt, ...(receipt.counter === 3 && { outcome: 'expired' }) }, LATER);
  t.deepEqual(rules(checkers.end()), ['unsigned']);
});

test('a board may receipt anew what it lost with its journal, where a bit of it flipped, and nowhere else', t => {
  const anew = { birth: 1500, counter: 1, previous: `0x${'00'.repeat(32)}`, hash: '0xn1' };
  const whole = ledger();
  t.deepEqual(rules(whole.checkers.receipted('board', { ...whole.receipts[0], ...anew }, LATER)), [
    'contradiction',
  ]);
  const { checkers, receipts } = ledger();
  checkers.receipted('board', receipts[2], LATER);
  checkers.mayLose('board');
  t.false(checkers.isQuiet, 'two receipts are missing, and its journal may be the first');
  checkers.born('board', 1500);
  t.true(checkers.isQuiet);
  checkers.ordered('0xe4', { ...orderOf(4), notBefore: 1600 });
  checkers.linked('0xe4', BLOCK, 1500);
  t.true(checkers.isQuiet, 'the journal began at its block');
  checkers.ordered('0xe5', { ...orderOf(5), notBefore: 1600 });
  checkers.linked('0xe5', BLOCK, 1501);
  t.deepEqual(rules(checkers.end()), ['liveness']);
  t.deepEqual(checkers.receipted('board', { ...receipts[0], ...anew, envelope: '0xe5' }, LATER), []);
  t.deepEqual(rules(checkers.ran('board', 3, NOW)), ['twice']);
});

test('what runs in a pause, after its time or out of order is found; just before the limit it is not', t => {
  const fresh = () => {
    const checkers = new Checkers();
    for (const mark of [1, 2, 3]) {
      checkers.ordered(`0xe${mark}`, orderOf(mark));
      checkers.linked(`0xe${mark}`, BLOCK);
    }
    return checkers;
  };
  const late = (nowMs: number) => ({ ...NOW, nowMs });
  const paused = fresh();
  paused.restraints.paused('fleet', 1000);
  t.deepEqual(paused.ran('board', 1, late(241_000)), []);
  t.deepEqual(rules(paused.ran('board', 2, late(241_001))), ['paused']);
  paused.restraints.resumes('fleet');
  t.deepEqual(paused.ran('board', 3, late(900_000)), []);
  const old = fresh();
  t.deepEqual(old.ran('board', 1, { ...NOW, nowSeconds: 2600 }), []);
  t.deepEqual(rules(old.ran('board', 2, { ...NOW, nowSeconds: 2601 })), ['expired']);
  const turned = fresh();
  t.deepEqual(turned.ran('board', 2, NOW), []);
  t.deepEqual(rules(turned.ran('board', 1, NOW)), ['order']);
});

test('what runs before its link is final is found; once it is, it is not', t => {
  const checkers = new Checkers();
  for (const mark of [1, 2]) {
    checkers.ordered(`0xe${mark}`, orderOf(mark));
    checkers.linked(`0xe${mark}`, BLOCK);
  }
  t.deepEqual(checkers.ran('board', 1, NOW), []);
  t.deepEqual(rules(checkers.ran('board', 2, { ...NOW, finalNumber: BLOCK - 1 })), ['unfinal']);
});

test('an order that is expired before its time is found; a second later it is not', t => {
  const { checkers, receipts } = ledger();
  const expired = { ...receipts[0], outcome: 'expired' };
  t.deepEqual(rules(checkers.receipted('board', expired, 2000)), ['premature']);
  t.deepEqual(checkers.receipted('board', receipts[1], 1000), [], 'another outcome may come at any time');
  t.deepEqual(checkers.receipted('board', expired, 2001), []);
});

test('what runs while its board is suspended, or of an older epoch, is found; that of others is not', t => {
  const late = (nowMs: number) => ({ ...NOW, nowMs });
  const fresh = () => {
    const checkers = new Checkers();
    for (const mark of [1, 2, 3, 4]) {
      checkers.ordered(`0xe${mark}`, { ...orderOf(mark), fleetEpoch: mark > 3 ? 1 : 0 });
      checkers.linked(`0xe${mark}`, BLOCK);
    }
    return checkers;
  };
  const suspended = fresh();
  suspended.restraints.suspended('other', 1000);
  t.deepEqual(suspended.ran('board', 1, late(900_000)), []);
  suspended.restraints.suspended('board', 1_000_000);
  t.deepEqual(suspended.ran('board', 2, late(1_240_000)), []);
  t.deepEqual(rules(suspended.ran('board', 3, late(1_240_001))), ['suspended']);
  suspended.restraints.lifts('board');
  t.deepEqual(suspended.ran('board', 4, late(2_000_000)), []);
  const revoked = fresh();
  revoked.restraints.fleetEpochBegan('fleet', 1, 1000);
  t.deepEqual(revoked.ran('board', 1, late(241_000)), []);
  t.deepEqual(rules(revoked.ran('board', 2, late(241_001))), ['void']);
  t.deepEqual(revoked.ran('board', 4, late(241_001)), [], 'it is of the newer epoch');
  t.is(
    rules(revoked.end()).filter(rule => rule === 'liveness').length,
    4,
    'all of them are receipted all the same',
  );
  const begun = fresh();
  begun.restraints.epochBegan('board', 1, 1000);
  t.deepEqual(rules(begun.ran('board', 1, late(241_001))), ['void']);
  t.true(begun.isQuiet);
  t.false(rules(begun.end()).includes('liveness'), 'boards pass over them');
  const receipt = { birth: 0, previous: '0xr5', outcome: 'expired', hash: '0xr6' };
  for (const [counter, missing] of [
    [1, 0],
    [3, 2],
  ]) {
    const lossy = fresh();
    lossy.restraints.epochBegan('board', 1, 1000);
    lossy.ordered('0xe9', { ...orderOf(9), epoch: 1 });
    lossy.linked('0xe9', BLOCK);
    const previous = counter === 1 ? `0x${'00'.repeat(32)}` : receipt.previous;
    t.deepEqual(lossy.receipted('board', { ...receipt, previous, envelope: '0xe9', counter }, LATER), []);
    t.is(lossy.isQuiet, missing === 0);
    const gaps = rules(lossy.end()).filter(rule => rule === 'gap').length;
    t.is(gaps, missing, 'none may be lost, of an older epoch or of what it ended with');
  }
});

test('what runs before its time is found, and so is a board that does what it must refuse', t => {
  const { checkers, receipts } = ledger();
  for (const receipt of receipts) checkers.receipted('board', receipt, LATER);
  checkers.ordered('0xe4', { ...orderOf(4), notBefore: 1001 });
  checkers.linked('0xe4', BLOCK);
  t.deepEqual(rules(checkers.ran('board', 4, NOW)), ['early']);
  checkers.ordered('0xe5', { ...orderOf(5), isWrong: true });
  checkers.linked('0xe5', BLOCK);
  const done = { birth: 0, counter: 4, previous: '0xr3', envelope: '0xe5', outcome: 'done', hash: '0xr4' };
  t.deepEqual(checkers.receipted('board', done, LATER), []);
  t.true(rules(checkers.end()).includes('misfit'));
});

test('a release may be receipted once it is approved, by that board alone, and is no link', t => {
  const { checkers, receipts } = ledger();
  for (const receipt of receipts) checkers.receipted('board', receipt, LATER);
  const done = { birth: 0, counter: 4, previous: '0xr3', envelope: '0xa1', outcome: 'done', hash: '0xr4' };
  t.deepEqual(rules(checkers.receipted('board', done, LATER)), ['unlinked']);
  checkers.mayReceipt('board', '0xa1');
  t.deepEqual(rules(checkers.receipted('other', { ...done, counter: 1 }, LATER)), ['unlinked']);
  t.deepEqual(checkers.receipted('board', done, LATER), []);
  t.is(checkers.outcomeOf('board', '0xa1'), 'done');
  t.is(checkers.receipts, checkers.links);
});

test('an envelope whose link the chain refused is awaited by nobody, and may not run', t => {
  const checkers = new Checkers();
  checkers.ordered('0xe1', orderOf(1));
  checkers.refused('0xe1');
  t.deepEqual(checkers.unlinked, []);
  t.deepEqual(rules(checkers.ran('board', 1, NOW)), ['unlinked']);
});
