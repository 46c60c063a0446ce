/** Every hash that board and contracts must agree on, against viem. */
import test from 'ava';
import fc from 'fast-check';
import {
  encodeAbiParameters,
  getContractAddress,
  type Hex,
  hashTypedData,
  keccak256,
  parseAbiParameters,
  toHex as viemHex,
} from 'viem';
import { SIGNED_TYPES, typedData } from '../../../contracts/client/typedData.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { listingKey } from '../../../firmware/command/delegate.js';
import { ENVELOPE_TYPE, type Envelope, envelopeHash } from '../../../firmware/command/envelope.js';
import { epochHead, nextHead } from '../../../firmware/command/link.js';
import { addresses } from '../../../firmware/contract/addresses.generated.js';
import { CLAIM_TYPE, type Claim, claimDigest } from '../../../firmware/contract/claim.js';
import { create2Address, deviceAddress } from '../../../firmware/contract/create2.js';
import { ROTATE_KEY_TYPE, rotateKeyDigest } from '../../../firmware/contract/rotateKey.js';
import { SET_TRUST_TYPE, setTrustDigest } from '../../../firmware/contract/setTrust.js';
import { typedDigest } from '../../../firmware/contract/typedData.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { POSSESSION_TYPE } from '../../../firmware/device/provisioning.js';
import { STATUS_TYPE, type Status, statusHash } from '../../../firmware/device/status.js';
import {
  TELEMETRY_TYPE,
  type TelemetryBatch,
  telemetryHash,
} from '../../../firmware/device/telemetryBatch.js';
import { outcomes, RECEIPT_TYPE, type Receipt, receiptHash } from '../../../firmware/ledger/receipt.js';
import { CHECKPOINT_TYPE } from '../../../firmware/trust/checkpoint.js';
import { approvalHash, cohort, releaseRecord } from '../../../firmware/update/offer.js';
import { holds } from '../../fakes/holds.js';

const crypto = portableCrypto();
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const account = bytes(20);
const word = bytes(32);
const uint32 = fc.nat(0xffffffff);
const time = fc.nat(Number.MAX_SAFE_INTEGER);
const domain = fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 53 - 1 }), verifyingContract: account });
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const runs = { numRuns: 100 };

/** The members as viem wants them: bytes as hex, large integers as bigint. */
function oracle(
  type: keyof typeof SIGNED_TYPES,
  { chainId, verifyingContract }: { chainId: number; verifyingContract: Uint8Array },
  members: object,
): Hex {
  const wide = new Set(
    SIGNED_TYPES[type].split(',').flatMap(member => member.match(/^uint64 (.+)$/)?.[1] ?? []),
  );
  const message = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : wide.has(name) ? BigInt(value as number) : value,
    ]),
  );
  const separator = {
    name: 'Holdfast',
    version: '1',
    chainId,
    verifyingContract: toHex(verifyingContract) as Hex,
  };
  return hashTypedData(typedData(separator as never, type, message) as never);
}

const abi = (types: string, values: unknown[]): Hex =>
  keccak256(encodeAbiParameters(parseAbiParameters(types), values as never));

test('the type strings are those of the client', t => {
  for (const [name, type] of [
    ['Envelope', ENVELOPE_TYPE],
    ['Receipt', RECEIPT_TYPE],
    ['Status', STATUS_TYPE],
    ['Telemetry', TELEMETRY_TYPE],
    ['Possession', POSSESSION_TYPE],
    ['Claim', CLAIM_TYPE],
    ['SetTrust', SET_TRUST_TYPE],
    ['Checkpoint', CHECKPOINT_TYPE],
    ['RotateKey', ROTATE_KEY_TYPE],
  ] as const) {
    t.is(type, `${name}(${SIGNED_TYPES[name]})`);
  }
});

test('Envelope', t => {
  const envelope: fc.Arbitrary<Envelope> = fc.record({
    authority: fc.nat(2),
    device: account,
    sequence: time,
    epoch: uint32,
    fleetEpoch: uint32,
    notBefore: time,
    notAfter: time,
    class: fc.nat(1),
    challenge: word,
    follows: uint32,
    receipts: uint32,
    replyKey: fc.uint8Array({ maxLength: 33 }),
    action: text,
    params: fc.uint8Array({ maxLength: 512 }),
    operator: account,
    salt: word,
  });
  holds(
    t,
    fc.property(domain, envelope, (where, value) => {
      t.is(toHex(envelopeHash(crypto, where, value)), oracle('Envelope', where, value));
    }),
    runs,
  );
});

