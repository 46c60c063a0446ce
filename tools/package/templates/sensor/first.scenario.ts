// Promises of this board, whoever stands in the way: npm run rig
import { scenario } from 'holdfast/rig';

export default scenario({
  name: 'above the limit the alarm goes on, below it goes off',
  steps: [
    { command: { action: 'sensor.read' } },
    { command: { action: 'holdfast.config', params: { set: { limit: 1000 } } } },
    { input: { pin: 34, value: 2000 } },
    { output: { pin: 2, is: true } },
    { input: { pin: 34, value: 500 } },
    { output: { pin: 2, is: false } },
  ],
});
