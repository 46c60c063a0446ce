/** `holdfast rig run`: scenarios on a board, and what came of each. */
import { defineCommand, flag, flags, optionalOperand } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { count, duration, path, text } from '../../cli/kinds.js';
import { shellQuoted } from '../../cli/shellWord.js';
import { settingFlags } from '../../demo/settingFlags.js';
import { chooseTarget, targetKind } from '../../rig/chooseTarget.js';
import { replayLine } from '../../rig/junit.js';
import { RECORDING } from '../../rig/recordingEngines.js';
import { reservationsOf } from '../../rig/serial/boards.js';

export default defineCommand({
  summary: 'Run scenarios on a board: acceptance tests that order, deny, update and cut the power',
  details:
    'A scenario is a file *.scenario.ts or *.scenario.yaml (holdfast rig steps has the steps). All are checked before\n' +
    'anything starts. A board with a chain, a broker and an image server of its own serves one scenario after another;\n' +
    'what a scenario left is taken back, and a board that a scenario failed on is not used again. A scenario whose needs\n' +
    'the target does not meet is not run, and the report says why. A real board is reached over its serial line and your\n' +
    'network; it must be new, or --prepare, or prepare in boards.json, a command that erases and flashes it.',
  example: 'holdfast rig run rig --target node --jobs 2 --junit rig.xml --html rig.html',
  operands: { path: optionalOperand(path, 'a file, or a folder of scenarios (default: rig)') },
  flags: {
    target: flags(
      targetKind,
      `${settingFlags.engine.description}; serial:PORT or board:NAME for a real one, board:NAME,NAME for whichever is free, board:NAME@HOST:PORT at an exporter (default node); of several, each runs everything`,
    ),
    image: flags(
      path,
      'run everything with this image on the board, and with each other one that is given; current for the one of the sources',
    ),
    boards: flag(path, 'the file in which board:NAME is described', 'boards.json'),
    wait: flag(duration(86_400), 'for a board of boards.json that another run holds (default 10m)', 600),
    host: flag(
      text('ADDRESS', 100),
      'of serial:PORT, or at an exporter: the address of this machine by which the board reaches it',
    ),
    'token-file': flag(path, 'of board:NAME@HOST:PORT: the file of the exporter’s token'),
    prepare: flag(text('COMMAND', 1000), 'of serial:PORT: makes the board new, before each world'),
    level: settingFlags.level,
    'one-socket': settingFlags['one-socket'],
    app: flag(path, 'the app of the board; the relay of the examples if left out'),
    only: flags(text('TEXT'), 'run scenarios whose name has this text in it'),
    jobs: flag(count(1, 16), 'run so many at once, each on a board of its own', 1),
    retries: flag(count(0, 10), 'run a scenario that failed again, on another board, so many times', 0),
    for: flag(duration(7 * 86_400), 'run all of them again and again for so long, whatever fails, and count'),
    junit: flag(path, 'write the report as JUnit XML to this file'),
    html: flag(path, 'write the report as a page to this file'),
    record: flag(
      path,
      'keep in this folder the recording of each scenario that failed, on boards of node and xs',
    ),
  },
  run: async ({ flags: given, json, note, operands, progress, signal, warn }) => {
    const { loadScenarios } = await import('../../rig/load.js');
    const { ScenarioProblem } = await import('../../rig/parse.js');
    const folder = operands.path ?? 'rig';
    const all = await loadScenarios(folder).catch(error => {
      throw error instanceof ScenarioProblem ? new UsageError(`${error.message}.`, 'scenario') : error;
    });
    const chosen = all.filter(
      ({ name }) => given.only.length === 0 || given.only.some(part => name.includes(part)),
    );
    if (chosen.length === 0) throw new UsageError(`No scenario of ${folder} has such a name.`, 'scenario');
    const names = given.target.length > 0 ? [...new Set(given.target)] : ['node'];
    const images = [...new Set(given.image)];
    // Of several targets each has its share of the jobs.
    const jobs = names.length * Math.max(1, images.length) > 1 ? 1 : given.jobs;
    if (given.record !== undefined && !names.some(name => RECORDING.includes(name)))
      throw new UsageError(`--record is for boards of ${RECORDING.join(' and ')}: others do not record.`);
    const targets = names.map(target => chooseTarget({ ...given, images, jobs, target }));
    const { runRig } = await import('../../rig/rig.js');
    return runRig({
      scenarios: chosen,
      ...{ app: given.app, targets, images, level: given.level === '4' ? 4 : 1 },
      ...{
        oneSocket: given['one-socket'],
        jobs: given.jobs,
        retries: given.retries,
        reservations: names.some(isNamed) ? reservationsOf(given.boards) : undefined,
        waitMs: given.wait * 1000,
        soakMs: given.for && given.for * 1000,
        junit: given.junit,
        html: given.html,
        record: given.record,
      },
      again: againOf(folder, given),
      ...{ json, note, progress, signal, warn },
    }).catch(error => {
      throw signal.aborted || error instanceof Failure
        ? error
        : new Failure('world', (error as Error).message);
    });
  },
  show: ({ failed, notRun, passed, reports, seconds, table }) => [
    ...reports.flatMap(({ failure, name, outcome, again, recording }) =>
      outcome === 'failed'
        ? [
            `✗ ${name}`,
            `    ${failure}`,
            `    again: ${again}`,
            ...(recording ? [`    recording: ${replayLine(recording)}`] : []),
          ]
        : [],
    ),
    ...(table ? ['', ...table, ''] : []),
    `${passed} passed, ${failed} failed, ${notRun} not run, in ${seconds} s`,
  ],
});

const isNamed = (target: string): boolean => target.startsWith('board:');

/** The command line that runs the same again, on one target or on all, without the files of the report. */
function againOf(
  folder: string,
  given: {
    target: readonly string[];
    image: readonly string[];
    boards: string;
    host?: string;
    prepare?: string;
    'token-file'?: string;
    level: string;
    'one-socket': boolean;
    app?: string;
  },
): (name: string, on?: { target: string; image?: string }) => string {
  const words = [
    ...(given.boards === 'boards.json' ? [] : [`--boards ${given.boards}`]),
    ...(given.host ? [`--host ${given.host}`] : []),
    ...(given.prepare ? [`--prepare ${shellQuoted(given.prepare)}`] : []),
    ...(given['token-file'] ? [`--token-file ${given['token-file']}`] : []),
    ...(given.level === '4' ? [] : [`--level ${given.level}`]),
    ...(given['one-socket'] ? ['--one-socket'] : []),
    ...(given.app ? [`--app ${given.app}`] : []),
  ];
  return (name, on) => {
    const targets = on ? [on.target] : given.target.length > 0 ? given.target : ['node'];
    const images = on ? (on.image === undefined ? [] : [on.image]) : given.image;
    return [
      `holdfast rig run ${folder}`,
      ...targets.map(target => `--target ${target}`),
      ...images.map(image => `--image ${image}`),
      ...words,
      ...(name === '' ? [] : [`--only "${name}"`]),
    ].join(' ');
  };
}
