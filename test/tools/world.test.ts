/** The whole simulated world through the real command only, as somebody at a second terminal has it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '../../firmware/bytes/hex.js';
import { encodeStatus, parseStatus } from '../../firmware/device/status.js';
import { startImageServer } from '../../host-sim/images/server.js';
import { readAccess } from '../../tools/board/accessFile.js';
import { boardMail } from '../fakes/boardMail.js';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { brokerClient } from './brokerClient.js';
import { start } from './lasting.js';
import { bin, document, enterTemporaryDirectory, inProcess, oneLineFailure } from './support.js';

const hardwareName = 'holdfast demo board, revision 1';

testWithChain(
  'a world is started, commanded, watched, audited, updated, added to, and stopped by the command alone',
  async t => {
    const cwd = enterTemporaryDirectory(t);
    // One process is enough for what ends by itself; what lasts has its own.
    const images = await startImageServer();
    t.teardown(() => images.close());
    const world = start(['start', '--json', '--images', images.url], cwd);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"ready"');
    const json = async (args: string[], status = 0, environment: Record<string, string> = {}) => {
      const ran = await inProcess([...args, '--json'], environment);
      t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      return document(t, ran);
    };

    // another one here would overwrite it
    t.is((await json(['start'], 1)).error.code, 'world');

    // everything is in place
    const { checks } = await json(['doctor']);
    t.deepEqual(
      checks.filter(({ state }: { state: string }) => state === 'problem'),
      [],
    );

    // commanded: the receipt is signed by the key that the chain names
    const done = await json(['command', 'relay.set', '{"on":true}']);
    t.like(done, {
      sequence: 1,
      answer: { verdict: 'accepted' },
      receipt: { counter: 1, outcome: 'done', blockKnown: true },
    });
    t.deepEqual(done.receipt.result, { on: true });
    t.true(done.answer.trail.length > 5);
    const status = await json(['status']);
    t.is(status.board.signer, status.chain.key);
    t.is(done.receipt.signer, status.chain.key);
    t.like(status, { presence: 'online', waiting: 0, board: { sequence: 1, receiptCounter: 1 } });
    t.deepEqual(status.state, { on: true });
    t.regex(status.warnings[0], /plain key/);
    t.deepEqual([status.app.app, Object.keys(status.app.actions)], ['relay', ['set', 'toggle']]);
    // what its face refuses is not linked, and where nobody looked the board refuses it
    const wrong = ['command', 'relay.set', '{"on":"yes"}'];
    t.is((await json(wrong, 1)).error.code, 'order');
    t.is((await json([...wrong, '--no-check'], 1)).receipt.outcome, 'refused');

    // delivered again: the stored receipt, nothing runs
    const again = await json(['deliver', join('.holdfast/envelopes', `${done.envelopeHash}.hex`)]);
    t.like(again, { answer: { verdict: 'rejected', code: 'replayed' }, receipt: { counter: 1 } });

    // audited: whole, then with one digit changed, then with one receipt left out
    const kept = join(cwd, '.holdfast/receipts.jsonl');
    const text = readFileSync(kept, 'utf8');
    const whole = await json(['audit']);
    t.like(whole, { findings: [], complete: true });
    t.regex(whole.commands[0].ordered, /^relay\.set \{"on":/, 'by the envelope that is kept here');
    // the same project from a folder in it
    mkdirSync(join(cwd, 'src'));
    process.chdir(join(cwd, 'src'));
    t.like(await json(['audit']), { findings: [], complete: true });
    process.chdir(cwd);
    writeFileSync(
      kept,
      text.replace(
        /(.{20})"}\n/,
        (_, tail: string) => `${tail.replace(/[0-9a-f]/, d => (d === '0' ? '1' : '0'))}"}\n`,
      ),
    );
    t.true((await json(['audit'], 1)).findings.length > 0);
    const lines = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const rest = lines.filter(({ receipt }) => receipt !== lines[0].receipt);
    writeFileSync(kept, rest.map(line => `${JSON.stringify(line)}\n`).join(''));
    const audited = await json(['audit', '--offline'], 1);
    t.deepEqual(
      audited.findings.map(({ rule }: { rule: string }) => rule),
      ['gap'],
    );

    // the receipt that was left out comes from the board again; of an order beyond it none is missing
    t.like(await json(['receipts', '--since', '2']), { asked: 0, came: 0, lost: [] });
    t.like(await json(['receipts']), { asked: 1, came: 1, lost: [] });
    t.like(await json(['audit']), { findings: [], complete: true });
    // one whose envelope is not here stays missing, and is named
    writeFileSync(kept, rest.map(line => `${JSON.stringify(line)}\n`).join(''));
    const first = join(cwd, '.holdfast/envelopes', `${done.envelopeHash}.hex`);
    renameSync(first, `${first}.aside`);
    const lost = [{ sequence: 1, commandHash: done.envelopeHash, envelope: false }];
    t.like(await json(['receipts'], 1), { asked: 1, came: 0, lost });
    renameSync(`${first}.aside`, first);
    writeFileSync(kept, text);

    // watched, while somebody else publishes on the same broker
    const { broker, chainId, device } = JSON.parse(readFileSync(join(cwd, '.holdfast/project.json'), 'utf8'));
    const monitor = start(['monitor', '--json'], cwd);
    t.teardown(() => monitor.child.kill('SIGKILL'));
    await monitor.says('"status"');
    const stranger = await brokerClient(broker);
    t.teardown(() => stranger.close());
    // Somebody who came to know the board's topics.
    const access = readAccess(join(cwd, '.holdfast'), device)!;
    const mail = boardMail({ chainId, verifyingContract: fromHex(device, 20)! }, { access });
    const say = (name: 'answer' | 'status' | 'receipt', payload: Uint8Array) =>
      stranger.publish(mail.topic(name), mail.seal(name, payload));
    const genuine = parseStatus(mail.open('status', await stranger.next(mail.topic('status')))!);
    if (genuine.verdict !== 'accepted') return t.fail('no status');
    const forged = encodeStatus({ ...genuine.value, status: { ...genuine.value.status, sequence: 99 } });
    for (let i = 0; i < 3; i++) {
      await say('answer', new TextEncoder().encode(['null', '{"trail":7}', 'x'][i % 3]));
      await say('status', forged);
      await say('receipt', new Uint8Array([0xc0]));
    }
    t.is((await json(['command', 'relay.set', '{"on":true}'])).receipt.outcome, 'done');
    await monitor.says('"receipt"');
    const watched = document(t, await monitor.interrupt());
    t.is(watched.forged, 3);
    t.true(watched.events.every(({ at }: { at: string }) => Date.parse(at) <= Date.now()));
    t.is(watched.answers, watched.events.filter(({ kind }: { kind: string }) => kind === 'answer').length);
    t.true(
      watched.events.every(
        (event: { forged?: boolean; sequence?: number }) => event.forged || event.sequence !== 99,
      ),
    );

    // who may not, may not; paused is paused, until the signers resume
    const notACommander = { HOLDFAST_OPERATOR_KEY: `0x${'77'.repeat(32)}` };
    t.regex(
      (await json(['command', 'relay.set', '{"on":true}'], 1, notACommander)).error.code,
      /MissingRole/,
    );
    await json(['fleet', 'pause']);
    t.true((await json(['fleet', 'show'])).paused);
    t.is((await json(['command', 'relay.set', '{"on":true}'], 1)).error.code, 'FleetPaused');
    await json(['fleet', 'resume']);
    t.true((await json(['command', 'relay.set', '{"on":false}'])).ok);

    // a delegate of the fleet signs without a transaction, for what it is listed for and nothing else
    const delegate = (await json(['key', 'address', '--role', 'delegate'])).address;
    t.is((await json(['command', 'relay.toggle', '--delegate'], 1)).answer.code, 'unauthorized');
    await json(['fleet', 'delegate', delegate, 'relay.toggle']);
    // once by a node that holds the delegate's key
    const { rpc } = JSON.parse(readFileSync(join(cwd, '.holdfast/project.json'), 'utf8'));
    const elsewhere = ['--keystore', `${rpc}#${delegate}`];
    const toggled = await json(['command', 'relay.toggle', '--delegate', ...elsewhere]);
    t.like(toggled, { receipt: { outcome: 'done' } });
    t.is(toggled.transactionHash, undefined);
    t.is((await json(['command', 'relay.set', '{"on":true}', '--delegate'], 1)).answer.code, 'unauthorized');

    // updated: built, published by the vendor, approved by the owner, offered
    const built = await json([
      'image',
      'build',
      join(bin, '../../firmware/apps/relay/main.ts'),
      '--version',
      '2',
      '--hardware',
      hardwareName,
      '--out',
      'r2.img',
    ]);
    const unserved = await json([
      'release',
      'publish',
      'r2.img',
      '--manifest',
      'r2.img.manifest',
      '--site',
      'www',
      '--images',
      images.url,
    ]);
    t.false(unserved.served);
    t.regex(
      unserved.warnings[0],
      /does not have all of this release: put \/images\/[0-9a-f]{64}, \/manifests\//,
    );
    t.is(unserved.manifestHash, built.manifestHash);
    images.put(readFileSync(join(cwd, 'r2.img')), readFileSync(join(cwd, 'r2.img.manifest')));
    for (const folder of ['images', 'manifests', 'sectors']) {
      const [name, ...others] = readdirSync(join(cwd, 'www', folder));
      t.deepEqual(others, []);
      const served = await fetch(`${images.url}/${folder}/${name}`);
      t.deepEqual(
        Buffer.from(await served.arrayBuffer()),
        readFileSync(join(cwd, 'www', folder, name)),
        `a static server of ${folder} would do`,
      );
    }
    const refused = await json(['release', 'offer', '--wait', '30s'], 1);
    t.like(refused, { installed: false, answer: { verdict: 'rejected', code: 'not_approved' } });
    await json(['release', 'approve']);
    const installed = await json(['release', 'offer']);
    t.like(installed, { installed: true, version: 2, receipt: { outcome: 'done', imageHash: built.sha256 } });
    t.like(await json(['status']), {
      board: { version: 2, imageHash: built.sha256 },
      hardware: { name: hardwareName },
    });
    t.like(await json(['release', 'offer']), { already: true });
    const shown = await json(['channel', 'show']);
    t.is(shown.releases[0].imageSha256, built.sha256);
    t.is(shown.hardwareName, hardwareName);
    t.like(await json(['audit']), { findings: [], complete: true });

    // interrupted while it waits for blocks that nobody mines; the envelope was kept, and goes on from there
    const waiting = start(['command', 'relay.set', '{"on":true}', '--no-mine', '--json'], cwd);
    t.teardown(() => waiting.child.kill('SIGKILL'));
    await waiting.notes('The board waits');
    const broken = await waiting.interrupt();
    t.is(broken.status, 130);
    t.is(document(t, broken).error.code, 'interrupted');
    const envelope = /envelope (\S+)/.exec(broken.stderr)![1];
    await json(['fleet', 'delegate', delegate, 'relay.other']); // mines
    t.is((await json(['deliver', envelope])).receipt.outcome, 'done');

    // a second board
    await json(['flash', 'second', 'r2.img']);
    const second = await json(['provision', '--board', 'second', '--claim-label', 'second.svg']);
    t.regex(readFileSync('second.svg', 'utf8'), new RegExp(second.address));
    t.is(
      (await json(['provision', '--board', 'second', '--claim-label', 'second.svg'], 1)).error.code,
      'exists',
    );
    t.like(second, { status: 'Active', registered: true, owner: status.chain.owner });
    t.not(second.address, device);
    t.like(await json(['provision', '--board', 'second']), { registered: false, address: second.address });
    t.is((await json(['provision', '--board', 'nowhere'], 1)).error.code, 'board');

    // who deploys and who signs checkpoints have keys in the simulation; nothing is deployed twice
    t.like(await json(['checkpoint']), { signatures: 2, challenges: 0 });
    t.false((await json(['deploy'])).changed);
    t.false((await json(['deploy'], 0, { HOLDFAST_KEY: `0x${'77'.repeat(32)}` })).changed);

    const stopped = await world.interrupt();
    t.is(stopped.status, 130, stopped.stderr);
    t.true(document(t, stopped).ok);
    t.regex(oneLineFailure(t, await inProcess(['status']), 1), /npm start writes one/);
  },
);
