/** Answers of a chain are given again while nothing can have changed them, and never longer. */
import test from 'ava';
import { KnownAnswers } from '../../../host-sim/world/knownAnswers.js';

/** A chain whose answers say how often it was asked. */
function counting() {
  const asked: string[] = [];
  const answers = new KnownAnswers(async body => {
    const { id, method } = JSON.parse(body);
    asked.push(method);
    const said = method === 'eth_getProof' ? '"error":{"code":1,"message":"no"}' : `"result":${asked.length}`;
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},${said}}`;
  });
  const ask = async (method: string, params: unknown[] = [], id: unknown = 1) =>
    JSON.parse(await answers.post(JSON.stringify({ jsonrpc: '2.0', id, method, params })));
  return { asked, ask, answers };
}

test('a question is asked once, whoever asks it again, and each gets its own id', async t => {
  const { ask, asked } = counting();
  t.deepEqual(await ask('eth_blockNumber', [], 7), { jsonrpc: '2.0', id: 7, result: 1 });
  t.deepEqual(await ask('eth_blockNumber', [], 'x'), { jsonrpc: '2.0', id: 'x', result: 1 });
  t.is((await ask('eth_getCode', ['0x1'])).result, 2);
  t.is((await ask('eth_getCode', ['0x2'])).result, 3);
  t.is(asked.length, 3);
});

test('whatever may change the chain makes all be asked again', async t => {
  for (const change of [
    'evm_mine',
    'evm_mine_detailed',
    'eth_sendRawTransaction',
    'anvil_reorg',
    'evm_revert',
    'unheard_of',
  ]) {
    const { ask, asked } = counting();
    await ask('eth_blockNumber');
    await ask(change);
    t.is((await ask('eth_blockNumber')).result, 3, change);
    t.is(asked.length, 3, change);
  }
});

test('an error is asked again, and so is what is no single request', async t => {
  const { answers, ask, asked } = counting();
  await ask('eth_getProof');
  await ask('eth_getProof');
  t.is(asked.length, 2);
  await ask('eth_blockNumber');
  await t.throwsAsync(answers.post('nonsense'));
  t.is((await ask('eth_blockNumber')).result, 4);
});
