/**
 * A mosquitto with the accounts and the access list that the command writes: boards, their operators and provers reach
 * each other, while a stranger and a neighbour board, who has an account as well, hear nothing and move nothing.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { BrokerAccess } from '../../../firmware/device/brokerAccess.js';
import { BrokerConnection } from '../../../firmware/device/brokerConnection.js';
import { clientIdOf, finalityTopic, presenceTopic, topicsOf } from '../../../firmware/device/topics.js';
import { type BrokerClient, connectBroker, type Message } from '../../../host-sim/node/brokerClient.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { keepAccess, newAccess } from '../../../tools/board/accessFile.js';
import { readAccount } from '../../../tools/broker/account.js';
import { writeProject } from '../../../tools/project/project.js';
import { bytes, mosquittoBinary, Recorder, reachable } from '../../firmware/mqtt/support.js';
import { freePort } from '../../firmware/rpc/support.js';
import { document, inProcess, oneLineFailure, temporaryDirectory } from '../support.js';

const crypto = portableCrypto();
const CHAIN_ID = 31337;
const text = (payload: Uint8Array) => Buffer.from(payload).toString();
const domainOf = (device: string) => ({
  chainId: CHAIN_ID,
  verifyingContract: Uint8Array.from(Buffer.from(device.slice(2), 'hex')),
});

function withMosquitto(title: string, body: (t: ExecutionContext, binary: string) => Promise<void>): void {
  const binary = mosquittoBinary();
  if (binary) test(title, t => body(t, binary));
  else {
    test(`SKIPPED, no mosquitto is installed: ${title}`, t => {
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('mosquitto is required here');
      else t.pass();
    });
  }
}

/** A folder in which two boards were provisioned, and the broker that the command's files make. */
async function scene(t: ExecutionContext, binary: string) {
  const directory = temporaryDirectory(t);
  const project = writeProject(directory, {});
  const boards = ['11', '22'].map(byte => {
    const device = `0x${byte.repeat(20)}`;
    return { device, access: keepAccess(join(directory, '.holdfast'), device, newAccess()) };
  });
  const port = await freePort();
  const out = join(directory, 'broker');
  const ran = await inProcess([
    ...['broker', 'mosquitto', '--out', out, '--listen', `${port} 127.0.0.1`, '--project', project, '--json'],
  ]);
  t.is(ran.status, 0, ran.stderr);
  const { files, proverAccount } = document(t, ran);
  for (const { access } of boards) {
    t.false(ran.stdout.includes(access.password));
    t.false(readFileSync(files.passwords, 'utf8').includes(access.password));
  }
  t.is(statSync(files.passwords).mode & 0o777, 0o600);
  // As root it would become a user that may not read the files.
  if (process.getuid?.() === 0) appendFileSync(files.configuration, 'user root\n');
  const child = spawn(binary, ['-c', files.configuration], { stdio: 'ignore' });
  const exited = new Promise<void>(resolve => child.on('exit', () => resolve()));
  t.teardown(() => {
    child.kill();
    return exited;
  });
  await reachable(port);
  const url = `mqtt://127.0.0.1:${port}`;
  const login = async (account?: { user: string; password: string }, clientId?: string) => {
    const client = await connectBroker({ url, account, clientId, protocolVersion: 4, patience: 600_000 });
    t.teardown(() => client.close());
    return client;
  };
  return { boards, directory, login, out, project, prover: readAccount(proverAccount), url };
}

