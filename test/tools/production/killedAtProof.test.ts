/** A line that was killed after its board had signed, and before the chain was told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { mineUntilFinal } from '../../../host-sim/node/chain/time.js';
import { patient } from '../../../host-sim/node/patience.js';
import type { ProductionResult } from '../../../tools/production/production.js';
import { built } from '../../host-sim/engine/withXs.js';
import { playBoard } from '../serial/deskBoard.js';
import { ptyTest } from '../serial/pty.js';
import { bin, cleanEnvironment, document, inProcess, temporaryDirectory } from '../support.js';
import { startOffice } from './office.js';

/** An endpoint that gives on everything but the first transaction, of which it only tells. */
async function holdingEndpoint(upstream: string) {
  let tell: () => void;
  const held = new Promise<void>(resolve => {
    tell = resolve;
  });
  let holds = true;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    if (holds && body.includes('eth_sendRawTransaction')) {
      holds = false;
      tell();
      return;
    }
    const answered = await fetch(upstream, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
    });
    response.setHeader('content-type', 'application/json');
    response.end(Buffer.from(await answered.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

ptyTest(
  'a board that signed its proof for a killed line is registered by that proof, whatever trust the line would tell it now; without the journal another trust is refused',
  async (t, pty) => {
    t.timeout(patient(180_000));
    const xs = await built('release');
    if (xs instanceof XsMissing) {
      t.log('NOT RUN: XS is missing');
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail();
      else t.pass();
      return;
    }
    const cwd = temporaryDirectory(t);
    mkdirSync(join(cwd, 'board'));
    await playBoard(t, pty, join(cwd, 'board'));
    const { chain, environment, registrations, words } = await startOffice(t);
    const endpoint = await holdingEndpoint(chain.url);
    t.teardown(endpoint.close);
    const csv = join(cwd, 'list.csv');
    writeFileSync(csv, `serial,port\nA-1,${pty.path}\n`);
    const list = ['--csv', csv, '--answer', '10m'];

    const through = words.map(word => (word === chain.url ? endpoint.url : word));
    const child = spawn(process.execPath, [bin, ...through, '--endpoint', chain.url, ...list], {
      ...{ cwd, stdio: 'ignore' },
      env: { ...cleanEnvironment(), ...environment },
    });
    const closed = once(child, 'close');
    await endpoint.held;
    child.kill('SIGKILL');
    await closed;
    t.is((await registrations()).length, 0);

    const otherTrust = [...words, '--maximum-age', '2h'];
    const alone = await inProcess([...otherTrust, '--serial', pty.path], environment);
    t.like(document(t, alone), { ok: false, error: { code: 'board_proven' } }, alone.stdout);
    // Time goes on, or this would be the same proof.
    await mineUntilFinal(chain.url, 60);
    const sameTrust = await inProcess([...words, '--serial', pty.path], environment);
    t.regex(document(t, sameTrust).error.message, /an earlier proof is open until/);

    const resumed = await inProcess([...otherTrust, ...list], environment);
    t.is(resumed.status, 0, resumed.stdout + resumed.stderr);
    const { boards } = document(t, resumed) as unknown as ProductionResult;
    t.like(boards[0], { serial: 'A-1', outcome: 'made' });
    t.is((await registrations()).length, 1);
    const journal = readFileSync(join(cwd, 'list.journal.jsonl'), 'utf8').split('\n');
    const proofs = journal.filter(line => line.includes('"proving"')).map(line => JSON.parse(line));
    t.is(proofs.length, 2);
    t.deepEqual(
      [proofs[1].trust, proofs[1].deadline],
      [proofs[0].trust, proofs[0].deadline],
      'the board signs one proof at a time',
    );
  },
);
