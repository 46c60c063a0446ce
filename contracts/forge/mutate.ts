/**
 * `npm run mutate`: makes faults in the contracts, one at a time in a random order, and runs the tests on each, until
 * the budget is spent. A fault that no test notices is a survivor: a test is missing, or it changes nothing.
 */
import { build } from '../build/build.js';
import { equivalence } from './equivalent.js';
import { failures } from './forge.js';
import { compileMutant, lineOf, type Mutant, mutableSources, testMutant } from './mutants.js';
import { allMutants } from './operators.js';

const budget = Number(process.env.HOLDFAST_MUTATION_SECONDS ?? 120);
const seed = Number(process.env.HOLDFAST_MUTATION_SEED ?? Date.now() % 1_000_000);
const only = process.env.HOLDFAST_MUTATION_FILE;

/** Unit and fuzz tests first, which are quick; then a short round of invariants. */
const ROUNDS: { args: string[]; environment: Record<string, string> }[] = [
  {
    args: ['--no-match-contract', 'InvariantsTest', '--fail-fast'],
    environment: { FOUNDRY_FUZZ_RUNS: '32' },
  },
  {
    args: ['--match-contract', 'InvariantsTest', '--fail-fast'],
    environment: { FOUNDRY_INVARIANT_RUNS: '2', FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0' },
  },
];

async function killed(code: NonNullable<ReturnType<typeof compileMutant>>): Promise<boolean> {
  for (const { args, environment } of ROUNDS) {
    if ((await testMutant(code, args, environment)).code !== 0) return true;
  }
  return false;
}

/** mulberry32: the same seed, the same order. */
function shuffled<T>(list: readonly T[]): T[] {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return list
    .map(item => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const describe = (mutant: Mutant) =>
  `${mutant.file}:${lineOf(mutant)}: ${JSON.stringify(mutant.from.trim())} → ${JSON.stringify(mutant.to)}`;

async function main(): Promise<number> {
  const { artefacts } = build();
  const sound = Object.fromEntries(Object.entries(artefacts).map(([name, { bytecode }]) => [name, bytecode]));
  for (const { args, environment } of ROUNDS) {
    const { code, output } = await testMutant(sound, args, environment);
    if (code !== 0) {
      process.stderr.write(
        `The tests fail without any fault: mend them first.\n${failures(output).join('\n')}\n`,
      );
      return 1;
    }
  }
  const sources = mutableSources();
  if (only) for (const file of [...sources.keys()]) if (!file.includes(only)) sources.delete(file);
  const mutants = shuffled(allMutants(sources));
  const until = Date.now() + budget * 1000;
  const counts = { killed: 0, stillborn: 0, equivalent: 0, survived: 0 };
  let previous = Promise.resolve();
  for (const mutant of mutants) {
    if (Date.now() > until) break;
    const reason = equivalence(mutant);
    if (reason) {
      counts.equivalent++;
      process.stdout.write(`explained  ${describe(mutant)}: ${reason}\n`);
      continue;
    }
    const code = compileMutant(mutant); // while forge still runs on the one before
    if (!code) {
      counts.stillborn++;
      continue;
    }
    await previous;
    previous = killed(code).then(dead => {
      counts[dead ? 'killed' : 'survived']++;
      if (!dead) process.stdout.write(`SURVIVED   ${describe(mutant)}\n`);
    });
  }
  await previous;
  const tried = counts.killed + counts.survived;
  process.stdout.write(
    `${tried} of ${mutants.length} faults tried in ${budget} s (seed ${seed}): ${counts.killed} noticed, ${counts.survived} survived; ${counts.equivalent} explained, ${counts.stillborn} do not compile\n`,
  );
  return counts.survived === 0 ? 0 : 1;
}

process.exitCode = await main();
