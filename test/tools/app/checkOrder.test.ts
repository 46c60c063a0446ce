/** An order against a face: what the board would refuse is refused here, with a word that helps. */
import test from 'ava';
import fc from 'fast-check';
import * as v from 'valibot';
import type { Face } from '../../../host-sim/image/describe.js';
import { jsonSchemaOf } from '../../../host-sim/image/jsonSchema.js';
import { faultOfOrder, faultOfValue } from '../../../tools/app/checkOrder.js';
import { exampleOf } from '../../../tools/app/exampleParams.js';
import { holds } from '../../fakes/holds.js';

const seconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60));
const face: Face = {
  format: 1,
  app: 'lock',
  actions: {
    open: { params: jsonSchemaOf(v.strictObject({ seconds })) },
    wipe: { params: jsonSchemaOf(v.strictObject({})), class: 'irreversible' },
  },
};

test('a misspelled action, a wrong member, a wrong value and a missing threshold are named', t => {
  const fault = (action: string, params: unknown, irreversible = false) =>
    faultOfOrder(face, action, params, irreversible);
  t.is(fault('lock.open', { seconds: 5 }), undefined);
  t.regex(fault('lock.opne', { seconds: 5 })!, /did you mean lock\.open\?/);
  t.regex(fault('relay.set', {})!, /it has lock\.open, lock\.wipe/);
  t.regex(fault('lock.open', { secnds: 5 })!, /params\.seconds is missing/);
  t.regex(fault('lock.open', { seconds: 5, secnds: 5 })!, /no member secnds \(did you mean seconds\?\)/);
  t.regex(fault('lock.open', { seconds: '5' })!, /params\.seconds is of type string, must be integer/);
  t.regex(fault('lock.open', { seconds: 61 })!, /is 61, must be 60 or less.*'\{"seconds":1\}'/);
  t.regex(fault('lock.wipe', {})!, /--irreversible/);
  t.is(fault('lock.wipe', {}, true), undefined);
  t.is(fault('holdfast.trust', { anything: 1 }), undefined);
});

const schemas: v.GenericSchema[] = [
  v.strictObject({ seconds }),
  v.object({ a: v.optional(v.string(), 'x'), b: v.nullable(v.boolean()) }),
  v.pipe(v.string(), v.minLength(2), v.maxLength(4)),
  v.pipe(v.array(v.picklist(['a', 'b'])), v.maxLength(2)),
  v.union([v.literal(5), v.strictObject({ c: v.number() })]),
  v.pipe(v.number(), v.minValue(-1), v.multipleOf(3)),
  v.record(v.string(), v.number()),
  v.tuple([v.number(), v.string()]),
];

test('what the board accepts is never called a fault; examples are taken by both', t => {
  const small = fc.oneof(
    fc.integer({ min: -3, max: 70 }),
    fc.constantFrom('a', 'b', 'abc', '', null, true, 2.5),
  );
  const value = fc.oneof(
    small,
    fc.array(small, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('seconds', 'a', 'b', 'c'), small, { maxKeys: 3 }),
  );
  for (const schema of schemas) {
    const json = jsonSchemaOf(schema);
    holds(
      t,
      fc.property(value, given => {
        // valibot takes a list for an object; nobody means one.
        if (json.type === 'object' && Array.isArray(given)) return;
        if (v.is(schema, given)) t.is(faultOfValue(json, given, 'params'), undefined);
      }),
    );
  }
  for (const schema of schemas.slice(0, 5))
    t.is(faultOfValue(jsonSchemaOf(schema), exampleOf(jsonSchemaOf(schema)), ''), undefined);
});
