/** The face that a firmware author writes against. */
import test from 'ava';
import * as v from 'valibot';
import { type App, action, defineApp, findAction } from '../../../firmware/app/app.js';

const params = v.strictObject({});
const act = action({ params, run: () => undefined });
const app = (name: string, actions: App['actions']): App => ({ name, actions, healthy: () => true });

test('an action is found by its full name and by nothing else', t => {
  const relay = defineApp(app('relay', { set: act }));
  t.is(findAction(relay, 'relay.set'), act);
  for (const name of [
    'set',
    'relay',
    'relay.',
    'relay.sets',
    '.set',
    'other.set',
    'relay..set',
    'relay.set.',
    '',
  ])
    t.is(findAction(relay, name), undefined, name);
});

test('inherited names are nobody’s actions', t => {
  const relay = defineApp(app('relay', { set: act }));
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])
    t.is(findAction(relay, `relay.${name}`), undefined, name);
});

test('names that could not be addressed are refused when the app is defined', t => {
  for (const name of ['', 'Relay', 'a.b', '1st', 'a b', 'é', 'a'.repeat(32)]) {
    t.throws(() => defineApp(app(name, {})), { instanceOf: TypeError }, name);
    t.throws(() => defineApp(app('relay', { [name]: act })), { instanceOf: TypeError }, name);
  }
  for (const name of ['a', 'relay-2', 'a'.repeat(31)])
    t.notThrows(() => defineApp(app(name, { [name]: act })));
});

test('an action is routine, final and run once unless it says otherwise', t => {
  const { class: kind, beforeNow, finality, idempotent } = act;
  t.deepEqual(
    { kind, beforeNow, finality, idempotent },
    {
      kind: 'routine',
      beforeNow: false,
      finality: 'finalized',
      idempotent: false,
    },
  );
});

test('contradictions are refused when the action is defined', t => {
  const run = () => undefined;
  t.throws(() => action({ params, run, beforeNow: true }), { instanceOf: TypeError });
  t.notThrows(() => action({ params, run, beforeNow: true, idempotent: true }));
  t.throws(() => action({ params, run, class: 'irreversible', finality: 'latest' }), {
    instanceOf: TypeError,
  });
  t.notThrows(() => action({ params, run, class: 'irreversible', finality: 'finalized' }));
});