test('Receipt', t => {
  const receipt: fc.Arbitrary<Receipt> = fc.record({
    storeBirth: time,
    counter: time,
    previous: word,
    envelopeHash: word,
    outcome: fc.constantFrom(...outcomes),
    code: text,
    resultHash: word,
    imageHash: word,
    blockNumber: time,
    blockHash: word,
  });
  holds(
    t,
    fc.property(domain, receipt, (where, value) => {
      const members = { ...value, outcome: outcomes.indexOf(value.outcome) };
      t.is(toHex(receiptHash(crypto, where, value)), oracle('Receipt', where, members));
    }),
    runs,
  );
});

test('Status', t => {
  const status: fc.Arbitrary<Status> = fc.record({
    challenge: word,
    owner: account,
    trustConfiguration: word,
    imageHash: word,
    version: uint32,
    epoch: uint32,
    sequence: uint32,
    storeBirth: time,
    receiptCounter: time,
    receiptHead: word,
    sealingKey: fc.uint8Array({ maxLength: 33 }),
    level: fc.nat(4),
    finalized: time,
    lifecycle: fc.nat(5),
    newest: time,
    lowered: time,
    state: fc.uint8Array({ maxLength: 256 }),
    config: fc.uint8Array({ maxLength: 256 }),
    telemetry: time,
    slots: time,
  });
  holds(
    t,
    fc.property(domain, status, (where, value) => {
      t.is(toHex(statusHash(crypto, where, value)), oracle('Status', where, value));
    }),
    runs,
  );
});

test('Telemetry', t => {
  const batch: fc.Arbitrary<TelemetryBatch> = fc.record({
    counter: time,
    imageHash: word,
    began: time,
    proven: fc.boolean(),
    dropped: uint32,
    reports: fc.uint8Array({ maxLength: 384 }),
  });
  holds(
    t,
    fc.property(domain, batch, (where, value) => {
      t.is(toHex(telemetryHash(crypto, where, value)), oracle('Telemetry', where, value));
    }),
    runs,
  );
});

test('Possession', t => {
  holds(
    t,
    fc.property(
      domain,
      account,
      account,
      account,
      account,
      word,
      time,
      (where, board, owner, fleet, channel, trustConfiguration, deadline) => {
        const members = { board, owner, fleet, channel, trustConfiguration, deadline };
        const digest = typedDigest(crypto, where, POSSESSION_TYPE, ...Object.values(members));
        t.is(toHex(digest), oracle('Possession', where, members));
      },
    ),
    runs,
  );
});

test('RotateKey', t => {
  holds(
    t,
    fc.property(domain, account, account, uint32, time, (where, oldKey, newKey, epoch, deadline) => {
      const rotation = { oldKey, newKey, epoch, deadline };
      t.is(toHex(rotateKeyDigest(crypto, where, rotation)), oracle('RotateKey', where, rotation));
    }),
    runs,
  );
});

test('SetTrust', t => {
  holds(
    t,
    fc.property(domain, uint32, word, (where, epoch, trustConfiguration) => {
      const digest = setTrustDigest(crypto, where, epoch, trustConfiguration);
      t.is(toHex(digest), oracle('SetTrust', where, { epoch, trustConfiguration }));
    }),
    runs,
  );
});

test('Claim', t => {
  const claim: fc.Arbitrary<Claim> = fc.record({
    epoch: uint32,
    newOwner: account,
    fleet: account,
    channel: account,
    deadline: time,
  });
  holds(
    t,
    fc.property(domain, claim, (where, value) => {
      t.is(toHex(claimDigest(crypto, where, value)), oracle('Claim', where, value));
    }),
    runs,
  );
});

