/** Power fails at every flash operation of a command, and of the recovery from that: at most once, always receipted. */
import test from 'ava';
import { receiptHash } from '../../../firmware/ledger/receipt.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { Board, DOMAIN, type Prepared } from './board.js';
import { crypto } from './modelChain.js';

const moments: readonly Moment[] = ['before', 'torn', 'after'];

/** A board that has proven now, and whose power can be cut. */
async function powered(seed: number): Promise<{ board: Board; power: Power; on(): void }> {
  const board = new Board();
  const power = new Power({ seed });
  const flash = withFaults(board.flash, power);
  board.boot(flash);
  await board.proveNow();
  const on = () => {
    power.restore();
    board.boot(flash);
  };
  return { board, power, on };
}

/** True when the power failed while `act` ran. */
async function cutIn(power: Power, operation: number, moment: Moment, act: () => Promise<unknown>) {
  power.cutAt(operation, moment);
  try {
    await act();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

/** Each receipt once, counted without a gap, naming the one before. */
function receiptsOf(board: Board): string[] {
  const seen = new Map<number, string>();
  const receipts = board.said.flatMap(({ receipt }) => (receipt ? [receipt.receipt] : []));
  for (const receipt of receipts) {
    const before = receipts.find(({ counter }) => counter === receipt.counter - 1);
    if (before && Buffer.compare(receiptHash(crypto, DOMAIN, before), receipt.previous) !== 0)
      return ['broken chain'];
    const text = `${receipt.outcome}${receipt.code}`;
    if (seen.has(receipt.counter) && seen.get(receipt.counter) !== text)
      return ['two receipts of one number'];
    seen.set(receipt.counter, text);
  }
  return [...seen.values()];
}

/** After the cut: recover, prove now once more, deliver again. */
async function resume(board: Board, command: Prepared): Promise<void> {
  await board.commands.recover();
  const proof = board.link('again', { challenge: board.challenge }, {});
  board.chain.finalise();
  await board.commands.deliver(command.bytes);
  await board.commands.deliver(proof.bytes);
}

async function everyCut(name: string, check: (board: Board, command: Prepared, label: string) => void) {
  let cuts = 0;
  for (const moment of moments) {
    for (let operation = 1; ; operation++) {
      const { board, on, power } = await powered(operation);
      const command = board.link(name);
      board.chain.finalise();
      const sequence = command.envelope.sequence;
      const cut = await cutIn(power, operation, moment, () => board.deliver(command));
      if (!cut) break;
      cuts++;
      const ran = board.effects.length > 0;
      on();
      const label = `${name}, cut ${moment} operation ${operation}`;
      if (ran && board.ledger.position.sequence < sequence)
        throw new Error(`${label}: ran, but not consumed`);
      await resume(board, command);
      check(board, command, label);
    }
  }
  return cuts;
}

const count = (board: Board, effect: string) => board.effects.filter(other => other === effect).length;

test('what is not idempotent runs at most once; it is done or interrupted', async t => {
  const outcomes = new Set<string>();
  const cuts = await everyCut('once', (board, command, label) => {
    const receipt = board.ledger.receiptFor(command.hash)?.receipt;
    const runs = count(board, 'once 2');
    outcomes.add(`${receipt?.outcome} after ${runs}`);
    t.true(runs <= 1, label);
    t.true(receipt?.outcome === 'done' ? runs === 1 : receipt?.outcome === 'interrupted', label);
    t.is(board.ledger.inFlight(), undefined, label);
    t.false(
      receiptsOf(board).some(text => /broken|two/.test(text)),
      label,
    );
  });
  t.true(cuts >= 15, `${cuts} cuts`);
  t.true(outcomes.has('done after 1') && outcomes.has('interrupted after 1'), [...outcomes].join());
  t.log(`${cuts} cuts: ${[...outcomes].join(', ')}`);
});

test('what is idempotent runs again, and is always done in the end', async t => {
  let twice = 0;
  const cuts = await everyCut('again', (board, command, label) => {
    const runs = count(board, 'again 2');
    if (runs > 1) twice++;
    t.is(board.ledger.receiptFor(command.hash)?.receipt.outcome, 'done', label);
    t.true(runs >= 1, label);
  });
  t.true(twice > 0);
  t.log(`${cuts} cuts, ${twice} of them between effect and receipt`);
});

test('what ran ahead of finality is not repeated either', async t => {
  const cuts = await everyCut('loose', (board, _, label) => t.true(count(board, 'loose 2') <= 1, label));
  t.true(cuts >= 15);
});

test('a fork that is cut while it is receipted is receipted to the end, each command once', async t => {
  let cuts = 0;
  for (const moment of moments) {
    for (let operation = 1; ; operation++) {
      const { board, on, power } = await powered(operation);
      const taken = [board.link('loose'), board.link('loose')];
      for (const command of taken) await board.deliver(command);
      board.chain.reorganise(2);
      const instead = board.link('once', { salt: new Uint8Array(32).fill(1) });
      board.chain.finalise();
      const cut = await cutIn(power, operation, moment, () => board.deliver(instead));
      if (!cut) break;
      cuts++;
      on();
      await resume(board, instead);
      const label = `cut ${moment} operation ${operation}`;
      const receipts = new Map(
        board.said.flatMap(({ receipt }) =>
          receipt ? [[receipt.receipt.counter, receipt.receipt] as const] : [],
        ),
      );
      for (const { hash } of taken) {
        t.is(board.ledger.receiptFor(hash)?.receipt.outcome, 'reorged', label);
        const told = [...receipts.values()].filter(
          ({ envelopeHash, outcome }) => outcome === 'reorged' && Buffer.compare(envelopeHash, hash) === 0,
        );
        t.true(told.length <= 1, label);
      }
      t.regex(String(board.ledger.receiptFor(instead.hash)?.receipt.outcome), /done|interrupted/, label);
      t.is(board.ledger.ran.length, 0, label);
    }
  }
  t.true(cuts >= 30, `${cuts} cuts`);
});

test('a refusal that is cut is made again, once', async t => {
  const cuts = await everyCut('grave', (board, command, label) => {
    t.is(board.ledger.receiptFor(command.hash)?.receipt.outcome, 'refused', label);
    t.is(receiptsOf(board).filter(text => text === 'refusedclass').length, 1, label);
    t.is(count(board, 'grave 2'), 0);
  });
  t.true(cuts >= 9);
});

test('a cut inside the recovery from a cut changes nothing of that', async t => {
  let cuts = 0;
  for (const name of ['once', 'again']) {
    for (const moment of moments) {
      for (let second = 1; second < 30; second++) {
        const { board, on, power } = await powered(second);
        const command = board.link(name);
        board.chain.finalise();
        // Right after the effect: the first flash operation of the receipt.
        board.onEffect = () => power.cutAt(1, 'before');
        await t.throwsAsync(board.deliver(command), { instanceOf: PowerCut });
        board.onEffect = undefined;
        power.restore();
        const cut = await cutIn(power, second, moment, async () => {
          on();
          power.cutAt(second, moment);
          await board.commands.recover();
        });
        if (!cut) break;
        cuts++;
        on();
        await resume(board, command);
        const label = `${name}, cut ${moment} operation ${second} of the recovery`;
        const outcome = board.ledger.receiptFor(command.hash)?.receipt.outcome;
        t.is(outcome, name === 'once' ? 'interrupted' : 'done', label);
        if (name === 'once') t.is(count(board, 'once 2'), 1, label);
        t.is(board.ledger.inFlight(), undefined);
      }
    }
  }
  t.true(cuts >= 18, `${cuts} cuts`);
});
