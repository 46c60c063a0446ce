import { existsSync } from 'node:fs';
import { DEVELOPMENT_CHAIN } from '../board/finality.js';
import { defineCommand, flag, flags as many, toggle } from '../cli/command.js';
import { path } from '../cli/kinds.js';
import { examine } from '../doctor/examine.js';
import { boardFlags, imagesFlag, senderFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Look whether everything is in place, and say what to do where it is not',
  details:
    'Asks every endpoint that is named by a flag or the project file. What is not named is passed over. Keystores are\n' +
    'read, not opened. With --rig, or where there is a boards.json, also the bench: serial lines, rights, hubs, supplies,\n' +
    'clock, SDK and ESP-IDF, brown-outs in kept logs; no line is opened and no power switched. Exit status 1 when there\n' +
    'is a problem.',
  example: 'holdfast doctor --rpc http://127.0.0.1:8545 --rig --log console.log',
  operands: {},
  flags: {
    ...boardFlags,
    ...imagesFlag,
    ...senderFlags,
    rig: toggle('look at the bench too'),
    boards: flag(path, 'the file in which the boards of the bench are described', 'boards.json'),
    log: many(path, 'a kept log of a board’s console, or a report of the rig, searched for brown-outs'),
  },
  run: async input => {
    const { boards, log, rig } = input.flags;
    const settings = new Settings(input.flags);
    const checks = await examine(settings, input);
    if (rig || log.length > 0 || existsSync(boards)) {
      const { examineRig } = await import('../rig/doctor/examineRig.js');
      input.progress?.('looks at the bench');
      checks.push(
        ...(await examineRig({
          boards,
          logs: log,
          environment: input.environment,
          block: await newestBlock(settings),
        })),
      );
    }
    return { ok: checks.every(({ state }) => state !== 'problem'), checks };
  },
  show: ({ checks }) =>
    checks.flatMap(({ detail, name, remedy, state }) => [
      `${state.padEnd(8)} ${name.padEnd(14)} ${detail}`,
      ...(remedy ? [`${''.padEnd(23)} → ${remedy}`] : []),
    ]),
});

/** Unix seconds of the newest block of a chain that keeps real time; undefined for another, or where none answers. */
async function newestBlock(settings: Settings): Promise<number | undefined> {
  if (settings.find('rpc') === undefined) return undefined;
  try {
    const { chain } = await settings.chain();
    return chain.chainId === DEVELOPMENT_CHAIN ? undefined : await chain.now();
  } catch {
    return undefined;
  }
}
