/** Keys that a signer elsewhere holds: a node with accounts of its own, and signers that refuse, lie or stand elsewhere. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import {
  connect,
  domainOf,
  signerElsewhere,
  signerFromKey,
  typedData,
} from '../../../contracts/client/index.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { remoteAccount } from '../../../tools/keys/remoteAccount.js';
import { signingKey, signingKeys, toSigningKey } from '../../../tools/keys/signingKeys.js';
import { typedSignature } from '../../../tools/keys/typedSignature.js';
import { parseProject } from '../../../tools/project/project.js';
import { DEV_KEYS, startAnvil } from '../../contracts/anvil.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { inProcess } from '../support.js';

const accounts = DEV_KEYS.map(key => privateKeyToAccount(key));
const { signal } = new AbortController();
const address = accounts[0].address.toLowerCase() as `0x${string}`;

const order = typedData(domainOf(31337, `0x${'22'.repeat(20)}`), 'SetTrust', {
  epoch: 3,
  trustConfiguration: `0x${'11'.repeat(32)}`,
});

type Answer = { result: unknown } | { error: { code: number; message: string } };

/** A signer that answers as it is told; `asked` are the methods of its calls. */
async function signerThat(
  t: ExecutionContext,
  answer: (method: string, params: string[]) => Answer | Promise<Answer>,
) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { id, method, params } = JSON.parse(text);
    asked.push(method);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(await answer(method, params)) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const signWith =
  (which: number) =>
  async (_: string, [, data]: string[]) => ({
    result: await accounts[which].signTypedData(JSON.parse(data)),
  });

test('a signature of the account over that data counts, another’s does not, and a refusal has the signer’s words', async t => {
  const honest = await signerThat(t, signWith(0));
  const expected = await (await signerFromKey(DEV_KEYS[0])).signTypedData(order);
  const signer = await signerElsewhere({ url: honest.url, address });
  t.is(await signer.signTypedData(order), expected);
  t.deepEqual(honest.asked, ['eth_signTypedData_v4']);
  const other = await signerThat(t, signWith(1));
  const lying = await signerElsewhere({ url: other.url, address });
  await t.throwsAsync(lying.signTypedData(order), { code: 'WrongSigner' } as never);
  for (const result of ['0x', 5, null, `0x${'ff'.repeat(65)}`]) {
    const { url } = await signerThat(t, () => ({ result }));
    await t.throwsAsync((await signerElsewhere({ url, address })).signTypedData(order));
  }
  const { asked, url } = await signerThat(t, () => ({ error: { code: 4001, message: 'not today' } }));
  const refusing = await signerElsewhere({ url, address });
  const error = await t.throwsAsync(refusing.signTypedData(order), { code: 'SignerRefused' } as never);
  t.regex(error!.message, /not today/);
  t.is(asked.length, 1);
});

test('what boards verify is signed elsewhere as well: over their digest, with v as they take it, and nothing else', async t => {
  const envelope = typedData(domainOf(31337, `0x${'22'.repeat(20)}`), 'Checkpoint', {
    ...{ fleetEpoch: 1, number: 7, blockHash: `0x${'33'.repeat(32)}`, timestamp: 9 },
    challenge: `0x${'00'.repeat(32)}`,
  });
  const digest = fromHex(hashTypedData(envelope as never), 32)!;
  const expected = await typedSignature(toSigningKey(DEV_KEYS[0], 'a key'), envelope, digest);
  const lowered = async (_: string, [, data]: string[]) => {
    const signature = await accounts[0].signTypedData(JSON.parse(data));
    return { result: `${signature.slice(0, 130)}0${Number(`0x${signature.slice(130)}`) - 27}` };
  };
  for (const answer of [signWith(0), lowered]) {
    const { url } = await signerThat(t, answer);
    const key = toSigningKey(`${url}#${address}`, 'a signer');
    t.deepEqual(await typedSignature(key, envelope, digest), expected);
    // a board's digest of other data
    await t.throwsAsync(typedSignature(key, envelope, new Uint8Array(32).fill(1)), {
      message: /another Checkpoint/,
    });
  }
  const other = await signerThat(t, signWith(1));
  const lying = toSigningKey(`${other.url}#${address}`, 'a signer');
  await t.throwsAsync(typedSignature(lying, envelope, digest), { code: 'WrongSigner' } as never);
});

testWithChain('an account of a node deploys and pays; a signer of another chain signs nothing', async t => {
  const { close, rpc } = await startAnvil();
  t.teardown(close);
  const place = `${rpc}#${accounts[0].address}`;
  const ran = await inProcess(['deploy', '--rpc', rpc, '--keystore', place, '--json']);
  t.is(ran.status, 0, ran.stderr);
  t.is(JSON.parse(ran.stdout).deployer, address);
  t.true(JSON.parse(ran.stdout).changed);
  const contracts = await connect({ rpc, signer: { url: rpc, address }, pollingInterval: 20 });
  const sent = await contracts.chain.sendValue(accounts[1].address, 1n);
  t.is(sent.gasUsed, 21_000);
  const signer = await signerElsewhere({ url: rpc, address });
  t.is(await signer.signTypedData(order), await (await signerFromKey(DEV_KEYS[0])).signTypedData(order));
  const stranger = await signerElsewhere({ url: rpc, address: `0x${'12'.repeat(20)}` });
  await t.throwsAsync(stranger.signTypedData(order), { code: 'SignerRefused' } as never);
  const elsewhere = await signerThat(t, () => ({ result: '0x1' }));
  const wrong = { rpc, signer: { url: elsewhere.url, address } };
  await t.throwsAsync(connect(wrong), { code: 'SignerElsewhere' } as never);
  t.deepEqual(elsewhere.asked, ['eth_chainId']);
});

test('it is named wherever a keystore is: in flags, variables and the project', async t => {
  const place = `https://signer.test:8550/v1#${accounts[0].address}`;
  const expected = { url: 'https://signer.test:8550/v1', address };
  t.deepEqual(remoteAccount(place), expected);
  t.is(remoteAccount('keys/http.json'), undefined);
  for (const bad of ['http://x', 'http://x#0x12', `http://#${address}`, `http://x#${address}#1`])
    t.throws(() => remoteAccount(bad), { message: /40 hex digits/ });
  const project = parseProject(
    JSON.stringify({ keystores: { owner: place, signers: [place, 'a.json'] } }),
    '/somewhere/.holdfast/project.json',
  );
  t.deepEqual(project.keystores!.signers, [place, '/somewhere/.holdfast/a.json']);
  const asking = { environment: {} as Record<string, string>, signal };
  t.deepEqual((await signingKey(asking, { role: 'owner', project })).signer, expected);
  t.deepEqual((await signingKey(asking, { role: 'owner', keystore: place })).signer, expected);
  asking.environment.HOLDFAST_SIGNER_KEYS = `${place}, ${DEV_KEYS[1]}`;
  const both = await signingKeys(asking, { body: 'signers', keystores: [] });
  t.deepEqual(
    both.map(key => key.address),
    [address, accounts[1].address.toLowerCase()],
  );
  t.is(both[1].privateKey, DEV_KEYS[1]);
});
