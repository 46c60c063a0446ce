/** A real chain behind endpoints that lie: the command says no_witness or no_quorum, never runs, and its twin does. */

import { missingMethod, pruned } from '../../../host-sim/attack/rpc/absence.js';
import { forgeBlock, lagBehind } from '../../../host-sim/attack/rpc/header.js';
import {
  anotherAccount,
  anotherSlot,
  flippedAccountProof,
  flippedHeader,
  flippedStorageProof,
} from '../../../host-sim/attack/rpc/mutations.js';
import { answerNonsense, kindsOfNonsense } from '../../../host-sim/attack/rpc/nonsense.js';
import { emptyStorage, olderProof } from '../../../host-sim/attack/rpc/proof.js';
import { type RpcMutation, type RpcProxy, rpcProxy } from '../../../host-sim/attack/rpc/proxy.js';
import { Organisation } from '../../fakes/organisation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { ChainBoard } from './chainBoard.js';

/** The lie of both endpoints, the verdict of the command under it, and the codes of the witnesses. */
const attacks: [name: string, mutation: RpcMutation, cause: string, reported: string | undefined][] = [
  ['header', flippedHeader, 'no_witness', 'header_mismatch'],
  ['account proof', flippedAccountProof, 'no_witness', 'proof_invalid'],
  ['storage proof', flippedStorageProof, 'no_witness', 'proof_invalid'],
  ['another slot', anotherSlot, 'no_witness', 'wrong_answer'],
  ['another account', anotherAccount, 'no_witness', 'wrong_answer'],
  ['empty storage', emptyStorage(), 'no_witness', 'proof_invalid'],
  ['older proof', olderProof(40), 'no_witness', 'proof_invalid'],
  ['nonsense for a proof', answerNonsense('emptyObject', /^eth_getProof$/), 'no_witness', 'malformed'],
  ['no eth_getProof', missingMethod(), 'unsupported', 'unsupported'],
  ['pruned', pruned(), 'pruned', 'pruned'],
  ['links withheld', withholdLogs(), 'withheld', undefined],
  ['links forged', forgeLogs(), 'withheld', undefined],
];

function withholdLogs(): RpcMutation {
  return async ({ method }) => (method === 'eth_getLogs' ? { result: [] } : undefined);
}

function forgeLogs(): RpcMutation {
  return async ({ method }, upstream) => {
    if (method !== 'eth_getLogs') return undefined;
    const answer = await upstream.answer();
    if (!('result' in answer)) return answer;
    const logs = answer.result as { data: string }[];
    return { result: logs.map(log => ({ ...log, data: `0x${'ff'.repeat(32)}${log.data.slice(66)}` })) };
  };
}

testWithChain('each lie, by all endpoints and by one alone, and the same bytes after it', async t => {
  const org = await Organisation.found();
  const proxies: RpcProxy[] = [];
  try {
    for (let i = 0; i < 2; i++) proxies.push(await rpcProxy({ upstream: org.chain.url }));
    const board = await new ChainBoard(
      org,
      proxies.map(({ url }) => url),
    ).proveNow();
    const commands = [];
    for (let i = 0; i < attacks.length + 2; i++) commands.push(await board.link('once'));
    await org.finalise();

    for (const [i, [name, mutation, cause, reported]] of attacks.entries()) {
      const command = commands[i];
      const before = board.reports.length;
      for (const proxy of proxies) proxy.setMutation(mutation);
      t.regex(await board.deliver(command), new RegExp(`^undetermined ${cause}`), name);
      const codes = board.reports
        .slice(before)
        .map(({ result }) => (result.verdict === 'rejected' ? result.code : result.cause));
      t.deepEqual([...new Set(codes)], reported ? [reported] : [], name);
      t.is(board.effects.length, i, name);
      t.true(proxies[0].mutated() > 0, `${name} was used`);
      proxies[1].setMutation(undefined);
      t.is(await board.deliver(command), 'done', `${name}: one honest endpoint is enough for a witness`);
    }

    for (const proxy of proxies) proxy.setMutation(undefined);
    const [first, second] = commands.slice(attacks.length);
    proxies[0].setMutation(forgeBlock());
    t.is(await board.deliver(first), 'undetermined no_quorum', 'endpoints that disagree');
    proxies[0].setMutation(undefined);
    t.is(await board.deliver(first), 'done');
    for (const proxy of proxies) proxy.setMutation(lagBehind(20));
    t.is(await board.deliver(second), 'undetermined stale', 'an older block than was final before');
    for (const proxy of proxies) proxy.setMutation(undefined);
    t.is(await board.deliver(second), 'done');
    t.is(board.effects.length, commands.length);
  } finally {
    for (const proxy of proxies) await proxy.close();
    await org.close();
  }
});

testWithChain(
  'whatever nonsense an endpoint answers to whatever is asked, the board lives and the twin runs',
  async t => {
    const org = await Organisation.found();
    const proxies: RpcProxy[] = [];
    try {
      for (let i = 0; i < 2; i++) proxies.push(await rpcProxy({ upstream: org.chain.url }));
      const board = await new ChainBoard(
        org,
        proxies.map(({ url }) => url),
      ).proveNow();
      const command = await board.link('once');
      await org.finalise();
      // The chain was asked for once, when the board proved now.
      for (const method of [/^eth_getLogs$/, /^eth_getProof$/, /^eth_get(Block|Header)ByNumber$/]) {
        for (const kind of kindsOfNonsense) {
          if (/endless|slow|hang/i.test(kind)) continue;
          for (const proxy of proxies) proxy.setMutation(answerNonsense(kind, method));
          t.regex(await board.deliver(command), /^undetermined/, `${kind} for ${method}`);
        }
      }
      for (const proxy of proxies) proxy.setMutation(undefined);
      t.is(await board.deliver(command), 'done');
    } finally {
      for (const proxy of proxies) await proxy.close();
      await org.close();
    }
  },
);
