/** A release is signed by one key after the other, in a file that travels, and published by somebody who holds none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { word } from '../../fakes/bytes.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { document, inProcess, temporaryDirectory } from '../support.js';

async function vendor(t: ExecutionContext) {
  const chain = await startChain({});
  t.teardown(() => chain.close());
  const folder = temporaryDirectory(t);
  const key = (i: number) => chain.accounts[i].privateKey;
  const run = async (args: string[], status: number, environment: Record<string, string>) => {
    const ran = await inProcess([...args, '--rpc', chain.url, '--json'], environment);
    t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return document(t, ran);
  };
  const release = (name: string, byte: number) => {
    const image = encodeImage(2, word(5), new Uint8Array(5000).fill(byte));
    const path = join(folder, name);
    writeFileSync(path, image);
    writeFileSync(`${path}.manifest`, makeManifest(image, 2, word(5), '{}').head);
    return [path, '--manifest', `${path}.manifest`];
  };
  const account = (i: number) => chain.accounts[i].address.toLowerCase();
  return { folder, key, run, account, release };
}

testWithChain(
  'two of three sign, each on a machine of its own, and a stranger publishes; with one signature, another image, or a stranger’s key nothing is',
  async t => {
    const { account, folder, key, release, run } = await vendor(t);
    const asPayer = { HOLDFAST_KEY: key(0) };
    await run(['deploy'], 0, asPayer);
    const hardware = `0x${Buffer.from(word(5)).toString('hex')}`;
    const keys = [1, 2, 3].flatMap(i => ['--release-key', account(i)]);
    const created = await run(
      ['channel', 'create', '--hardware', hardware, '--threshold', '2', ...keys],
      0,
      asPayer,
    );
    const channel = ['--channel', created.channel ?? created.address];
    const image = release('two.img', 7);
    const file = join(folder, 'two.release.json');
    const by = (i: number) => ({ HOLDFAST_RELEASE_KEYS: key(i) });

    const first = await run(['release', 'sign', ...image, ...channel, '--out', file], 0, by(3));
    t.like(first, { missing: 1, rollout: 1000, floor: 0 });
    const publish = ['release', 'publish', ...image, ...channel, '--signatures', file];
    t.is((await run(publish, 1, asPayer)).error.code, 'TooFewSignatures');

    const add = (made: string[], status: number, environment: Record<string, string>) =>
      run(['release', 'sign', ...made, ...channel, '--add', file], status, environment);
    const before = readFileSync(file, 'utf8');
    t.is((await add(image, 1, by(4))).error.code, 'signatures');
    const other = await add(release('other.img', 8), 1, by(1));
    t.is(other.error.code, 'signatures');
    t.regex(other.error.message, /imageSha256/);
    t.is(readFileSync(file, 'utf8'), before);

    const again = await add(image, 0, by(3));
    t.is(again.missing, 1, 'the same key again is one signature');
    const second = await add(image, 0, by(1));
    t.deepEqual([second.missing, second.signers], [0, [account(1), account(3)].sort()]);

    const changed = { ...JSON.parse(readFileSync(file, 'utf8')), rollout: 999 };
    writeFileSync(`${file}.changed`, JSON.stringify(changed));
    await run([...publish.slice(0, -1), `${file}.changed`], 1, asPayer);
    const older = join(folder, 'one.img');
    writeFileSync(older, encodeImage(1, word(5), new Uint8Array(5000).fill(7)));
    const withDelta = await run([...publish, '--from', older], 1, asPayer);
    t.regex(withDelta.error.message, /manifestHash/, 'a delta that the others did not sign');
    t.like(await run(publish, 0, asPayer), { version: 2, rollout: 1000, deltas: [] });
  },
);
