import { defineCommand, flag, flags, toggle } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { count, oneOf, url, worldName } from '../../cli/kinds.js';
import { engines } from '../../world/engines.js';
import { inMegabytes, type Summary } from '../../world/summary.js';

const BOARDS_MAX = 5000;
const BROKERS_MAX = 16;

export default defineCommand({
  summary: 'Start many simulated boards on one chain, and leave them running',
  details:
    'Each board is a process with its flash, its key and its sockets; all are registered and active when it says so. They\n' +
    'are named GROUP-1 and so on, and every command works on one: --world GROUP-1. A board that ends is started again. At\n' +
    'level 4 a board has one connection, to its broker, behind which a prover answers. Ctrl-C, or holdfast world down, ends\n' +
    'all of it and removes the files of it.',
  example: 'holdfast world up --boards 3 --engine node',
  operands: {},
  flags: {
    boards: flag(count(1, BOARDS_MAX), 'How many boards there are', 10),
    name: flag(worldName, 'The name of the world', 'fleet'),
    group: flags(
      worldName,
      'A group of boards, named for it; they are dealt to the groups in turn (default board)',
    ),
    engine: flag(
      oneOf(...engines),
      'What the boards run on; xs needs npm run build:xs before',
      engines.at(-1)!,
    ),
    level: flag(
      oneOf('1', '4'),
      'Header trust of the boards: 4, a sync committee; 1, endpoints that agree',
      '4',
    ),
    rpc: flags(
      url('http', 'https'),
      'JSON-RPC endpoint of a development chain, in place of our own; up to two',
    ),
    beacon: flag(
      url('http', 'https'),
      'Beacon API around the chain of --rpc, in place of our own; for level 4',
    ),
    broker: flags(
      url('mqtt', 'mqtts'),
      'MQTT broker, in place of our own; the boards are dealt to them in turn',
    ),
    brokers: flag(count(1, BROKERS_MAX), 'How many brokers of our own there are', 1),
    page: toggle('serve a page of it, which this machine alone can open'),
  },
  run: async ({ emit, flags: given, json, note, progress, signal }) => {
    if (given.beacon && (given.level !== '4' || given.rpc.length === 0)) {
      throw new UsageError(
        '--beacon goes with level 4 and with --rpc: name the chain around which that beacon chain is.',
      );
    }
    const { runWorld } = await import('../../world/up.js');
    progress?.('starts a world');
    const { showFleet } = given.page ? await import('../../page/showFleet.js') : {};
    await runWorld({
      ...{ world: given.name, directory: process.cwd(), boards: given.boards },
      ...{ groups: given.group.length > 0 ? given.group : ['board'], engine: given.engine },
      ...{ rpc: given.rpc, brokers: given.broker, brokerCount: given.brokers },
      level: given.level === '4' ? 4 : 1,
      ...(given.beacon && { beacon: given.beacon }),
      signal,
      onEvent: (name, detail) => progress?.(`${name}: ${detail}`),
      onEnded: (name, why) => note(`${name} ended, and is started again: ${why}`),
      onProgress: done => progress?.(`${done} of ${given.boards} boards are up`),
      beside: showFleet && (world => showFleet(world, !json)),
      onReady: (summary, page) => {
        progress?.(undefined);
        if (json) emit({ ready: { ...summary, page } }, '');
        else for (const line of [...linesOf(summary), ...(page ? [`Page ${page}`] : [])]) note(line);
      },
    });
    return { ok: true };
  },
  show: () => [],
});

function linesOf({ boards, brokers, fleet, groups, memory, rpc, startMs }: Summary): string[] {
  const kept = memory === undefined ? '' : `, with ${inMegabytes(memory)} of memory`;
  const [first] = Object.keys(groups);
  const each = Object.entries(groups).map(([group, of]) => `${of} ${group}`);
  return [
    `${boards} boards are active after ${(startMs / 1000).toFixed(1)} s${kept}: ${each.join(', ')}.`,
    `Chain ${rpc}, brokers ${brokers.join(', ')}, fleet ${fleet}.`,
    `holdfast world list shows them; holdfast command relay.set '{"on":true}' --world ${first}-1 orders one.`,
    'Ctrl-C, or holdfast world down, stops all of it.',
  ];
}
