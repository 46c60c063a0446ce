/** Every format that travels or is stored: round trip, and no single bit that can change without being noticed. */
import test from 'ava';
import fc from 'fast-check';
import { REPORTS_BYTES_MAX } from '../../firmware/app/reports.js';
import { SETTINGS_BYTES_MAX } from '../../firmware/app/settings.js';
import { STATE_BYTES_MAX } from '../../firmware/app/state.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { DELIVERY_BYTES_MAX, encodeDelivery, parseDelivery } from '../../firmware/command/wire.js';
import { CRASH_RECEIPT_BYTES_MAX, encodeCrash, parseCrash } from '../../firmware/device/crashReceipt.js';
import { encodeStatus, parseStatus, STATUS_BYTES_MAX } from '../../firmware/device/status.js';
import { encodeBatch, parseBatch, TELEMETRY_BYTES_MAX } from '../../firmware/device/telemetryBatch.js';
import { outcomes } from '../../firmware/ledger/receipt.js';
import {
  encodePublishedReceipt,
  parsePublishedReceipt,
  RECEIPT_BYTES_MAX,
} from '../../firmware/ledger/receiptWire.js';
import { CRASH_TEXT_BYTES_MAX } from '../../firmware/store/crashRecord.js';
import { CHECKPOINT_BYTES_MAX, encodeCheckpoint, parseCheckpoint } from '../../firmware/trust/checkpoint.js';
import { encodeRotation, parseRotation, ROTATION_BYTES_MAX } from '../../firmware/trust/checkpointKeys.js';
import {
  CONFIGURATION_BYTES_MAX,
  encodeConfiguration,
  parseConfiguration,
  type TrustConfiguration,
} from '../../firmware/trust/configuration.js';
import { encodeOffer, OFFER_BYTES_MAX, parseOffer } from '../../firmware/update/offer.js';
import { encodeLine, encodeProgress, parseLine, parseProgress } from '../../firmware/update/progress.js';
import { mainnet } from '../../tools/prover/networks.js';
import { flipped } from '../fakes/bytes.js';
import { holds } from '../fakes/holds.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const uint32 = fc.nat(0xffffffff);
const account = bytes(20).filter(address => address.some(byte => byte !== 0));
const ascending = (keys: Uint8Array[]) => keys.sort((a, b) => Buffer.compare(a, b));
const text = (maxLength: number) => fc.string({ unit: 'binary-ascii', maxLength });

const delivery = fc.record({
  envelope: fc.record({
    authority: fc.nat(2),
    device: bytes(20),
    sequence: count,
    epoch: uint32,
    fleetEpoch: uint32,
    notBefore: count,
    notAfter: count,
    class: fc.nat(1),
    challenge: bytes(32),
    follows: uint32,
    receipts: uint32,
    replyKey: fc.oneof(bytes(33), bytes(0)),
    action: text(64),
    params: fc.uint8Array({ maxLength: 512 }),
    operator: bytes(20),
    salt: bytes(32),
  }),
  signature: fc.oneof(bytes(65), bytes(0)),
});

const receipt = fc.record({
  receipt: fc.record({
    storeBirth: count,
    counter: count,
    previous: bytes(32),
    envelopeHash: bytes(32),
    outcome: fc.constantFrom(...outcomes),
    code: text(32),
    resultHash: bytes(32),
    imageHash: bytes(32),
    blockNumber: count,
    blockHash: bytes(32),
  }),
  signature: bytes(65),
  result: fc.uint8Array({ maxLength: 256 }),
});

const batchOfTelemetry = fc.record({
  batch: fc.record({
    counter: count,
    imageHash: bytes(32),
    began: count,
    proven: fc.boolean(),
    dropped: count,
    reports: fc.uint8Array({ maxLength: REPORTS_BYTES_MAX }),
  }),
  signature: bytes(65),
});

const statusMembers = {
  challenge: bytes(32),
  owner: bytes(20),
  trustConfiguration: bytes(32),
  imageHash: bytes(32),
  version: count,
  epoch: count,
  sequence: count,
  storeBirth: count,
  receiptCounter: count,
  receiptHead: bytes(32),
  sealingKey: fc.uint8Array({ maxLength: 33 }),
  level: fc.nat(4),
  finalized: count,
  lifecycle: fc.nat(5),
  newest: count,
  lowered: count,
  state: fc.uint8Array({ maxLength: STATE_BYTES_MAX }),
  config: fc.uint8Array({ maxLength: SETTINGS_BYTES_MAX }),
  telemetry: count,
  slots: count,
};

/** With and without an app image. */
const status = fc.record({
  status: fc.oneof(
    fc.record(statusMembers),
    fc.record({ ...statusMembers, app: fc.record({ sha256: bytes(32), version: count, slots: count }) }),
  ),
  signature: bytes(65),
});

const crash = fc.record({
  crash: fc.record({
    ...{ number: uint32, count: uint32, reason: fc.nat(255), imageHash: bytes(32), uptime: uint32 },
    text: fc.uint8Array({ maxLength: CRASH_TEXT_BYTES_MAX }),
  }),
  signature: bytes(65),
});

const offer = fc.record({
  channel: bytes(20),
  version: uint32,
  imageSha256: bytes(32),
  size: uint32,
  manifestHash: bytes(32),
});

const progress = fc.record({ offer, offset: count, tries: count, floor: count });
const line = fc.record({ channel: bytes(20), floor: count });

