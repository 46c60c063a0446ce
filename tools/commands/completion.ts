import { knownOrders, paramsOf } from '../app/knownOrders.js';
import { defineCommand, operand, optionalOperand } from '../cli/command.js';
import { bashCompletion, type Completable, fishCompletion } from '../cli/completion.js';
import { action, oneOf } from '../cli/kinds.js';
import { Settings } from '../settings/settings.js';

/** The command, for the commands that `load` gives. */
export const completion = (load: () => Promise<Completable[]>) =>
  defineCommand({
    summary: 'Print a script that lets a shell complete holdfast',
    details:
      'bash: source <(holdfast completion bash). zsh: the same after autoload -U +X compinit bashcompinit && compinit &&\n' +
      'bashcompinit. fish: holdfast completion fish | source. Put the line into the file that your shell reads at its start.\n' +
      'The script asks for actions, and for params of one: those of the app that was built, or seen on a board, last.',
    example: 'holdfast completion bash',
    operands: {
      shell: operand(
        oneOf('bash', 'zsh', 'fish', 'actions', 'params'),
        'the shell, or what its script asks for',
      ),
      action: optionalOperand(action, 'the action whose params are asked for'),
    },
    flags: {},
    run: async ({ operands: { action, shell } }) => {
      if (shell === 'actions' || shell === 'params') {
        const { home } = new Settings({});
        const words = shell === 'actions' ? knownOrders(home) : paramsOf(home, action ?? '');
        return { ok: true, shell, script: words.join('\n') };
      }
      const all = await load();
      return { ok: true, shell, script: shell === 'fish' ? fishCompletion(all) : bashCompletion(all) };
    },
    show: ({ script }) => (script === '' ? [] : script.trimEnd().split('\n')),
  });
