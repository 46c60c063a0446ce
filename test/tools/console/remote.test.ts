import { connect } from 'node:net';
import test from 'ava';
import { offerConsole, remoteConsole } from '../../../tools/console/remote.js';

const echo = {
  request: async (method: string, parameters?: unknown) => {
    if (method === 'fail') throw new Error('the board says no');
    return { method, parameters };
  },
};

test('requests reach the board and its words come back, refusals included', async t => {
  const offered = await offerConsole(echo);
  t.teardown(offered.close);
  const console = remoteConsole(offered);
  t.deepEqual(await console.request('identify', { a: [1] }), { method: 'identify', parameters: { a: [1] } });
  t.deepEqual(await console.request('identify'), { method: 'identify', parameters: null });
  await t.throwsAsync(console.request('fail'), { message: /The board refuses: the board says no/ });
});

test('without the token nobody is heard; with it, the same request is', async t => {
  const asked: string[] = [];
  const offered = await offerConsole({
    request: async method => {
      asked.push(method);
      return true;
    },
  });
  t.teardown(offered.close);
  const wrong = `${offered.token.slice(0, -1)}${offered.token.endsWith('0') ? '1' : '0'}`;
  await t.throwsAsync(remoteConsole({ ...offered, token: wrong }).request('configure'), {
    message: /hung up/,
  });
  await t.throwsAsync(remoteConsole({ ...offered, token: '' }).request('configure'), { message: /hung up/ });
  t.deepEqual(asked, []);
  t.true(await remoteConsole(offered).request('identify'));
  t.deepEqual(asked, ['identify']);
});

test('nonsense and endless lines are hung up on, and the console goes on', async t => {
  const offered = await offerConsole(echo);
  t.teardown(offered.close);
  for (const bytes of ['{}\n', 'null\n', '\u0000\n', 'x'.repeat(70_000)]) {
    await new Promise<void>(resolve => {
      const socket = connect(offered.port, offered.host, () => socket.write(bytes));
      socket.on('error', () => {}).on('close', () => resolve());
      socket.resume();
    });
  }
  t.truthy(await remoteConsole(offered).request('identify'));
});

test('a console that is not there is one line', async t => {
  const offered = await offerConsole(echo);
  await offered.close();
  await t.throwsAsync(remoteConsole(offered).request('identify'), {
    message: /^[^\n]*cannot be reached \(ECONNREFUSED\)[^\n]*$/,
  });
});
