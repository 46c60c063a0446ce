/** Asking for a secret at the terminal without showing it. */
import { Failure, UsageError } from '../cli/failure.js';

const TYPED_CHARACTERS_MAX = 1024;

/**
 * The characters that a person types before Enter, at most 1024. Needs a terminal; the question goes to standard error.
 * @throws Failure `too_long`, or UsageError `interrupted`
 */
export function promptSecret(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void) => {
      stdin.off('data', take);
      signal.removeEventListener('abort', stop);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const stop = () => end(() => reject(new UsageError('interrupted.', 'interrupted')));
    const take = (chunk: string) => {
      const signs = [...chunk];
      for (const [index, sign] of signs.entries()) {
        if (sign === '\r' || sign === '\n' || sign === '\u0004') {
          const rest = signs.slice(index + 1).join('');
          // Typed ahead, or pasted: it answers the next question.
          return end(() => {
            if (rest !== '') stdin.unshift(rest, 'utf8');
            resolve(typed);
          });
        }
        // In raw mode the terminal gives the byte instead of the signal.
        if (sign === '\u0003') return void process.kill(process.pid, 'SIGINT');
        if (sign === '\u007f' || sign === '\b') typed = [...typed].slice(0, -1).join('');
        else if (sign >= ' ') typed += sign;
        if (typed.length > TYPED_CHARACTERS_MAX) {
          return end(() =>
            reject(new Failure('too_long', `That was more than ${TYPED_CHARACTERS_MAX} characters.`)),
          );
        }
      }
    };
    signal.addEventListener('abort', stop, { once: true });
    stderr.write(question);
    stdin.setEncoding('utf8');
    stdin.setRawMode(true);
    stdin.on('data', take);
    stdin.resume();
  });
}

/** All of a pipe or file on standard input. */
export async function readStandardInput(charactersMax: number): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.length > charactersMax)
      throw new Failure('too_long', `More than ${charactersMax} characters came on standard input.`);
  }
  return text;
}