/** The firmware's own connection, and what came over it. */
function board(t: ExecutionContext, url: string, device: string, access: BrokerAccess) {
  const domain = domainOf(device);
  const topics = topicsOf(crypto, access, domain, 0);
  const heard: string[] = [];
  let told = () => {};
  let connections = 0;
  const connection = new BrokerConnection({
    ...{ access, broker: url, chainId: CHAIN_ID, clock: nodeClock, network: nodeNetwork() },
    entropy: { fill: target => target.set(randomBytes(target.length)) },
    mailbox: { topics, clientId: clientIdOf(crypto, access, domain) },
    readsProofs: true,
    wantedBytesMax: () => 4096,
    onSkipped: () => {},
    log: () => {},
    onConnected: () => {
      connections++;
      told();
    },
    onMessage: (kind, payload) => {
      heard.push(`${kind}: ${text(payload)}`);
      told();
    },
  });
  t.teardown(() => connection.close());
  const until = async (wanted: () => boolean) => {
    while (!wanted()) await new Promise<void>(resolve => (told = resolve));
  };
  return { connection, heard, topics, until, connections: () => connections };
}

/** Everything that a client is given, and a way to be sure that nothing more is on its way. */
async function listener(client: BrokerClient, filters: readonly string[], own: string) {
  const messages: Message[] = [];
  for (const filter of filters) {
    // A broker may refuse the subscription at once, or grant it and deliver nothing.
    await client.subscribe(filter, message => void messages.push(message)).catch(() => {});
  }
  await client.subscribe(own, () => {});
  return async () => {
    const mark = client.next(own, undefined, 600_000);
    await client.publish(own, 'mark');
    await mark;
    return messages.filter(({ topic }) => topic !== own).map(({ topic }) => topic);
  };
}

withMosquitto('boards, operators and provers reach each other through the access list', async (t, binary) => {
  const { boards, login, prover: account, url } = await scene(t, binary);
  const [{ access, device }] = boards;
  const { connection, heard, topics, until } = board(t, url, device, access);
  const operator = await login(access);
  const prover = await login(account);

  const asked = new Promise<Message>(resolve => void prover.subscribe('holdfast/+/+/ask', resolve));
  await prover.publish(finalityTopic(CHAIN_ID), 'newest', { retain: true });
  await until(() => heard.includes('finality: newest'));
  await operator.subscribe(`${topics}/receipt`, () => {});
  const presence = new Promise<Message>(resolve => void operator.subscribe(presenceTopic(access), resolve));
  t.is(text((await presence).payload), 'online');
  await operator.publish(`${topics}/envelope`, 'order');
  await until(() => heard.includes('envelope: order'));
  const receipt = operator.next(`${topics}/receipt`, undefined, 600_000);
  await connection.publish('receipt', bytes('done'));
  t.is(text((await receipt).payload), 'done');
  await connection.publish('ask', bytes('question'));
  t.is((await asked).topic, `${topics}/ask`);
  await prover.publish(`${topics}/proof`, 'answer');
  await until(() => heard.includes('proof: answer'));
});

withMosquitto('a stranger, without an account or with a wrong password, is not let in', async (t, binary) => {
  const { boards, url } = await scene(t, binary);
  const { access } = boards[0];
  const tried = [
    {},
    { username: access.user, password: 'guess' },
    { username: 'nobody', password: 'guess' },
    { clientId: clientIdOf(crypto, access, domainOf(boards[0].device)) },
  ];
  for (const account of tried) {
    const stranger = new Recorder({ port: Number(new URL(url).port), ...account });
    t.teardown(() => stranger.client.close());
    await stranger.until(({ losses }) => losses.length > 0);
    t.is(stranger.losses[0].kind, 'refused');
    t.false(stranger.client.connected);
  }
  const { connections, until } = board(t, url, boards[0].device, access);
  await until(() => connections() > 0);
  t.is(connections(), 1, 'the twin, with the right password');
});

