/** Reading proven state: a bad witness marks its endpoint and the next is asked; forged is never unreachable. */
import test from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Kept, Shape } from '../../../firmware/json/shape.js';
import { decodeHeader } from '../../../firmware/proof/header.js';
import type { AccountRequest, Witness } from '../../../firmware/proof/witness.js';
import { encodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { decodeWitnessRequest } from '../../../firmware/proof/witnessRequest.js';
import type { CallResult, RpcCall, RpcEndpoint } from '../../../firmware/rpc/client.js';
import { ChainReader, type WitnessReport } from '../../../firmware/trust/chainReader.js';
import type { TrustedBlock } from '../../../firmware/trust/level.js';
import { readLinked, wordsOf } from '../../../firmware/trust/linkedReading.js';
import type { Prover, ProverAnswer } from '../../../firmware/trust/prover.js';
import { address, flipped, word } from '../../fakes/bytes.js';
import { blockJson, buildWitness } from '../proof/stateFixture.js';
import { heard, type Said } from './endpoint.js';

const crypto = portableCrypto();
const DEVICE = { address: address(1), codeHash: word(0xc1), storage: [[word(0), address(2)]] } as const;
const FLEET = { address: address(2), codeHash: word(0xc2), storage: [[word(0), Uint8Array.of(7)]] } as const;
const OTHER = { address: address(3), codeHash: word(0xc2), storage: [[word(0), Uint8Array.of(9)]] } as const;
const ask = ({ address: at, codeHash }: { address: Uint8Array; codeHash: Uint8Array }): AccountRequest => ({
  address: at,
  codeHash,
  slots: [word(0)],
});
const states = [DEVICE, FLEET, OTHER];
const { request, witness } = await buildWitness(states, states.map(ask));
const BLOCK: TrustedBlock = {
  hash: request.blockHash,
  number: request.number,
  level: 1,
  finalized: true,
  basis: 'model',
};

type Lie = (witness: Witness) => Witness;

class JsonEndpoint implements RpcEndpoint {
  questions = 0;
  lie: Lie = honest => honest;
  failure: Exclude<Said, { verdict: 'accepted' }> | undefined;
  knows = true;
  slow = false;
  refusal: ReturnType<typeof undetermined<'pruned'>> | undefined;
  constructor(readonly url: string) {}

  async call<S extends Shape>(call: RpcCall<S>): Promise<CallResult<Kept<S>>> {
    const { method, params } = call;
    if (method === 'eth_getHeaderByNumber') this.questions++;
    if (this.failure) return this.failure;
    if (!this.knows) return heard(call, accepted(null));
    const told = this.lie(witness);
    if (method === 'eth_getHeaderByNumber') return heard(call, accepted(blockJson(told.header)));
    if (this.refusal) return this.refusal;
    const account = told.accounts.find(each => toHex(each.address) === params[0])!;
    const storageProof = account.slots.map(({ proof, slot }) => ({
      key: toHex(slot),
      proof: proof.map(toHex),
    }));
    const result = { address: params[0], accountProof: account.proof.map(toHex), storageProof };
    return heard(call, accepted(result));
  }

  close(): void {}
}

const last = <T>(list: readonly T[], change: (item: T) => T): T[] =>
  list.map((item, i) => (i === list.length - 1 ? change(item) : item));

const lies: Record<string, [Lie, string]> = {
  header: [({ header, ...rest }) => ({ ...rest, header: flipped(header, 8 * 40) }), 'header_mismatch'],
  'account proof': [
    honest => ({
      ...honest,
      accounts: honest.accounts.map(each => ({
        ...each,
        proof: last(each.proof, node => flipped(node, 80)),
      })),
    }),
    'proof_invalid',
  ],
  'storage proof': [
    honest => ({
      ...honest,
      accounts: honest.accounts.map(each => ({
        ...each,
        slots: each.slots.map(({ proof, slot }) => ({
          slot,
          proof: last(proof, node => flipped(node, 300)),
        })),
      })),
    }),
    'proof_invalid',
  ],
  'another slot': [
    honest => ({
      ...honest,
      accounts: honest.accounts.map(each => ({
        ...each,
        slots: each.slots.map(({ proof }) => ({ slot: word(1), proof })),
      })),
    }),
    'wrong_answer',
  ],
};

/** A prover of witnesses in their compact form; undefined where it has none. */
class CompactProver implements Prover {
  questions = 0;
  slow = false;
  tell: (honest: Uint8Array) => Uint8Array | undefined = honest => honest;
  constructor(
    readonly name: string,
    readonly lastResort = false,
  ) {}

  async ask(path: string, bytesMax: number): Promise<ProverAnswer> {
    this.questions++;
    const asked = decodeWitnessRequest(fromHex(path.slice('/light/v1/witness/'.length))!);
    if (asked.verdict === 'rejected') throw new Error(asked.evidence);
    const accounts = asked.value.accounts.map(
      ({ address: at }) => witness.accounts.find(each => toHex(each.address) === toHex(at))!,
    );
    const told = this.tell(encodeWitness({ header: witness.header, accounts }));
    if (!told) return undetermined('unsupported', 'it answers 404');
    return told.length > bytesMax ? undetermined('unreachable', 'too long') : accepted(told);
  }

  close(): void {}
}

function setUp(count = 2, compact: readonly Prover[] = []) {
  const provers = Array.from({ length: count }, (_, i) => new JsonEndpoint(`http://${i}`));
  const reports: WitnessReport[] = [];
  const reader = new ChainReader({
    crypto,
    provers: compact,
    endpoints: provers,
    onBadWitness: report => reports.push(report),
  });
  return { provers, reader, reports };
}

const describe = ({ result, source }: WitnessReport) =>
  `${source} ${result.verdict === 'rejected' ? result.code : result.cause}`;

test('an honest witness is read, values and time with it', async t => {
  const { provers, reader, reports } = setUp();
  const reading = await reader.read(BLOCK, [ask(DEVICE), ask(FLEET)]);
  if (reading.verdict !== 'accepted') return t.fail(reading.evidence);
  const { head, state } = reading.value;
  t.is(head.timestamp, 1_700_000_000);
  t.deepEqual(
    state.accounts.map(account => wordsOf(account)[0][31]),
    [2, 7],
  );
  t.deepEqual([provers[0].questions, provers[1].questions, reports.length], [1, 0, 0]);
});

for (const [name, [lie, code]] of Object.entries(lies)) {
  test(`a changed ${name} is told, the next endpoint is asked, and its honest twin accepted`, async t => {
    const { provers, reader, reports } = setUp();
    provers[0].lie = lie;
    t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted');
    t.deepEqual(reports.map(describe), [`http://0 ${code}`]);

    t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted');
    t.is(provers[0].questions, 1, 'a marked endpoint is asked last');
    provers[1].failure = undetermined('unreachable', 'off');
    provers[0].lie = honest => honest;
    t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted', 'and heard when it is honest again');
  });

  test(`when all change the ${name} it is no_witness, and never unreachable`, async t => {
    const { provers, reader } = setUp();
    for (const prover of provers) prover.lie = lie;
    const reading = await reader.read(BLOCK, [ask(DEVICE)]);
    t.is(reading.verdict === 'undetermined' && reading.cause, 'no_witness');
    provers[1].failure = undetermined('unreachable', 'off');
    const mixed = await reader.read(BLOCK, [ask(DEVICE)]);
    t.is(mixed.verdict === 'undetermined' && mixed.cause, 'no_witness');
  });
}

test('a prover gives the witness in one compact answer, and no endpoint is asked', async t => {
  const prover = new CompactProver('prover');
  const { provers, reader, reports } = setUp(2, [new CompactProver('broker', true), prover]);
  const reading = await reader.read(BLOCK, [ask(DEVICE), ask(FLEET)]);
  if (reading.verdict !== 'accepted') return t.fail(reading.evidence);
  t.deepEqual(
    reading.value.state.accounts.map(account => wordsOf(account)[0][31]),
    [2, 7],
  );
  t.deepEqual([prover.questions, provers[0].questions, reports.length], [1, 0, 0]);
});

test('a prover that lies is told and asked last, its honest twin first again', async t => {
  const prover = new CompactProver('prover');
  const { provers, reader, reports } = setUp(1, [prover]);
  const lies: [(honest: Uint8Array) => Uint8Array, string][] = [
    [honest => flipped(honest, 8 * (honest.length - 20)), 'proof_invalid'],
    [honest => honest.slice(0, -1), 'malformed'],
    [() => encodeWitness({ header: witness.header, accounts: [] }), 'wrong_answer'],
    [
      () => encodeWitness({ header: flipped(witness.header, 8 * 40), accounts: [witness.accounts[0]] }),
      'header_mismatch',
    ],
  ];
  for (const [tell, code] of lies) {
    prover.tell = tell;
    t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted', 'an endpoint has it');
    t.deepEqual(reports.splice(0).map(describe), [`prover ${code}`]);
    const before = prover.questions;
    await reader.read(BLOCK, [ask(DEVICE)]);
    t.is(prover.questions, before, 'a marked prover is asked last');
    provers[0].failure = undetermined('unreachable', 'off');
    prover.tell = honest => honest;
    t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted', 'and heard when it is honest again');
    provers[0].failure = undefined;
    reports.length = 0;
  }
});

test('a known header does not travel again, nor slots under a known root; who lies about that is refused, and others asked', async t => {
  const prover = new CompactProver('prover');
  const { provers, reader, reports } = setUp(1, [prover]);
  const header = decodeHeader(witness.header);
  if (header.verdict !== 'accepted') return t.fail(header.evidence);
  const known = { ...header.value, ...BLOCK };
  const nothing = new Uint8Array(0);
  const bare = (slots: boolean) => () =>
    encodeWitness({
      header: nothing,
      accounts: witness.accounts.slice(0, 2).map(each => (slots ? each : { ...each, slots: [] })),
    });
  const read = async () => {
    const reading = await reader.read(known, [ask(DEVICE), ask(FLEET)]);
    return reading.verdict === 'accepted' ? reading.value : undefined;
  };
  prover.tell = bare(false);
  t.truthy(await read(), 'an endpoint has it');
  t.deepEqual(reports.splice(0).map(describe), ['prover wrong_answer'], 'no slot was proven yet');
  t.is(provers[0].questions, 0, 'and no header was asked for');

  // From now on all slots are known, under the roots that the endpoint proved.
  provers[0].failure = undetermined('unreachable', 'off');
  const again = await read();
  t.deepEqual(
    again?.state.accounts.map(account => wordsOf(account)[0][31]),
    [2, 7],
  );
  t.is(again?.head.timestamp, 1_700_000_000);
  prover.tell = bare(true);
  t.truthy(await read(), 'who brings more than was asked for is heard');
  reports.length = 0;

  // Another word in the Device's storage: its root is another, and the slots are missed.
  const moved = [{ ...DEVICE, storage: [[word(0), address(3)]] as const }, FLEET];
  const later = await buildWitness(moved, moved.map(ask));
  const facts = decodeHeader(later.witness.header);
  if (facts.verdict !== 'accepted') return t.fail(facts.evidence);
  const next = { ...BLOCK, ...facts.value, hash: later.request.blockHash };
  const accounts = later.witness.accounts.map(each => ({ ...each, slots: [] }));
  prover.tell = () => encodeWitness({ header: nothing, accounts });
  t.is((await reader.read(next, [ask(DEVICE), ask(FLEET)])).verdict, 'undetermined');
  t.deepEqual(reports.map(describe), ['prover wrong_answer', 'http://0 unreachable']);
  prover.tell = () => encodeWitness({ header: nothing, accounts: [later.witness.accounts[0], accounts[1]] });
  const fresh = await reader.read(next, [ask(DEVICE), ask(FLEET)]);
  if (fresh.verdict !== 'accepted') return t.fail(fresh.evidence);
  t.deepEqual(
    fresh.value.state.accounts.map(account => wordsOf(account)[0][31]),
    [3, 7],
  );
});

test('a witness without its header is none where the header is not known', async t => {
  const prover = new CompactProver('prover');
  const { reader, reports } = setUp(1, [prover]);
  prover.tell = () =>
    encodeWitness({ ...witness, header: new Uint8Array(0), accounts: [witness.accounts[0]] });
  t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted', 'an endpoint has it');
  t.deepEqual(reports.map(describe), ['prover malformed']);
});

test('a prover that lacks a block is blamed for nothing and asked first again; a slow one after the endpoints', async t => {
  const prover = new CompactProver('prover');
  const { provers, reader, reports } = setUp(1, [prover]);
  prover.tell = () => undefined;
  t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted');
  t.deepEqual([prover.questions, provers[0].questions, reports.length], [1, 1, 0]);
  prover.tell = honest => honest;
  await reader.read(BLOCK, [ask(DEVICE)]);
  t.deepEqual([prover.questions, provers[0].questions], [2, 1]);
  prover.slow = true;
  await reader.read(BLOCK, [ask(DEVICE)]);
  t.deepEqual([prover.questions, provers[0].questions], [2, 2]);
});

test('without endpoints a prover alone serves, and a forged witness is never unreachable', async t => {
  const broker = new CompactProver('broker', true);
  const { reader } = setUp(0, [broker]);
  t.is((await reader.read(BLOCK, [ask(DEVICE), ask(FLEET)])).verdict, 'accepted');
  broker.tell = honest => honest.slice(1);
  const forged = await reader.read(BLOCK, [ask(DEVICE)]);
  t.is(forged.verdict === 'undetermined' && forged.cause, 'no_witness');
  broker.tell = () => undefined;
  const gone = await reader.read(BLOCK, [ask(DEVICE)]);
  t.is(gone.verdict === 'undetermined' && gone.cause, 'unsupported');
});

test('unreachable and pruned are what they are, and mark nobody', async t => {
  const { provers, reader, reports } = setUp();
  for (const prover of provers) prover.failure = undetermined('unreachable', 'off');
  const off = await reader.read(BLOCK, [ask(DEVICE)]);
  t.is(off.verdict === 'undetermined' && off.cause, 'unreachable');
  for (const prover of provers) {
    prover.failure = undefined;
    prover.refusal = undetermined('pruned', 'gone');
  }
  const gone = await reader.read(BLOCK, [ask(DEVICE)]);
  t.is(gone.verdict === 'undetermined' && gone.cause, 'pruned');
  t.is(reports.length, 4);
  provers[0].refusal = undefined;
  await reader.read(BLOCK, [ask(DEVICE)]);
  t.is(provers[0].questions, 3, 'still asked first');
});

test('an answer that is no answer is malformed; the block unknown is unreachable', async t => {
  const { provers, reader, reports } = setUp();
  provers[0].failure = rejected('malformed', 'nonsense');
  t.is((await reader.read(BLOCK, [ask(DEVICE)])).verdict, 'accepted');
  provers[0].failure = undefined;
  provers[0].knows = false;
  const alone = new ChainReader({
    crypto,
    endpoints: [provers[0]],
    onBadWitness: report => reports.push(report),
  });
  const unknown = await alone.read(BLOCK, [ask(DEVICE)]);
  t.is(unknown.verdict === 'undetermined' && unknown.cause, 'unreachable');
  t.deepEqual(reports.map(describe), ['http://0 malformed', 'http://0 unreachable']);
});

test('the wrong code is told as such', async t => {
  const { reader, reports } = setUp(1);
  const reading = await reader.read(BLOCK, [{ ...ask(DEVICE), codeHash: word(0xee) }]);
  t.is(reading.verdict === 'undetermined' && reading.cause, 'no_witness');
  t.deepEqual(reports.map(describe), ['http://0 code_mismatch']);
});

test('accounts that an account names: found with the right guess in one question, with a wrong one in two', async t => {
  const linked = ([name]: readonly Uint8Array[]) => [ask({ address: name.slice(12), codeHash: word(0xc2) })];
  for (const [guess, questions] of [
    [[], 2],
    [[FLEET], 1],
    [[OTHER], 2],
    [[FLEET, OTHER], 2],
  ] as const) {
    const { provers, reader } = setUp(1);
    const reading = await readLinked(reader, BLOCK, ask(DEVICE), linked, guess.map(ask));
    if (reading.verdict !== 'accepted') return t.fail(reading.evidence);
    const { accounts, head, stateRoot } = reading.value;
    t.deepEqual(
      accounts.map(account => toHex(account.address)),
      [toHex(DEVICE.address), toHex(FLEET.address)],
    );
    t.is(wordsOf(accounts[1])[0][31], 7);
    t.is(provers[0].questions, questions);
    t.is(head.number, BLOCK.number);
    t.is(stateRoot.length, 32);
  }
});

test('when the named accounts cannot be read, neither is anything', async t => {
  const { provers, reader } = setUp(1);
  const linked = () => {
    provers[0].failure = undetermined('unreachable', 'off');
    return [ask(FLEET)];
  };
  const reading = await readLinked(reader, BLOCK, ask(DEVICE), linked, []);
  t.is(reading.verdict === 'undetermined' && reading.cause, 'unreachable');
});
