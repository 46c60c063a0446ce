import test from 'ava';
import { engines } from '../../../tools/world/engines.js';
import { inProcess } from '../support.js';

test('an engine that virtual time does not step is refused for a seeded world, with the reason; that of realms is offered', async t => {
  for (const engine of engines.filter(name => name !== 'node')) {
    const { status, stderr } = await inProcess(['sim', '--engine', engine]);
    t.is(status, 2);
    t.regex(stderr, /no boards on xs yet: .* virtual time does not step/);
  }
  const { status, stderr } = await inProcess([
    'sim',
    '--engine',
    'node',
    '--shrink',
    '--page',
    '--hours',
    '0.1',
  ]);
  t.is(status, 2);
  t.regex(stderr, /--page and --shrink exclude each other/);
});
