/** Flash that the first partition table laid out, and firmware of that time wrote, under the firmware and the tables of now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { openStore } from '../../../firmware/device/store.js';
import { chipFlash } from '../../../firmware/esp32/flash.js';
import { keyValuePartition } from '../../../firmware/esp32/keyValuePartition.js';
import { checkTable, tableRemark } from '../../../firmware/esp32/tableCheck.js';
import { StoredNetwork } from '../../../firmware/esp32/wifiSettings.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import { COUNTER_BYTES, IDENTITY_BYTES } from '../../../firmware/store/partitionSizes.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { chipPartitions, flashSizes } from '../../../tools/chip/partitions.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { FakePartition, FakeStore } from './fakes.js';

/** As commit 261d703 had it in firmware/esp32/partitions.csv: name, type, offset, size. */
const firstTable: readonly [string, string, number, number][] = [
  ['otadata', 'data', 0x11000, 0x2000],
  ['nvs_key', 'data', 0x13000, 0x1000],
  ['phy_init', 'data', 0x14000, 0x1000],
  ['nvs', 'data', 0x15000, 0xb000],
  ['ota_0', 'app', 0x20000, 0x1c0000],
  ['ota_1', 'app', 0x1e0000, 0x1c0000],
  ['journal', 'data', 0x3a0000, 0x10000],
  ['xs', '0x40', 0x3b0000, 0x40000],
];
interface Rows extends ReadonlyArray<{ name: string; type: string; offset: number; size: number }> {}
const rowsOfThen: Rows = firstTable.map(([name, type, offset, size]) => ({ name, type, offset, size }));

interface Written {
  nvs: Record<'identity' | 'holdfast', Record<string, string>>;
  journal: [at: number, bytes: string][];
  facts: { key: string; receipts: number; receiptHead: string };
}
const written = JSON.parse(
  readFileSync(join(repositoryRoot, 'test', 'firmware', 'esp32', 'firstTable.json'), 'utf8'),
) as Written;

/** The chip as that firmware left it; `cells` is the whole flash, NVS lies apart, as its library keeps it. */
function chipOfThen(cells = 16 * 1024 * 1024) {
  const flash = new Uint8Array(cells).fill(0xff);
  const journal = rowsOfThen.find(({ name }) => name === 'journal')!.offset;
  for (const [at, bytes] of written.journal) flash.set(Buffer.from(bytes, 'base64'), journal + at);
  const stores = { identity: new FakeStore(), counter: new FakeStore(), holdfast: new FakeStore() };
  for (const name of ['identity', 'holdfast'] as const) {
    for (const [key, value] of Object.entries(written.nvs[name])) {
      const page = new Uint8Array(name === 'identity' ? 256 : value.length / 2).fill(0xff);
      page.set(fromHex(`0x${value}`)!);
      stores[name].write(key, page);
    }
  }
  return { flash, stores };
}

/** As the SDK opens one: data by its name; what is written reaches the whole flash. */
function opener(flash: Uint8Array, rows: Rows) {
  return (path: string) => {
    const row = rows.find(({ name, type }) => name === path && type === 'data');
    if (!row) throw new Error("can't find partition");
    const partition = new FakePartition(row.size);
    Object.assign(partition, { cells: flash.subarray(row.offset, row.offset + row.size) });
    return partition;
  };
}

function openBoard(
  { flash, stores }: ReturnType<typeof chipOfThen>,
  rows: Rows,
  entropy = countingEntropy(),
) {
  const crypto = portableCrypto();
  const identity = keyValuePartition(stores.identity, IDENTITY_BYTES);
  const counter = keyValuePartition(stores.counter, COUNTER_BYTES);
  const chip = chipFlash({ open: opener(flash, rows), running: 'A', forgetIdle: () => 0, identity, counter });
  const store = openStore({ crypto, entropy, flash: chip })!;
  const { privateKey } = store.identity;
  const domain = { chainId: 31337, verifyingContract: new Uint8Array(20) };
  const imageHash = new Uint8Array(32);
  const ledger = new Ledger({ journal: store.journal, crypto, domain, privateKey, imageHash });
  return { ...store, ledger };
}

for (const [table, rows] of [
  ['the table of then, which an update leaves', rowsOfThen],
  ...flashSizes.map(flash => [`the table for ${flash}`, chipPartitions(flash)] as const),
] as const) {
  test(`under ${table}, a board of then is the same board and repeats nothing`, t => {
    const chip = chipOfThen();
    // The second start finds what the first one wrote.
    for (const entropy of [countingEntropy(), countingEntropy(99)]) {
      const { identity, journal, ledger } = openBoard(chip, rows, entropy);
      t.is(toHex(identity.address), written.facts.key);
      t.is(journal.state, 'restored');
      t.is(ledger.position.sequence, 6);
      t.is(ledger.birth, 0);
      t.is(ledger.receiptCounter, written.facts.receipts);
      t.is(toHex(ledger.receiptHead), `0x${written.facts.receiptHead}`);
      t.truthy(
        ledger.receiptFor(new Uint8Array(32).fill(106)),
        'delivered again, it is answered and not run',
      );
      t.deepEqual(identity.line, { channel: new Uint8Array(20).fill(3), floor: 2 });
      t.deepEqual(identity.ownership.owner, new Uint8Array(20).fill(1));
      t.is(identity.connections!.broker, 'mqtt://192.168.1.2:1883');
      t.is(identity.configuration!.profile, 'development');
      t.deepEqual(new StoredNetwork(chip.stores.holdfast, 'network').read(), {
        ssid: 'home',
        password: 'correct horse',
      });
    }
  });
}

test('the table of then starts, and is told what it lacks and what to do; those of now lack nothing', t => {
  const flash = new Uint8Array(16 * 1024 * 1024).fill(0xff);
  const missing = checkTable(opener(flash, rowsOfThen));
  t.deepEqual(missing, ['telemetry', 'config', 'crash', 'app_store']);
  t.regex(tableRemark(missing)!, /without telemetry, config, crash, app_store.*holdfast chip flash/);
  for (const size of flashSizes) {
    const found = checkTable(opener(flash, chipPartitions(size)));
    t.deepEqual(found, []);
    t.is(tableRemark(found), undefined);
  }
});

test('a table without the journal, with a shorter one, or without room for the key is refused with its remedy', t => {
  const flash = new Uint8Array(16 * 1024 * 1024).fill(0xff);
  const changed = (name: string, size: number) =>
    rowsOfThen.map(row => (row.name === name ? { ...row, size } : row));
  for (const rows of [
    rowsOfThen.filter(({ name }) => name !== 'journal'),
    rowsOfThen.filter(({ name }) => name !== 'nvs'),
    changed('journal', 0x8000),
    changed('nvs', 0x6000),
  ]) {
    t.throws(() => checkTable(opener(flash, rows)), { message: /not one of Holdfast.*holdfast chip flash/ });
  }
  t.notThrows(() => checkTable(opener(flash, rowsOfThen)));
});
