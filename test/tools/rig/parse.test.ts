import { readFileSync } from 'node:fs';
import test from 'ava';
import type { InferInput } from 'valibot';
import { parseDocument } from 'yaml';
import { proverLies } from '../../../tools/demo/proverAttacks.js';
import { witnessLies } from '../../../tools/demo/witnessAttacks.js';
import * as lies from '../../../tools/rig/bench/lies.js';
import { loadScenarios } from '../../../tools/rig/load.js';
import { parseScenario, ScenarioProblem } from '../../../tools/rig/parse.js';
import type { StepInputs } from '../../../tools/rig/stepInput.js';
import { steps } from '../../../tools/rig/steps/index.js';

/** The input of each form. The compiler holds it to what authors are told that they take, and the other way round. */
type Taken = { [Name in keyof typeof steps]: InferInput<(typeof steps)[Name]['form']> };
const same = { told: (given: Taken): StepInputs => given, taken: (given: StepInputs): Taken => given };

const order = { order: { action: 'relay.set', params: { on: true } } };

const problemOf = (value: unknown): string => {
  try {
    parseScenario('a.yaml', value);
  } catch (error) {
    if (error instanceof ScenarioProblem) return error.message;
    throw error;
  }
  return '';
};

test('a scenario of known steps is ready, with what it needs of a target', t => {
  const [ready, ...more] = parseScenario('a.yaml', {
    name: 'power',
    steps: [order, { cut: { order: 'it', atLine: 'accepted' } }, { output: { pin: 4, is: true } }],
  });
  t.deepEqual(more, []);
  t.deepEqual([...ready.needs].sort(), ['lines', 'outputs', 'power']);
  t.deepEqual(
    ready.steps.map(({ words }) => words),
    [
      'order { action: relay.set, params: { on: true } }',
      'cut { order: it, atLine: accepted }',
      'output { pin: 4, is: true }',
    ],
  );
});

for (const [what, steps, said] of [
  ['a step that does not exist', [{ ordr: {} }], /step 1: there is no step "ordr"; did you mean order\?/],
  ['a step of two names', [{ boot: {}, cut: {} }], /step 1 must have one name/],
  ['a step without a name', [{}], /step 1 must have one name/],
  [
    'a member that the step does not take',
    [order, { output: { pin: 4, is: true, as: 1 } }],
    /step 2 \(output\)/,
  ],
  ['a value of another form', [{ output: { pin: 'four', is: true } }], /pin/],
  ['a pattern that is none', [{ expect: { line: '(' } }], /is not a pattern/],
  ['a lie that nobody tells', [{ lie: { images: 'a kiss' } }], /step 1 \(lie\)/],
  ['no steps at all', [], /steps/],
] as const) {
  test(`${what} is refused before anything starts, with file and step`, t => {
    const message = problemOf({ name: 'a', steps });
    t.regex(message, said);
    t.regex(message, /^a\.yaml/);
  });
}

test('authors are told of every step that is taken, and of no other', t => {
  t.is(Object.keys(same).length, 2, 'the compiler has compared what each takes');
  const face = readFileSync('tools/rig/stepInput.ts', 'utf8');
  const [, told] = /interface StepInputs \{\n(.*?)^\}/ms.exec(face)!;
  t.deepEqual([...told.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name).sort(), Object.keys(steps).sort());
});

test('the lies that an editor completes are those that are told', t => {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort();
  t.deepEqual([...lies.endpointLies].sort(), [...names(witnessLies), lies.DISAGREE].sort());
  t.deepEqual([...lies.proverLies].sort(), names(proverLies));
});

test('a member of a scenario that is misspelled is refused, and its twin is not', t => {
  t.regex(problemOf({ name: 'a', step: [order], steps: [order] }), /step/);
  t.is(problemOf({ name: 'a', steps: [order] }), '');
});

const fromYaml = (text: string): unknown => parseDocument(text).toJS();

test('a table gives one scenario a row: whole texts become values, others get them in their places', t => {
  const scenarios = parseScenario(
    'a.yaml',
    fromYaml(`
name: after \${ms} ms
table: [{ ms: 0 }, { ms: 20 }]
steps:
  - order: { action: relay.set, params: { on: true } }
  - cut: { order: it, afterMilliseconds: '\${ms}' }
`),
  );
  t.deepEqual(
    scenarios.map(({ name }) => name),
    ['after 0 ms', 'after 20 ms'],
  );
  t.deepEqual(
    scenarios.map(({ steps }) => steps[1].value),
    [
      { order: 'it', afterMilliseconds: 0 },
      { order: 'it', afterMilliseconds: 20 },
    ],
  );
});

test('a row that lacks a column is refused', t => {
  const value = fromYaml(`{ name: "a \${b}", table: [{ b: 1 }, { c: 2 }], steps: [{ boot: {} }] }`);
  t.regex(problemOf(value), /^a\.yaml: a row of the table lacks "b"/);
});

test('where the name has no column, the row tells two scenarios of a table apart', t => {
  const scenarios = parseScenario('a.yaml', { name: 'a', table: [{ b: 1 }, { b: 2 }], steps: [order] });
  t.is(new Set(scenarios.map(({ name }) => name)).size, 2);
});

test('the example of every step is one', t => {
  const names = Object.entries(steps).map(([name, { example }]) => {
    const step = parseDocument(example, { uniqueKeys: true });
    t.deepEqual(step.errors, [], example);
    t.is(problemOf({ name: 'a', steps: [step.toJS()] }), '', example);
    t.true(example.startsWith(`${name}: `), example);
    return name;
  });
  t.true(names.length >= 20);
});

test('every kind of step stands in a scenario of the project, which every simulated target runs', async t => {
  const scenarios = await loadScenarios('test/rig');
  const used = new Set(
    scenarios
      .flatMap(({ cleanup, setup, steps: own }) => [...setup, ...own, ...cleanup])
      .map(({ kind }) => kind),
  );
  const missing = Object.entries(steps).flatMap(([name, kind]) => (used.has(kind as never) ? [] : [name]));
  t.deepEqual(missing, []);
});
