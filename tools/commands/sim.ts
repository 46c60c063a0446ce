/** `holdfast sim`: a whole world that one seed replays. */
import { defineCommand, flag, flags, toggle } from '../cli/command.js';
import { count, type Kind, Misfit, oneOf } from '../cli/kinds.js';
import { FAULTS } from '../sim/faultNames.js';
import type { SimResult } from '../sim/run.js';

const NO_FAULTS = 'none';

/** Hours, 0.1 to 1000, with a decimal or none. */
const hoursKind: Kind<number> = {
  hint: 'HOURS',
  parse: text => {
    const hours = Number(text);
    if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || hours < 0.1 || hours > 1000) {
      throw new Misfit('takes hours from 0.1 to 1000');
    }
    return hours;
  },
};

export default defineCommand({
  summary: 'Replay a faulty world of many boards from one seed',
  details:
    'Boards on Node, each in a realm of its own with the unchanged firmware, a broker, endpoints and a real chain under\n' +
    'one virtual clock. Power fails, connections are cut, boards and operators are out of reach or slow, as the seed\n' +
    'draws it; rules written from the protocol are checked all the while. Two runs of one seed have the same log, whose\n' +
    'hash is printed. Trust is level 1, a quorum of endpoints: there is no beacon here yet.',
  example: 'holdfast sim --seed 1 --boards 2 --hours 0.1',
  operands: {},
  flags: {
    seed: flag(count(0, 2 ** 31, 'NUMBER'), 'Draws everything', 1),
    boards: flag(count(1, 100), 'How many boards there are', 2),
    hours: flag(hoursKind, 'Virtual hours with orders and faults; some more follows, to heal', 1),
    faults: flags(oneOf(...FAULTS, NO_FAULTS), 'Which faults there are; all if left out'),
    verbose: toggle('Show every line of the log'),
  },
  run: async ({ flags: { boards, faults, hours, seed, verbose }, note, signal }) => {
    const { simulate } = await import('../sim/simulation.js');
    let toldHours = 0;
    const drawn = FAULTS.filter(fault => faults.length === 0 || faults.includes(fault));
    const result = await simulate({
      ...{ boards, hours, seed, signal, faults: drawn },
      ...(verbose && { onLine: note }),
      onProgress: (atMs, events) => {
        const tenths = Math.floor(atMs / 360_000);
        if (tenths > toldHours) note(`${(tenths / 10).toFixed(1)} hours, ${events} events`);
        toldHours = Math.max(toldHours, tenths);
      },
    });
    const named = faults.map(fault => ` --faults ${fault}`).join('');
    return { ...result, replay: `holdfast sim --seed ${seed} --boards ${boards} --hours ${hours}${named}` };
  },
  show: result => linesOf(result),
});

function linesOf(result: SimResult & { replay: string }): string[] {
  const { boardHours, cpuSeconds, events, faults, findings, hours, lines, links, logHash, receipts } = result;
  const rate = Math.round((boardHours * 3600) / cpuSeconds);
  return [
    `${hours.toFixed(2)} hours, ${boardHours.toFixed(1)} board-hours, ${events} events, ${result.blocks} blocks`,
    `${links} links, ${receipts} receipts; faults: ${FAULTS.map(name => `${faults[name]} ${name}`).join(', ')}`,
    `${rate} board-hours in an hour of the processor, the chain's own process left out`,
    `log of ${lines} lines, SHA-256 ${logHash}`,
    ...(result.ok ? [] : result.tail.map(line => `  ${line}`)),
    ...findings.map(({ rule, what }) => `✗ ${rule}: ${what}`),
    result.ok ? '✓ every rule held, and everything linked is receipted' : `again: ${result.replay}`,
  ];
}
