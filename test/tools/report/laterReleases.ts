/** Releases by the command line, after the first: by delta from the image that runs, and with a version that must run before. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { deltaFrom } from '../../../firmware/update/deltaList.js';
import { parseManifest } from '../../../firmware/update/manifest.js';
import type { Evidence } from '../../../tools/report/evidence.js';
import type { startDesk } from '../device/desk.js';

type Desk = Awaited<ReturnType<typeof startDesk>>;

/** Version 3 comes by `release deploy --from` the image that runs: its proven manifest names a delta, which is served. */
export async function deployByDelta(t: ExecutionContext, { cwd, json, project }: Desk, running: string) {
  const base = join(cwd, '.holdfast/images', running.slice(2), 'image');
  const done = await json(['release', 'deploy', 'lamp.ts', '--no-check', '--from', base]);
  t.like(done, { installed: true, version: 3 });
  await json(['report', '--out', 'later.json']);
  const evidence: Evidence = JSON.parse(readFileSync(join(cwd, 'later.json'), 'utf8'));
  const deltas = evidence.manifests.flatMap(head => {
    const manifest = parseManifest(fromHex(head)!);
    if (manifest.verdict !== 'accepted' || manifest.value.version !== 3) return [];
    return [deltaFrom(manifest.value.fields, fromHex(running, 32)!)!];
  });
  t.is(deltas.length, 1);
  const served = await fetch(`${project.images}/deltas/${toHex(deltas[0].sha256).slice(2)}`);
  t.is((await served.arrayBuffer()).byteLength, deltas[0].length);
  t.true(deltas[0].length < 4096, `${deltas[0].length} bytes of delta`);
}

/** With version 3: one that wants 4 before it is refused, and its twin that wants 3 is installed. */
export async function deployRequiring(t: ExecutionContext, { cwd, json, project }: Desk) {
  const { hardware } = await json(['channel', 'show']);
  const offered = async (version: number, requires: number, status: number) => {
    const [image, site] = [`${version}.img`, `www${version}`];
    const terms = ['--version', `${version}`, '--requires', `${requires}`, '--hardware', hardware];
    await json(['image', 'build', 'lamp.ts', '--no-check', ...terms, '--out', image]);
    await json(['release', 'publish', image, '--manifest', `${image}.manifest`, '--site', site]);
    for (const folder of readdirSync(join(cwd, site)))
      for (const name of readdirSync(join(cwd, site, folder))) {
        const body = new Uint8Array(readFileSync(join(cwd, site, folder, name)));
        await fetch(`${project.images}/${folder}/${name}`, { method: 'PUT', body });
      }
    await json(['release', 'approve', '--version', `${version}`]);
    return json(['release', 'offer', '--version', `${version}`], status);
  };
  const early = await offered(5, 4, 1);
  t.like(early, { installed: false, answer: { verdict: 'rejected', code: 'not_yet' } });
  t.like(await offered(6, 3, 0), { installed: true, version: 6 });
}
