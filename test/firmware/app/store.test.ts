/** The store of an app: what it keeps, what it refuses, and what it finds of older versions. */
import test from 'ava';
import * as v from 'valibot';
import { forgottenRecords, RecordKey } from '../../../firmware/app/records.js';
import {
  RecordStore,
  STORE_BYTES_MAX,
  STORE_NAME_CHARACTERS_MAX,
  STORE_NAMES_MAX,
  STORE_VALUE_BYTES_MAX,
} from '../../../firmware/app/store.js';

test('what is set is there after a restart, and what is removed is not', t => {
  const records = forgottenRecords();
  const store = new RecordStore(records);
  store.set('count', 7);
  store.set('who', { name: 'Ada', key: Uint8Array.of(1, 2) });
  store.set('gone', true);
  store.set('gone', undefined);
  store.set('never was', undefined);
  for (const one of [store, new RecordStore(records)]) {
    t.is(one.get('count'), 7);
    t.deepEqual(one.get('who'), { name: 'Ada', key: Uint8Array.of(1, 2) });
    t.is(one.get('gone'), undefined);
    t.deepEqual([...one.names].sort(), ['count', 'who']);
  }
});

test('a schema gives the value its type, and passes over what another version left', t => {
  const store = new RecordStore(forgottenRecords());
  store.set('limit', 30);
  t.is(store.get('limit', v.number()), 30);
  t.is(store.get('limit', v.string()), undefined);
  t.is(store.get('nothing', v.number()), undefined);
});

test('a value that is there already costs no write', t => {
  const records = forgottenRecords();
  let writes = 0;
  const put: typeof records.put = batch => {
    writes++;
    records.put(batch);
  };
  const store = new RecordStore({ ...records, put });
  store.set('on', { a: 1, b: [2] });
  store.set('on', { b: [2], a: 1 });
  t.is(writes, 1);
  store.set('on', { a: 1, b: [3] });
  t.is(writes, 2);
  store.set('off', undefined);
  t.is(writes, 2, 'nor does the removal of nothing');
});

test('names, values and all together are bounded, and a refusal changes nothing', t => {
  const store = new RecordStore(forgottenRecords());
  const longest = 'n'.repeat(STORE_NAME_CHARACTERS_MAX);
  store.set(longest, 1);
  t.throws(() => store.set(`${longest}n`, 1), { instanceOf: RangeError });
  t.throws(() => store.set('', 1), { instanceOf: RangeError });
  const largest = new Uint8Array(STORE_VALUE_BYTES_MAX - 3);
  store.set('a', largest);
  t.throws(() => store.set('a', new Uint8Array(STORE_VALUE_BYTES_MAX - 2)), { message: /513 bytes/ });
  t.deepEqual(store.get('a'), largest);
  t.throws(() => store.set('a', (() => 1) as never), { instanceOf: TypeError });
  let i = 0;
  t.throws(
    () => {
      for (; i < STORE_NAMES_MAX; i++) store.set(`b${i}`, largest);
    },
    { message: /the store has 4096 bytes/ },
  );
  t.true(i < STORE_BYTES_MAX / STORE_VALUE_BYTES_MAX);
  store.set('a', 1);
  store.set(`b${i}`, 'now there is room');
  t.is(store.get(`b${i}`), 'now there is room');
});

test('there are so many names and no more, and a removed one makes room', t => {
  const store = new RecordStore(forgottenRecords());
  for (let i = 0; i < STORE_NAMES_MAX; i++) store.set(`n${i}`, i);
  t.throws(() => store.set('more', 1), { message: /32 names/ });
  store.set('n5', undefined);
  store.set('more', 1);
  t.is(store.get('more'), 1);
  t.is(store.get('n6'), 6);
});

test('a record of another shape is no name', t => {
  const records = forgottenRecords();
  records.put([[RecordKey.store, Uint8Array.of(0xc1, 0x80)]]);
  t.deepEqual(new RecordStore(records).names, []);
});
