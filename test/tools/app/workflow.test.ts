/** The workflow that `init` writes: YAML of a form that GitHub takes, whose commands exist with the flags that it gives them. */
import { posix } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { projectFiles } from '../../../tools/app/newProject.js';
import { parseCommandLine } from '../../../tools/cli/parse.js';
import { commands } from '../../../tools/commands/index.js';

interface Step {
  run?: string;
  uses?: string;
  if?: string;
  with?: Record<string, unknown>;
}

const files = projectFiles('relay', 'a-relay', '/nowhere/a-relay');
const workflow = parse(files.get('.github/workflows/rig.yml')!);
const steps: Step[] = workflow.jobs.rig.steps;
const lines = steps.flatMap(({ run }) => run ?? []);

/** The flags of a line `npx holdfast NAME …`, read as the command reads them. @throws UsageError */
async function flagsOf(line: string): Promise<Record<string, unknown>> {
  const words = line.split(' ').slice(2);
  const name = Object.keys(commands).find(known => line.startsWith(`npx holdfast ${known} `))!;
  const { default: command } = await commands[name].load();
  return parseCommandLine(name, command, words.slice(name.split(' ').length)).flags;
}

test('every job has a machine and steps, each of which runs or uses something', t => {
  t.deepEqual(Object.keys(workflow).sort(), ['jobs', 'name', 'on']);
  t.is(workflow.jobs.rig['runs-on'], 'ubuntu-latest');
  for (const { run, uses } of steps) t.true((run === undefined) !== (uses === undefined));
  for (const { uses } of steps) if (uses) t.regex(uses, /^[\w-]+\/[\w-]+@v\d+$/);
});

test('its commands exist, with those flags; the scripts of npm are the project’s', async t => {
  const { scripts } = JSON.parse(files.get('package.json')!);
  for (const line of lines) {
    if (line.startsWith('npx holdfast ')) await t.notThrowsAsync(flagsOf(line), line);
    else t.true(line === 'npm ci' || line.replace(/^npm (run )?/, '') in scripts, line);
  }
  await t.throwsAsync(flagsOf('npx holdfast rig run --htlm a.html'), { message: /--html/ });
});

test('it runs the rig on a simulated board and keeps its reports, whatever came of it', async t => {
  const flags = await flagsOf(lines.find(line => line.includes('rig run'))!);
  t.deepEqual(flags.target, ['node']);
  const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))!;
  t.is(upload.if, 'always()');
  for (const name of ['junit', 'html', 'record'])
    t.is(posix.dirname(String(flags[name])), String(upload.with!.path), name);
});
