import test from 'ava';
import { outlivesItsAppsModule } from './appModule.js';

test('a board whose confirmed app throws as its module loads goes on without it', async t => {
  await outlivesItsAppsModule(t, { name: 'node' });
});
