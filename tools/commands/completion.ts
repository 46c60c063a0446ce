import { defineCommand, operand } from '../cli/command.js';
import { bashCompletion, type Completable, fishCompletion } from '../cli/completion.js';
import { oneOf } from '../cli/kinds.js';

/** The command, for the commands that `load` gives. */
export const completion = (load: () => Promise<Completable[]>) =>
  defineCommand({
    summary: 'Print a script that lets a shell complete holdfast',
    details:
      'bash: source <(holdfast completion bash). zsh: the same after autoload -U +X compinit bashcompinit && compinit &&\n' +
      'bashcompinit. fish: holdfast completion fish | source. Put the line into the file that your shell reads at its start.',
    example: 'holdfast completion bash',
    operands: { shell: operand(oneOf('bash', 'zsh', 'fish'), 'the shell') },
    flags: {},
    run: async ({ operands: { shell } }) => {
      const all = await load();
      return { ok: true, shell, script: shell === 'fish' ? fishCompletion(all) : bashCompletion(all) };
    },
    show: ({ script }) => script.trimEnd().split('\n'),
  });