test('link and epoch heads', t => {
  const link = fc.record({
    sequence: uint32,
    commandHash: word,
    notAfter: time,
    epoch: uint32,
    fleetEpoch: uint32,
    operator: account,
    class: fc.nat(1),
  });
  holds(
    t,
    fc.property(word, link, (head, value) => {
      const { commandHash, epoch, fleetEpoch, notAfter, operator, sequence } = value;
      const expected = abi('bytes32, uint32, bytes32, uint64, uint32, uint32, address, uint8', [
        toHex(head),
        sequence,
        toHex(commandHash),
        BigInt(notAfter),
        epoch,
        fleetEpoch,
        toHex(operator),
        value.class,
      ]);
      t.is(toHex(nextHead(crypto, head, value)), expected);
    }),
    runs,
  );
  holds(
    t,
    fc.property(
      fc.nat(2 ** 53 - 1),
      account,
      fc.integer({ min: 1, max: 0xffffffff }),
      uint32,
      (chainId, device, epoch, sequence) => {
        const values = [BigInt(chainId), toHex(device), epoch, sequence];
        t.is(
          toHex(epochHead(crypto, chainId, device, epoch, sequence)),
          abi('uint256, address, uint32, uint32', values),
        );
      },
    ),
    runs,
  );
  t.deepEqual(epochHead(crypto, 1, new Uint8Array(20), 0, 9), new Uint8Array(32), 'epoch 0 begins at zero');
});

test('a delegate’s listing, an approval, a release’s record, a cohort', t => {
  const offer = fc.record({
    channel: account,
    version: uint32,
    imageSha256: word,
    size: uint32,
    manifestHash: word,
  });
  holds(
    t,
    fc.property(account, text, offer, account, (signer, action, value, device) => {
      const scope = keccak256(viemHex(action));
      t.is(toHex(listingKey(crypto, signer, action)), abi('address, bytes32', [toHex(signer), scope]));
      const { channel, imageSha256, manifestHash, size, version } = value;
      const approval = abi('address, uint32, bytes32', [toHex(channel), version, toHex(imageSha256)]);
      t.is(toHex(approvalHash(crypto, value)), approval);
      const record = abi('bytes32, uint32, bytes32', [toHex(imageSha256), size, toHex(manifestHash)]);
      t.is(toHex(releaseRecord(crypto, value)), record);
      const drawn = BigInt(abi('address, address, uint32', [toHex(channel), toHex(device), version])) % 1000n;
      t.is(cohort(crypto, channel, device, version), Number(drawn));
    }),
    runs,
  );
});

test('CREATE2, and the Device of a key', t => {
  holds(
    t,
    fc.property(account, word, fc.uint8Array({ maxLength: 100 }), (deployer, salt, initCode) => {
      const found = create2Address(crypto, deployer, salt, crypto.keccak256(initCode));
      const from = toHex(deployer) as Hex;
      const expected = getContractAddress({ opcode: 'CREATE2', from, salt, bytecode: initCode });
      t.is(toHex(found), expected.toLowerCase());
    }),
    runs,
  );
  holds(
    t,
    fc.property(account, key => {
      const bytecode =
        `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${addresses.deviceImplementation.slice(2)}5af43d82803e903d91602b57fd5bf3` as Hex;
      const salt = `0x${'00'.repeat(12)}${toHex(key).slice(2)}` as Hex;
      const expected = getContractAddress({ opcode: 'CREATE2', from: addresses.factory, salt, bytecode });
      t.is(toHex(deviceAddress(crypto, key)), expected.toLowerCase());
    }),
    runs,
  );
  t.truthy(fromHex(addresses.factory, 20));
});

test('cohorts spread evenly, and differ from version to version', t => {
  const channel = new Uint8Array(20).fill(1);
  const counts = new Array(10).fill(0);
  let same = 0;
  for (let i = 0; i < 5000; i++) {
    const device = new Uint8Array(20);
    new DataView(device.buffer).setUint32(16, i);
    const [one, two] = [1, 2].map(version => cohort(crypto, channel, device, version));
    counts[Math.floor(one / 100)]++;
    if (one === two) same++;
  }
  // Ten cells of 500 expected: chi-squared with 9 degrees of freedom exceeds 33.7 once in 10,000.
  const chiSquared = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
  t.true(chiSquared < 33.7, `${counts}`);
  t.true(same < 30);
});
