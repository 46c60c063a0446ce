/** A world in which two fleets begin with one set of checkpoint keys, and each changes its own. */
import { simulate } from '../../../tools/sim/simulation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

testWithChain(
  'a board that was sold follows the checkpoint keys of the fleet of its new owner, through their changes',
  async t => {
    const lines: string[] = [];
    const { findings } = await simulate({
      ...{ seed: 1, boards: 1, hours: 0.4, faults: ['signers', 'keys', 'transfer'] },
      ...{ signal: new AbortController().signal, onLine: line => lines.push(line) },
    });
    t.deepEqual(findings, []);
    const at = (pattern: RegExp, from: number) =>
      lines.findIndex((line, place) => place > from && pattern.test(line));
    const before = at(/ buyer names \d checkpoint keys/, 0);
    const sold = at(/ owner has board-1, which trusts as it should/, before);
    const after = at(/ buyer names \d checkpoint keys/, sold);
    t.true(before > 0 && sold > before && after > sold);
    t.true(at(/ board-1 runs mark /, after) > after);
  },
);
