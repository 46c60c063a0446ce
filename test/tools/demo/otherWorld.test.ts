/** A world does not overwrite another that runs in its folder, nor a project of somebody's own. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import test from 'ava';
import { refuseOtherWorld } from '../../../tools/demo/otherWorld.js';
import { writeProject } from '../../../tools/project/project.js';
import { temporaryDirectory } from '../support.js';

const token = 'ab'.repeat(16);

test('a world that runs is left alone; one that has ended is not in the way', async t => {
  const directory = temporaryDirectory(t);
  await t.notThrowsAsync(refuseOtherWorld(directory), 'nothing is there');
  const server = createServer(socket => socket.on('error', () => {}));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeProject(directory, { console: { host: '127.0.0.1', port, token } });
  await t.throwsAsync(refuseOtherWorld(directory), { message: /runs in .* already/ });
  await new Promise(resolve => server.close(resolve));
  await t.notThrowsAsync(refuseOtherWorld(directory));
});

test('a project that is no simulation is never overwritten', async t => {
  const directory = temporaryDirectory(t);
  writeProject(directory, { rpc: 'https://chain.example' });
  await t.throwsAsync(refuseOtherWorld(directory), { message: /no simulation, and is left as it is/ });
});
