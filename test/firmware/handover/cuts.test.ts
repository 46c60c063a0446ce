/** Power fails at every flash operation of a change of trust: the board is under the old trust whole, or the new one. */
import test from 'ava';
import { setTrustDigest } from '../../../firmware/contract/setTrust.js';
import { openStore } from '../../../firmware/device/store.js';
import { setTrustAtConsole } from '../../../firmware/handover/atConsole.js';
import { settleTrust } from '../../../firmware/handover/settleTrust.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { word } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { OWNER, TRUST } from '../../fakes/trustKeeper.js';
import { Board, DOMAIN, type Prepared } from '../command/board.js';
import { crypto, FLEET } from '../command/modelChain.js';
import { asked, atConsole, BUYER, NEW_BYTES, sold } from './scene.js';

const ownerKey = word(0x31);
const ownerAddress = crypto.addressOf(ownerKey)!;
const OLD_BYTES = encodeConfiguration(TRUST);

/** A board on a whole store, as on a chip: identity, journal with codes, counter. */
class WholeBoard extends Board {
  override openStore(flash: Flash) {
    const { identity, journal } = openStore({ crypto, entropy: countingEntropy(), flash })!;
    return { journal, keeper: identity };
  }
}

const provisioned = (): MemoryFlash => {
  const flash = new MemoryFlash();
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash })!;
  identity.configure(OLD_BYTES);
  const signature = new Uint8Array(65);
  identity.possess({ deadline: 1, owner: OWNER, fleet: FLEET, channel: FLEET, signature });
  return flash;
};

/** Everything up to the instant before the adoption. */
async function ready(seed: number, buyer = BUYER) {
  const power = new Power({ seed });
  const flash = withFaults(provisioned(), power);
  const board = new WholeBoard({ flash: flash as unknown as MemoryFlash, blank: false });
  await sold(board, buyer);
  const order = await asked(board);
  board.handOver.take(NEW_BYTES);
  return { board, flash, order, power };
}

/** As the device does at its start. */
function start(board: WholeBoard, flash: Flash) {
  board.boot(flash);
  const receipt = settleTrust({ crypto, keeper: board.keeper, ledger: board.ledger });
  return receipt?.receipt.outcome;
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** `old` or `new` where trust and owner fit together, else what is wrong. */
function whole({ keeper }: Board, buyer = BUYER): string {
  const { epoch, owner } = keeper.ownership;
  if (same(keeper.encodedConfiguration, OLD_BYTES) && same(owner, OWNER))
    return epoch === 0 ? 'old' : 'epoch';
  if (same(keeper.encodedConfiguration, NEW_BYTES) && same(owner, buyer))
    return epoch === 1 ? 'new' : 'epoch';
  return 'mixed';
}

/** The buyer orders again, as somebody does who saw no receipt. */
async function again(board: WholeBoard): Promise<Prepared> {
  const order = await asked(board);
  if (board.handOver.awaits) {
    board.handOver.take(NEW_BYTES);
    await board.retry();
  }
  return order;
}

/** True when the power failed while `act` ran. */
async function cutIn(power: Power, operation: number, moment: Moment, act: () => unknown): Promise<boolean> {
  power.cutAt(operation, moment);
  try {
    await act();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  } finally {
    power.restore();
  }
}

test('a cut at any flash operation of the adoption, and another in what follows, leave one trust whole', async t => {
  const seen = { old: 0, new: 0, twice: 0 };
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const label = `cut ${moment} operation ${operation}`;
      const { board, flash, order, power } = await ready(operation);
      if (!(await cutIn(power, operation, moment, () => board.retry()))) break;
      if (await cutIn(power, 1 + (operation % 7), moment, () => start(board, flash))) seen.twice++;
      start(board, flash);
      const state = whole(board);
      if (state !== 'old' && state !== 'new') return t.fail(`${label}: ${state}`);
      seen[state]++;
      t.is(board.ledger.inFlight(), undefined, label);
      t.is(board.ledger.read(StoreKey.candidate), undefined, label);
      t.is(start(board, flash), undefined, `${label}: settled once`);
      t.is(whole(board), state, `${label}: and for ever`);
      const stored = board.ledger.receiptFor(order.hash)?.receipt.outcome;
      t.is(stored, state === 'new' ? 'done' : undefined, label);
      await again(board);
      start(board, flash);
      t.is(whole(board), 'new', `${label}: the next order is obeyed`);
    }
  }
  t.log(`${seen.old} old, ${seen.new} new, ${seen.twice} cut again`);
  t.true(seen.old > 3 && seen.new > 3 && seen.twice > 3, JSON.stringify(seen));
});

test('the same at the console: a cut at any flash operation leaves one trust whole', async t => {
  const seen = { old: 0, new: 0, twice: 0 };
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const label = `cut ${moment} operation ${operation}`;
      const { board, flash, power } = await ready(operation, ownerAddress);
      const digest = setTrustDigest(crypto, DOMAIN, 1, crypto.keccak256(NEW_BYTES));
      const asked = { configuration: NEW_BYTES, signatures: crypto.sign(digest, ownerKey) };
      if (!(await cutIn(power, operation, moment, () => setTrustAtConsole(atConsole(board), asked)))) break;
      if (await cutIn(power, 1 + (operation % 7), moment, () => start(board, flash))) seen.twice++;
      start(board, flash);
      const word = whole(board, ownerAddress);
      if (word !== 'old' && word !== 'new') return t.fail(`${label}: ${word}`);
      seen[word]++;
      t.is(board.ledger.read(StoreKey.candidate), undefined, label);
      await again(board);
      start(board, flash);
      t.is(whole(board, ownerAddress), 'new', `${label}: the next order is obeyed`);
    }
  }
  t.log(`${seen.old} old, ${seen.new} new, ${seen.twice} cut again`);
  t.true(seen.old > 3 && seen.new > 3 && seen.twice > 3, JSON.stringify(seen));
});

test('a cut in the trial forgets it and nothing else: the old trust is whole, and the order is tried again', async t => {
  const { board, flash, order } = await ready(1);
  board.onTrial = () => {
    throw new PowerCut();
  };
  await t.throwsAsync(board.retry(), { instanceOf: PowerCut });
  board.onTrial = undefined;
  start(board, flash);
  t.is(whole(board), 'old');
  t.is(board.ledger.receiptFor(order.hash), undefined);
  t.is(board.ledger.position.sequence, order.envelope.sequence - 1, 'the position is kept');
  await again(board);
  start(board, flash);
  t.is(whole(board), 'new');
  t.is(board.ledger.receiptFor(order.hash)?.receipt.outcome, 'voided', 'the later order took its place');
});

test('its twin without a cut: one receipt, and the floors of the old trust are gone', async t => {
  const { board, flash, order } = await ready(1);
  t.deepEqual(await board.retry(), ['done']);
  t.truthy(board.ledger.read(StoreKey.floors));
  t.is(start(board, flash), undefined);
  t.is(whole(board), 'new');
  t.is(board.ledger.read(StoreKey.floors), undefined);
  t.is(board.ledger.receiptFor(order.hash)?.receipt.outcome, 'done');
});
