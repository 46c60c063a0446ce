import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { flipByte, flipHex } from '../../../host-sim/attack/flip.js';
import { type RpcMutation, rpcProxy } from '../../../host-sim/attack/rpc/proxy.js';

/** An endpoint that answers each call with what was asked, and errors on `fail`. */
async function endpoint(t: ExecutionContext, mutation?: RpcMutation) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    bodies.push(text);
    const answer = ({ id, method, params }: { id: unknown; method: string; params: unknown }) =>
      method === 'fail'
        ? { jsonrpc: '2.0', id, error: { code: -1, message: 'no' } }
        : { jsonrpc: '2.0', id, result: { method, params } };
    const calls = JSON.parse(text);
    response.end(JSON.stringify(Array.isArray(calls) ? calls.map(answer) : answer(calls)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close().closeAllConnections());
  const proxy = await rpcProxy({
    upstream: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    mutation,
  });
  t.teardown(proxy.close);
  const post = async (value: unknown) => {
    const response = await fetch(proxy.url, { method: 'POST', body: JSON.stringify(value) });
    const text = await response.text();
    return {
      status: response.status,
      text,
      value: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined,
    };
  };
  return { proxy, post, bodies };
}
const rpc = (id: unknown, method: string, params: unknown[] = []) => ({ jsonrpc: '2.0', id, method, params });

test('without a mutation every byte goes through unchanged, both ways', async t => {
  const { post, bodies, proxy } = await endpoint(t);
  for (const value of [rpc(1, 'a', [1]), [rpc('x', 'b'), rpc(null, 'fail')], rpc(9, 'fail')]) {
    const { value: answer } = await post(value);
    t.is(bodies.at(-1), JSON.stringify(value));
    const ids = [value].flat().map(each => each.id);
    t.deepEqual(
      [answer].flat().map(each => each.id),
      ids,
    );
  }
  t.deepEqual(
    proxy.calls.map(each => each.method),
    ['a', 'b', 'fail', 'fail'],
  );
});

test('a mutation sees each call of a batch and changes the one it wants', async t => {
  const { post, proxy } = await endpoint(t, async (call, upstream) => {
    if (call.method !== 'b') return undefined;
    const honest = await upstream.answer();
    return { result: [honest, await upstream.ask('other', [7])] };
  });
  const { value } = await post([rpc(1, 'a'), rpc(2, 'b', [5]), rpc(3, 'fail')]);
  t.deepEqual(value, [
    { jsonrpc: '2.0', id: 1, result: { method: 'a', params: [] } },
    {
      jsonrpc: '2.0',
      id: 2,
      result: [{ result: { method: 'b', params: [5] } }, { result: { method: 'other', params: [7] } }],
    },
    { jsonrpc: '2.0', id: 3, error: { code: -1, message: 'no' } },
  ]);
  t.is(proxy.mutated(), 1);
  proxy.setMutation(undefined);
  t.is(proxy.mutated(), 0);
  t.deepEqual((await post(rpc(4, 'b'))).value.result, { method: 'b', params: [] });
});

test('whole answers, statuses, strange objects and cuts are sent as they were asked for', async t => {
  const { post, proxy } = await endpoint(t);
  proxy.setMutation(async () => ({ body: 'nonsense', status: 418 }));
  t.like(await post(rpc(1, 'a')), { status: 418, text: 'nonsense' });
  proxy.setMutation(async () => ({ value: 'strange' }));
  t.is((await post([rpc(1, 'a'), rpc(2, 'b')])).text, '["strange","strange"]');
  for (const bytes of [0, 5]) {
    proxy.setMutation(async () => ({ cut: bytes }));
    await t.throwsAsync(post(rpc(1, 'a')));
  }
  proxy.setMutation(async () => {
    throw new Error('a mutation that fails');
  });
  await t.throwsAsync(post(rpc(1, 'a')));
  proxy.setMutation(undefined);
  t.is((await post(rpc(1, 'a'))).status, 200);
});

test('closing ends what hangs, and can be repeated', async t => {
  const { post, proxy } = await endpoint(t, () => new Promise(() => {}));
  const hanging = t.throwsAsync(post(rpc(1, 'a')));
  while (proxy.calls.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  await proxy.close();
  await proxy.close();
  await hanging;
});

test('a flip changes one bit, and a second one brings it back', t => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer(), (bytes, where) => {
      const at = ((where % bytes.length) + bytes.length) % bytes.length;
      const flipped = flipByte(bytes, at);
      t.is(flipped.length, bytes.length);
      t.deepEqual(
        [...flipped].map((byte, i) => byte ^ bytes[i]).filter(byte => byte !== 0),
        [1],
      );
      t.deepEqual(flipByte(flipped, at), bytes);
      t.deepEqual(flipByte(bytes, at - bytes.length), flipped);
      const hex = `0x${Buffer.from(bytes).toString('hex')}`;
      t.is(flipHex(hex, at), `0x${Buffer.from(flipped).toString('hex')}`);
    }),
  );
  t.is(flipHex('0x'), '0x01');
  t.is(flipHex('0x1'), '0x0');
  t.is(flipHex('0x123'), '0x122');
  t.is(flipHex('0x1234', 5), '0x123401');
});
