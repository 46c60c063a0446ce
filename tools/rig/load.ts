/** The scenarios of a folder or a file: `*.scenario.ts` and `*.scenario.yaml`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { compileModules } from '../app/compileModules.js';
import { Failure } from '../cli/failure.js';
import { parseScenario, type Scenario, ScenarioProblem } from './parse.js';

const SCENARIO = /\.scenario\.(ts|ya?ml)$/;
const FILE_BYTES_MAX = 262_144;

/** Every scenario below `path`, in the order of the files' names. @throws ScenarioProblem */
export async function loadScenarios(path: string): Promise<Scenario[]> {
  const files = filesOf(resolve(path));
  if (files.length === 0) throw new ScenarioProblem(`${path} has no file *.scenario.ts or *.scenario.yaml`);
  const scenarios: Scenario[] = [];
  for (const file of files) {
    const value = file.endsWith('.ts') ? await fromTypeScript(file) : fromYaml(file);
    for (const each of Array.isArray(value) ? value : [value])
      scenarios.push(...parseScenario(relative(process.cwd(), file) || file, each));
  }
  return scenarios;
}

function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new ScenarioProblem(`${path} is not there`);
  if (found.isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => SCENARIO.test(name) && !name.includes('node_modules'))
    .sort()
    .map(name => join(path, name));
}

function fromYaml(file: string): unknown {
  const bytes = readFileSync(file);
  if (bytes.length > FILE_BYTES_MAX)
    throw new ScenarioProblem(`${file} is longer than ${FILE_BYTES_MAX} bytes`);
  const document = parseDocument(bytes.toString('utf8'), { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) throw new ScenarioProblem(`${file}: ${problem.message.split('\n')[0]}`);
  return document.toJS({ maxAliasCount: 100 });
}

/** Compiled beside its file, so that the packages that it imports are found from there. */
async function fromTypeScript(file: string): Promise<unknown> {
  const home = join(dirname(file), '.holdfast');
  mkdirSync(home, { recursive: true });
  const outdir = mkdtempSync(join(home, 'scenario-'));
  try {
    const [made] = await compileModules([file], outdir);
    const { default: value } = (await import(pathToFileURL(made).href)) as { default?: unknown };
    if (value === undefined)
      throw new ScenarioProblem(`${file} has no default export: export default scenario({ … })`);
    return value;
  } catch (error) {
    throw error instanceof Failure ? new ScenarioProblem(error.message) : error;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
