/** Runs steps one after the other and stops at the first that fails. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { Failure } from '../cli/failure.js';
import { shellWord } from '../cli/shellWord.js';
import type { Step } from './steps.js';

/** The command line of a step, quoted for a shell. */
const shown = ({ command }: Step): string => command.map(shellWord).join(' ');

/** The steps for people, numbered, with their command lines. */
export function lines(steps: readonly Step[]): string[] {
  return steps.flatMap((step, index) => [
    `${index + 1}. ${step.why}${step.forEver ? ' CANNOT BE UNDONE.' : ''}`,
    `   ${shown(step)}`,
  ]);
}

/** The tools' own words go to the error stream. @throws Failure with the step that failed */
export async function runSteps(
  steps: readonly Step[],
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    note(`${step.why}\n$ ${shown(step)}`);
    const [name, ...given] = step.command;
    const own = [process.execPath, join(repositoryRoot, 'tools', 'holdfast.mjs'), ...given];
    const [program, ...rest] = name === 'holdfast' ? own : [name, ...given];
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], signal });
      const pass = (chunk: Buffer) => void process.stderr.write(chunk);
      child.stdout.on('data', pass);
      child.stderr.on('data', pass);
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOENT'
            ? new Failure(
                'tool',
                `There is no ${program}: it comes with ESP-IDF, or with pip install esptool.`,
              )
            : error,
        ),
      );
      child.on('close', code =>
        code === 0 ? resolve() : reject(new Failure('step', `This failed (${code}): ${shown(step)}`)),
      );
    });
  }
}
