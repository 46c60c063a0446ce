/** A hostile JSON-RPC endpoint, one of a board's three. */
import {
  cutConnection,
  delay,
  hang,
  httpStatus,
  missingMethod,
  pruned,
} from '../../../host-sim/attack/rpc/absence.js';
import {
  changeBlockHash,
  changeHeaderField,
  dropHeaderField,
  forgeBlock,
  lagBehind,
} from '../../../host-sim/attack/rpc/header.js';
import {
  answerNonsense,
  distort,
  kindsOfDistortion,
  kindsOfNonsense,
} from '../../../host-sim/attack/rpc/nonsense.js';
import {
  changeAccountField,
  changeAccountProof,
  changeStorageProof,
  changeStorageValue,
  emptyStorage,
  olderProof,
  olderWitness,
  otherAccount,
  otherSlot,
  shortenProof,
} from '../../../host-sim/attack/rpc/proof.js';
import type { RpcMutation, RpcProxy } from '../../../host-sim/attack/rpc/proxy.js';
import type { Chance } from '../../../host-sim/node/chance.js';
import { type Foe, type Kinds, proxyFoe } from './foe.js';
import type { Tally } from './tally.js';

const FIELDS = ['stateRoot', 'parentHash', 'number', 'timestamp', 'withdrawalsRoot', 'extraData', 'gasUsed'];
const METHODS = [/./, /^eth_getProof$/, /^eth_getBlock/, /^eth_getLogs$/, /^eth_chainId$/];
const CLIENTS = ['geth', 'reth', 'erigon', 'anvil'] as const;
/** Bytes that a hostile server announces, and what it then sends of them. */
const ANNOUNCED_BYTES = 262_144;

/** Links that nobody appended, or one of them less: an answer to eth_getLogs that a board must not go by. */
const changeLogs = (chance: Chance): RpcMutation => {
  const drop = chance.below(2) === 0;
  const at = chance.below(8);
  return async ({ method }, upstream) => {
    if (method !== 'eth_getLogs') return undefined;
    const answer = await upstream.answer();
    if (!('result' in answer) || !Array.isArray(answer.result)) return answer;
    const logs = answer.result as { data: string }[];
    if (drop) return { result: logs.filter((_, i) => i !== at % logs.length) };
    return {
      result: logs.map(log => ({
        ...log,
        data: log.data.replace(/.$/, digit => (digit === '0' ? '1' : '0')),
      })),
    };
  };
};

const kinds: Kinds<RpcMutation> = {
  'a changed field of a header': chance => changeHeaderField(chance.of(FIELDS), chance.below(8)),
  'a header without a field': chance => dropHeaderField(chance.of(FIELDS)),
  'another block hash': () => changeBlockHash(),
  'a block of its own': chance => forgeBlock(chance.of(FIELDS)),
  'blocks of some time ago': chance => lagBehind(1 + chance.below(200)),
  'no answer': chance => hang(chance.of(METHODS)),
  'a late answer': chance => delay(100 + chance.below(8000), chance.of(METHODS)),
  'an answer cut off': chance => cutConnection(chance.below(2000), chance.of(METHODS)),
  'an HTTP status': chance => httpStatus(chance.of([301, 400, 401, 429, 500, 503]), chance.of(METHODS)),
  'a method that is missing': chance => missingMethod(chance.of(METHODS)),
  'pruned state': chance => pruned(chance.of(CLIENTS)),
  nonsense: chance => answerNonsense(chance.of(kindsOfNonsense), chance.of(METHODS)),
  'a spoilt answer': chance => distort(chance.of(kindsOfDistortion), chance.of(METHODS)),
  'a changed account proof': chance => changeAccountProof(-1 - chance.below(3), chance.below(60)),
  'a changed storage proof': chance => changeStorageProof(-1 - chance.below(3), chance.below(60)),
  'another value beside the proof': () => changeStorageValue(),
  'another account beside the proof': chance =>
    changeAccountField(chance.of(['storageHash', 'codeHash', 'balance', 'nonce'])),
  'a proof too short': chance => shortenProof(chance.of(['account', 'storage']), chance.of(['root', 'leaf'])),
  'a contract without storage': () => emptyStorage(),
  'a proof of another slot': chance => otherSlot(chance.below(2) === 0),
  'a proof of another account': chance => otherAccount(chance.below(2) === 0),
  'an old proof': chance => olderProof(1 + chance.below(30)),
  'an old witness': chance => olderWitness(1 + chance.below(30)),
  'links changed or left out': changeLogs,
  'a long answer': () => async () => ({ body: ' '.repeat(ANNOUNCED_BYTES) }),
};

/** @param endpoint lies from now on, in one way after the other */
export const endpointFoe = (endpoint: RpcProxy, tally: Tally, signal: AbortSignal): Foe =>
  proxyFoe({
    place: 'endpoint',
    kinds,
    tally,
    signal,
    set: endpoint.setMutation,
    counted: (mutation, met) => (call, upstream) => {
      met();
      return mutation(call, upstream);
    },
  });