withMosquitto(
  'a neighbour board hears nothing of a board, says nothing to it, and stays what it is',
  async (t, binary) => {
    const { boards, login, prover: account, url } = await scene(t, binary);
    const [{ access, device }, { access: neighbourAccess }] = boards;
    const neighbour = await login(neighbourAccess);
    const own = `holdfast/${neighbourAccess.user}/mark`;
    const heardByNeighbour = await listener(
      neighbour,
      ['#', `holdfast/${access.user}/#`, 'holdfast/+/+/status', 'holdfast/+/presence', 'holdfast/+/+/ask'],
      own,
    );
    const { connection, heard, topics, until } = board(t, url, device, access);
    const operator = await login(access);
    const prover = await login(account);
    await prover.subscribe('holdfast/+/+/ask', () => {});

    await operator.publish(`${topics}/envelope`, 'order');
    for (const name of ['status', 'receipt', 'ask'] as const)
      await connection.publish(name, bytes(name), { retain: name === 'status' });
    await until(() => heard.includes('envelope: order'));
    t.deepEqual(await heardByNeighbour(), []);

    // What it publishes is acknowledged by the broker (3.1.1 has no refusal there) and thrown away.
    for (const name of ['envelope', 'offer', 'proof', 'status'])
      await neighbour.publish(`${topics}/${name}`, 'forged').catch(() => {});
    await neighbour.publish(finalityTopic(CHAIN_ID), 'forged', { retain: true }).catch(() => {});
    await neighbour.publish(presenceTopic(access), 'offline', { retain: true }).catch(() => {});
    await operator.publish(`${topics}/envelope`, 'mark');
    await until(() => heard.includes('envelope: mark'));
    await prover.publish(finalityTopic(CHAIN_ID), 'mark');
    await until(() => heard.includes('finality: mark'));
    t.deepEqual(
      heard.filter(line => line.includes('forged')),
      [],
    );

    // The prover reads questions, and neither orders nor receipts.
    const heardByProver = await listener(prover, ['#', `${topics}/#`], `${finalityTopic(CHAIN_ID)}`);
    t.deepEqual(await heardByProver(), []);
  },
);

withMosquitto(
  'a session is taken over only by who knows the client id, which no topic tells',
  async (t, binary) => {
    const { boards, login, prover: account, url } = await scene(t, binary);
    const [{ access, device }, { access: neighbourAccess }] = boards;
    const { connection, connections, topics, until } = board(t, url, device, access);
    await until(() => connections() === 1);
    const secret = clientIdOf(crypto, access, domainOf(device));
    t.false(topics.includes(secret.slice(1)));
    t.false(secret.includes(device.slice(2, 14)));
    t.false(secret.includes(access.user));

    // All that a neighbour or a prover could guess from what it may read.
    const prover = await login(account);
    const asked = new Promise<Message>(resolve => void prover.subscribe('holdfast/+/+/ask', resolve));
    await connection.publish('ask', bytes('question'));
    const levels = (await asked).topic.split('/');
    const guesses = [
      access.user,
      levels[2],
      levels[2].slice(-16),
      `${access.user}-${levels[2].slice(-16)}`,
      `b${levels[2].slice(0, 22)}`,
    ];
    for (const guess of guesses) await login(neighbourAccess, guess);
    await connection.publish('receipt', bytes('still there'));
    t.is(connections(), 1);
    // The twin: who knows it takes the session over, and the board comes back.
    void login(neighbourAccess, secret).catch(() => {});
    await until(() => connections() > 1);
    t.true(connections() > 1);
  },
);

test('the files are never overwritten unasked, and without --out the access list is printed', async t => {
  const directory = temporaryDirectory(t);
  const project = writeProject(directory, {});
  const out = join(directory, 'broker');
  const given = ['broker', 'mosquitto', '--project', project];
  t.is((await inProcess([...given, '--out', out])).status, 0);
  const before = readFileSync(join(out, 'passwords'), 'utf8');
  t.regex(oneLineFailure(t, await inProcess([...given, '--out', out]), 1), /passwords exists.*--force/);
  t.is(readFileSync(join(out, 'passwords'), 'utf8'), before);
  t.is((await inProcess([...given, '--out', out, '--force'])).status, 0);
  t.not(readFileSync(join(out, 'passwords'), 'utf8'), before, 'another salt');
  const printed = await inProcess(given);
  t.regex(printed.stdout, /^pattern readwrite holdfast\/%u\/#$/m);
  t.is(printed.stdout.trimEnd(), readFileSync(join(out, 'access.list'), 'utf8').trimEnd());
});
