/** The scripts of holdfast completion, in the shells themselves. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { inProcess, temporaryDirectory } from '../support.js';

type Shell = 'bash' | 'zsh' | 'fish';

/** The output of a shell that read its completion script; undefined, and said, where there is no such shell. */
async function inShell(t: ExecutionContext, shell: Shell, rest: string): Promise<string[] | undefined> {
  if (spawnSync(shell, ['-c', 'true']).error) {
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(`${shell} is required here and not installed`);
    else t.log(`NOT TESTED: ${shell} is not installed`);
    t.pass();
    return undefined;
  }
  const file = join(temporaryDirectory(t), 'script');
  writeFileSync(file, (await inProcess(['completion', shell])).stdout);
  const before = shell === 'zsh' ? 'autoload -U +X compinit bashcompinit; compinit -D; bashcompinit; ' : '';
  const { status, stderr, stdout } = spawnSync(shell, ['-c', `${before}. ${file}; ${rest}`], {
    encoding: 'utf8',
    cwd: temporaryDirectory(t),
  });
  t.is(status, 0, stderr);
  t.is(stderr, '');
  return stdout.trim().split('\n');
}

const lines: [line: string, completed: string[]][] = [
  ['pro', ['prover', 'provision']],
  ['device cl', ['claim', 'claim-code']],
  ['provision --profile ', ['development', 'production']],
  ['provision --comm', ['--command-level']],
  ['command relay.set --wa', ['--wait']],
  ['explain --js', ['--json']],
  ['demo --until o', ['order']],
  ['no-such-thing --', []],
];

for (const [line, completed] of lines) {
  test(`bash and fish complete "${line}" alike`, async t => {
    const words = `holdfast ${line}`.split(' ').map(word => `'${word}'`);
    const call = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const bash = await inShell(t, 'bash', call);
    if (bash) t.deepEqual(bash.filter(Boolean).sort(), completed);
    const fish = await inShell(t, 'fish', `complete -C 'holdfast ${line}'`);
    if (fish)
      t.deepEqual(
        fish
          .map(each => each.split('\t')[0])
          .filter(Boolean)
          .sort(),
        completed,
      );
  });
}

const board: [line: string, asked: string, said: string[], completed: string[]][] = [
  ['command rel', 'completion actions', ['relay.set', 'lock.open'], ['relay.set']],
  ['command relay.set {', 'completion params relay.set', ['{"on":true}'], ['{"on":true}']],
];

test('bash and fish ask for the actions of the board, and for params of one', async t => {
  for (const [line, asked, said, completed] of board) {
    const words = `holdfast ${line}`.split(' ').map(word => `'${word}'`);
    const answer = `printf '%s\\n' ${said.map(word => `'${word}'`).join(' ')}`;
    const typed = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _holdfast`;
    // The command of the test notes what it is asked for.
    const inBash = `holdfast() { echo "$*" >asked; ${answer}; }; ${typed}; cat asked; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const bash = await inShell(t, 'bash', inBash);
    if (bash) t.deepEqual(bash, [asked, ...completed]);
    const inFish = `function holdfast; echo "$argv" >asked; ${answer}; end; complete -C 'holdfast ${line}'; cat asked`;
    const fish = await inShell(t, 'fish', inFish);
    if (fish)
      t.deepEqual(
        fish.map(each => each.split('\t')[0]),
        [...completed, asked],
      );
  }
});

test('zsh reads the script of bash and knows the command by it', async t => {
  const zsh = await inShell(t, 'zsh', 'echo $_comps[holdfast]');
  if (zsh) t.regex(zsh.join(), /_holdfast/);
});

test('a flag that takes a file completes files', async t => {
  const call =
    'touch here.json; COMP_WORDS=(holdfast status --project he); COMP_CWORD=3; _holdfast; echo $COMPREPLY';
  const bash = await inShell(t, 'bash', call);
  if (bash) t.deepEqual(bash, ['here.json']);
});
