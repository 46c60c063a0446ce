// Promises of this board, whoever stands in the way: npm run rig
import { scenario } from 'holdfast/rig';

export default scenario({
  name: 'the board answers its operator, and nobody who changes an order on its way',
  steps: [
    { command: { action: 'blank.hello', params: { name: 'you' }, result: { hello: 'you' } } },
    { order: { action: 'blank.hello', params: { name: 'you' } } },
    { deny: { change: { params: { name: 'me' } }, code: 'not_anchored' } },
    { deliver: {} },
  ],
});
