import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { targets } from '../../chip/chips.js';
import { lines, runSteps } from '../../chip/run.js';
import { phraseOf, secureSteps } from '../../chip/steps.js';
import { defineCommand, flag, requiredFlag, toggle } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { count, oneOf, path, text } from '../../cli/kinds.js';
import { hardwareFlag } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Lock a chip: secure boot and flash encryption, or say how',
  details:
    'Prints every step, in order, and does nothing. With --burn it asks you to type a phrase at the terminal and then does\n' +
    'them: keys are burned, and that cannot be undone. Nothing answers the question for you. Not tested on silicon yet.',
  example:
    'holdfast chip secure --target esp32c3 --keys keys --build build --version 1 --hardware 0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  operands: {},
  flags: {
    target: requiredFlag(oneOf(...targets), 'the chip'),
    port: flag(text('PORT', 100), 'its serial port', '/dev/ttyUSB0'),
    keys: requiredFlag(path, 'folder of the signing key (secure-boot.pem), made if it is not there'),
    build: requiredFlag(path, 'what npm run build:esp32 -- --secure made'),
    version: requiredFlag(count(1, 0xffffffff), 'of the first image'),
    ...hardwareFlag,
    burn: toggle('do it, after you have typed the phrase'),
  },
  run: async ({ flags, note, signal }) => {
    const { build, burn, hardware, keys, port, target, version } = flags;
    const keyExists = existsSync(join(keys, 'secure-boot.pem'));
    const steps = secureSteps({ target, port, keys, keyExists, build, version, hardware: hardware.id });
    if (!burn) return { ok: true, burned: false, steps };
    for (const folder of [keys, build]) {
      if (!existsSync(folder))
        throw new Failure('file', `There is no folder ${folder}: make it, or name another.`);
    }
    for (const line of lines(steps)) note(line);
    await confirm(phraseOf(target, port), signal);
    await runSteps(steps, note, signal);
    return { ok: true, burned: true, steps };
  },
  show: ({ burned, steps }) =>
    burned
      ? ['The chip locks itself at its first start. Look at its console, and keep the signing key offline.']
      : [...lines(steps), 'Nothing was done: --burn does it, after you have typed a phrase.'],
});

/** At a terminal only: a pipe that says yes is not a person who means it. */
async function confirm(phrase: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      'holdfast chip secure --burn asks a person: run it at a terminal, without a pipe.',
      'no_terminal',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`Type "${phrase}" to go on: `, { signal });
    if (typed.trim() !== phrase)
      throw new Failure('not_confirmed', 'That was not the phrase: nothing was done.');
  } finally {
    terminal.close();
  }
}
