// Promises of this board, whoever stands in the way: npm run rig
import { type StepInput, scenario } from 'holdfast/rig';

const open = (by: 'operator' | 'signerA', result: boolean): StepInput => ({
  command: { action: 'lock.open', params: { seconds: 5 }, by, result: { open: result } },
});

export default scenario({
  name: 'one operator alone does not open the door, and two do',
  steps: [
    open('operator', false),
    open('operator', false),
    open('signerA', true),
    { output: { pin: 4, is: true } },
    { cut: {} },
    { boot: {} },
    open('operator', false),
  ],
});