const policy = fc.record({
  level: fc.constantFrom(3, 4) as fc.Arbitrary<3 | 4>,
  maximumAge: fc.integer({ min: 1800, max: 1 << 30 }),
});
const configuration: fc.Arbitrary<TrustConfiguration> = fc
  .record({
    profile: fc.constantFrom('development' as const, 'production' as const),
    chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    endpoints: fc.uniqueArray(fc.webUrl({ validSchemes: ['http', 'https'], size: '-1' }), {
      minLength: 1,
      maxLength: 8,
    }),
    policies: fc.record({ command: policy, firmware: policy, lifecycle: policy }),
    provers: fc.uniqueArray(fc.webUrl({ validSchemes: ['http', 'https'], size: '-1' }), {
      minLength: 1,
      maxLength: 4,
    }),
    light: fc.record({
      chain: fc.constant(mainnet()),
      checkpointRoot: bytes(32),
      maximumSleep: fc.integer({ min: 3600, max: 604_800 }),
    }),
    checkpoints: fc
      .uniqueArray(account, { minLength: 1, maxLength: 5, selector: toHex })
      .map(keys => ({ fleet: new Uint8Array(20), threshold: keys.length, keys: ascending(keys) })),
  })
  .map(fields => ({ ...fields, quorum: fields.endpoints.length }))
  .filter(fields => encodeConfiguration(fields).length <= CONFIGURATION_BYTES_MAX);

const checkpoint = fc.record({
  checkpoint: fc.record({
    fleet: bytes(20),
    fleetEpoch: uint32,
    number: count,
    blockHash: bytes(32),
    timestamp: count,
    challenge: bytes(32),
  }),
  path: fc.nat(20).chain(depth => bytes(32 * depth)),
  signatures: fc.nat(16).chain(signers => bytes(65 * signers)),
});

const rotation = fc.record({
  incoming: fc
    .uniqueArray(account, { minLength: 1, maxLength: 16, selector: toHex })
    .map(keys => ({ threshold: keys.length, keys: ascending(keys) })),
  signatures: fc.nat(16).chain(signers => bytes(65 * signers)),
});

/** The value that a parser gave, with a verdict around it or without. */
const value = (parsed: unknown): unknown => {
  if (typeof parsed !== 'object' || parsed === null || !('verdict' in parsed)) return parsed;
  return parsed.verdict === 'accepted' ? (parsed as { value?: unknown }).value : undefined;
};

interface Format {
  name: string;
  arbitrary: fc.Arbitrary<unknown>;
  encode(value: never): Uint8Array;
  parse(bytes: Uint8Array): unknown;
  maximum: number;
}

const formats: Format[] = [
  {
    name: 'checkpoint',
    arbitrary: checkpoint,
    encode: encodeCheckpoint,
    parse: parseCheckpoint,
    maximum: CHECKPOINT_BYTES_MAX,
  },
  {
    name: 'rotation of checkpoint keys',
    arbitrary: rotation,
    encode: encodeRotation,
    parse: parseRotation,
    maximum: ROTATION_BYTES_MAX,
  },
  {
    name: 'delivery',
    arbitrary: delivery,
    encode: encodeDelivery,
    parse: parseDelivery,
    maximum: DELIVERY_BYTES_MAX,
  },
  {
    name: 'receipt',
    arbitrary: receipt,
    encode: encodePublishedReceipt,
    parse: parsePublishedReceipt,
    maximum: RECEIPT_BYTES_MAX,
  },
  { name: 'status', arbitrary: status, encode: encodeStatus, parse: parseStatus, maximum: STATUS_BYTES_MAX },
  {
    name: 'batch of telemetry',
    arbitrary: batchOfTelemetry,
    encode: encodeBatch,
    parse: parseBatch,
    maximum: TELEMETRY_BYTES_MAX,
  },
  {
    name: 'crash receipt',
    arbitrary: crash,
    encode: encodeCrash,
    parse: parseCrash,
    maximum: CRASH_RECEIPT_BYTES_MAX,
  },
  { name: 'offer', arbitrary: offer, encode: encodeOffer, parse: parseOffer, maximum: OFFER_BYTES_MAX },
  {
    name: 'trust configuration',
    arbitrary: configuration,
    encode: encodeConfiguration,
    parse: parseConfiguration,
    maximum: CONFIGURATION_BYTES_MAX,
  },
  {
    name: 'progress of an update',
    arbitrary: progress,
    encode: encodeProgress,
    parse: parseProgress,
    maximum: 256,
  },
  { name: 'line of images', arbitrary: line, encode: encodeLine, parse: parseLine, maximum: 64 },
];

for (const { arbitrary, encode, maximum, name, parse } of formats) {
  test(`${name}: what is encoded is read back, within the size it may have`, t => {
    holds(
      t,
      fc.property(arbitrary, item => {
        const encoded = encode(item as never);
        t.true(encoded.length <= maximum, `${encoded.length} bytes`);
        t.deepEqual(value(parse(encoded)), item);
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: no bit can change without being refused or read as another value`, t => {
    holds(
      t,
      fc.property(arbitrary, item => {
        const encoded = encode(item as never);
        for (let bit = 0; bit < encoded.length * 8; bit++) {
          const read = value(parse(flipped(encoded, bit)));
          if (read !== undefined) t.notDeepEqual(read, item, `bit ${bit}`);
        }
      }),
      { numRuns: 2 },
    );
  });

  test(`${name}: cut short, lengthened or arbitrary bytes are refused without an exception`, t => {
    holds(
      t,
      fc.property(arbitrary, fc.uint8Array({ maxLength: 300 }), (item, noise) => {
        const encoded = encode(item as never);
        for (const cut of [0, 1, encoded.length >> 1, encoded.length - 1])
          t.is(value(parse(encoded.subarray(0, cut))), undefined);
        t.is(value(parse(Uint8Array.of(...encoded, 0))), undefined);
        parse(noise);
        parse(Uint8Array.of(encoded[0], encoded[1], encoded[2], ...noise));
      }),
      { numRuns: 100 },
    );
    t.pass();
  });
}
