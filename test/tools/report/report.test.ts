/** A fleet report rests on proofs and signatures: whoever verifies the evidence gets the same lines, or the fault by name. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { type Crash, crashHash, encodeCrash } from '../../../firmware/device/crashReceipt.js';
import { openStore } from '../../../firmware/device/store.js';
import { openFileFlash } from '../../../host-sim/node/flash/fileFlash.js';
import { keepCrash } from '../../../tools/board/crashLog.js';
import { crypto } from '../../../tools/operator/boardMail.js';
import { seenCrash } from '../../../tools/operator/crash.js';
import type { Evidence } from '../../../tools/report/evidence.js';
import { word } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from '../device/desk.js';
import { deployByDelta, deployRequiring, deploySick } from './laterReleases.js';

const APP = `import { defineApp } from 'holdfast/app';
export default () => defineApp({ name: 'lamp', healthy: () => true, actions: {} });
`;

/** Crashes that the board signed, one of them in two receipts, beside one that a forger did; the image that they name. */
function keepCrashes(cwd: string, device: string): string {
  const flash = openFileFlash(join(cwd, 'kept/flash'));
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash })!;
  flash.close();
  const board = { chainId: 31337, device: device as `0x${string}` };
  const domain = { chainId: 31337, verifyingContract: fromHex(device, 20)! };
  const keep = (key: Uint8Array, more: Partial<Crash>) => {
    const crash = {
      number: 1,
      count: 1,
      reason: 1,
      imageHash: word(5),
      uptime: 9,
      text: Buffer.from('Error: a'),
      ...more,
    };
    const bytes = encodeCrash({ crash, signature: crypto.sign(crashHash(crypto, domain, crash), key) });
    keepCrash(join(cwd, '.holdfast/crashes.jsonl'), board, seenCrash(crypto, domain, bytes)!);
  };
  keep(identity.privateKey, {});
  keep(identity.privateKey, { count: 2 });
  keep(identity.privateKey, { number: 3, reason: 6, text: new Uint8Array(0) });
  keep(word(8), { number: 4 });
  return toHex(word(5));
}

testWithChain(
  'the report of a board that took an update says so with parts and origin, and each change of its evidence is found',
  async t => {
    const desk = await startDesk(t, '--level', '1', '--state', 'kept');
    const { cwd, json, project } = desk;
    const fresh = await json(['report']);
    t.deepEqual(
      fresh.boards.map(({ device, state }: Record<string, string>) => [device, state]),
      [[project.device.toLowerCase(), 'unproven']],
    );

    appendFileSync(join(cwd, 'lamp.ts'), APP);
    await json(['release', 'deploy', 'lamp.ts', '--no-check']);
    const crashed = keepCrashes(cwd, project.device);
    const report = await json(['report', '--out', 'fleet.json', '--page', 'fleet.html']);
    t.true(report.ok);
    t.like(report.boards[0], { state: 'current', version: 2, approved: 2, failed: [] });
    t.like(report.images[0], { version: 2, boards: 1, newest: true, name: 'app' });
    t.true(report.images[0].parts.some(({ name }: { name: string }) => name === 'mqtt-packet'));
    const page = readFileSync(join(cwd, 'fleet.html'), 'utf8');
    t.regex(page, /runs the newest version/);
    t.regex(page, /crashed 3 times under 0x0505/);
    const of = { image: crashed, count: 3, number: 3, reason: 'watchdog', message: '' };
    t.deepEqual(report.boards[0].crashes, [of], 'not the forged one, nor one receipt twice');
    const image = report.images.find((each: Record<string, unknown>) => each.image === crashed);
    t.like(image, { boards: 0, failedOn: 0, crashes: { boards: 1, count: 3 } });
    t.notRegex(page, /<script/);

    const verify = (file: string, status: number) => json(['report', '--verify', file], status);
    const { events: _, ...again } = await verify('fleet.json', 0);
    for (const member of ['boards', 'images', 'block', 'findings'])
      t.deepEqual(again[member], report[member]);

    const whole: Evidence = JSON.parse(readFileSync(join(cwd, 'fleet.json'), 'utf8'));
    const changed = (change: (evidence: Evidence) => void): string => {
      const copy = structuredClone(whole);
      change(copy);
      writeFileSync(join(cwd, 'changed.json'), JSON.stringify(copy));
      return 'changed.json';
    };
    const flip = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    const rules = async (change: (evidence: Evidence) => void) => {
      const { findings } = await verify(changed(change), 1);
      return findings.map(({ rule }: { rule: string }) => rule);
    };
    const [board] = whole.boards;
    const middle = board.witness.length / 2;
    t.true(
      (await rules(({ boards }) => void (boards[0].witness = flip(board.witness, middle)))).includes('proof'),
    );
    const receipt = board.receipts.at(-1)!;
    t.deepEqual(await rules(({ boards }) => void (boards[0].receipts = [flip(receipt, 90)])), ['signature']);
    const [crash, more] = board.crashes;
    t.deepEqual(await rules(({ boards }) => void (boards[0].crashes = [flip(crash, 90)])), ['signature']);
    const forged = await verify(
      changed(({ boards }) => void (boards[0].crashes = [crash, flip(more, 90)])),
      1,
    );
    t.like(forged.boards[0].crashes, { length: 1, 0: { count: 2 } }, 'the genuine one counts beside it');
    t.deepEqual(await rules(({ channels }) => void channels[0].releases[0].size++), ['record']);
    t.deepEqual(await rules(evidence => void (evidence.boards = [])), ['missing']);
    const other = await verify(
      changed(({ documents }) => {
        documents.forEach((text, i) => void (documents[i] = text.replace('mqtt-packet', 'mqtt-packed')));
      }),
      0,
    );
    t.is(other.images[0].parts, undefined, 'a changed list of parts is nobody’s');
    t.is(
      (
        await verify(
          changed(({ block }) => void (block.hash = `0x${'11'.repeat(32)}`)),
          1,
        )
      ).error.code,
      'mismatch',
    );
    t.is(
      (
        await verify(
          changed(evidence => void Object.assign(evidence, { more: 1 })),
          1,
        )
      ).error.code,
      'report',
    );
    await deployByDelta(t, desk, report.boards[0].image);
    await deployRequiring(t, desk);
    await deploySick(t, desk, project.device);
  },
);
