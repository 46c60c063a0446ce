/** The decision in C against the table of firmware/update's tests, over all states. */
import { bootStates, rowsOf } from '../../../firmware/update/bootTable.js';
import { testInC } from '../../native/program.js';

const marks = ['none', 'new', 'tried', 'confirmed', 'failed'];
const starts = ['nothing', 'active', 'other'];
const kinds = ['confirmed', 'pending', 'recovery'];

testInC(
  'in C each state of two slots is decided as the table says',
  'bootDecisionProgram',
  ['../../../firmware/esp32/native/bootDecision.c'],
  async (t, program) => {
    const asked = bootStates.flatMap(({ active, failures, mark, other }) => [
      marks.indexOf(mark),
      ...[active, other].map(Number),
      failures,
    ]);
    const answer = await program.ask(Buffer.from(asked));
    const lines = answer.toString().trim().split('\n');
    t.is(lines.length, bootStates.length);
    for (const [i, facts] of bootStates.entries()) {
      const { as, mark, start, swaps } = rowsOf(facts)[0].decided;
      const wanted = [starts.indexOf(start), kinds.indexOf(as), Number(swaps), marks.indexOf(mark)];
      t.is(lines[i], wanted.join(' '), JSON.stringify(facts));
    }
  },
);
