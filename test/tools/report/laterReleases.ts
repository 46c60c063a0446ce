/** Releases by the command line, after the first: by delta from the image that runs, with a version that must run before, and one that is not well. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/**
 * With version 3: one that wants 4 before it is refused, as is one for revisions of the hardware that the board, which was
 * told none, is not of; the twin that wants 3 and is for all is installed.
 */
export async function deployRequiring(t: ExecutionContext, desk: Desk) {
  const offered = (version: number, terms: string[], status: number) =>
    offerBuilt(desk, 'lamp.ts', { version, terms, status });
  const early = await offered(5, ['--requires', '4'], 1);
  t.like(early, { installed: false, answer: { verdict: 'rejected', code: 'not_yet' } });
  const foreign = await offered(6, ['--revisions', '2-4,7'], 1);
  t.like(foreign, { installed: false, answer: { verdict: 'rejected', code: 'hardware' } });
  t.like(await offered(7, ['--requires', '3'], 0), { installed: true, version: 7 });
}

const SICK = `import { defineApp } from 'holdfast/app';
export default () => defineApp({ name: 'lamp', healthy: () => false, actions: {} });
`;

/** Version 8 is not well: the board goes back to 7, and report and status of the release say so by its receipt. */
export async function deploySick(t: ExecutionContext, desk: Desk, device: string) {
  const { cwd, json } = desk;
  writeFileSync(join(cwd, 'sick.ts'), SICK);
  // A board tries a release twice, each time at an offer, before it gives it up.
  const wait = ['--wait', '20s'];
  const first = await offerBuilt(desk, 'sick.ts', { version: 8, terms: [], status: 1, wait });
  t.is(first.error.code, 'no_receipt');
  t.regex(first.error.message, /runs version 7 again/);
  const second = await json(['release', 'offer', '--version', '8', ...wait], 1);
  t.like(second, { installed: false, receipt: { outcome: 'failed', code: 'rolled_back' } });
  const report = await json(['report', '--page', 'sick.html']);
  t.like(report.boards[0], { state: 'behind', version: 7, failed: [{ version: 8, code: 'rolled_back' }] });
  const failedOn = (version: number) =>
    report.images.find((image: { version: number }) => image.version === version).failedOn;
  t.deepEqual([failedOn(8), failedOn(7)], [1, 0]);
  t.regex(readFileSync(join(cwd, 'sick.html'), 'utf8'), /1 went back from it/);
  const status = await json(['release', 'status']);
  t.like(status, { version: 8, done: 0, failed: 1, silent: 0, gone: 0 });
  t.deepEqual(status.failures, [{ device: device.toLowerCase(), code: 'rolled_back' }]);
  t.like(await json(['release', 'status', '--version', '7']), { done: 1, failed: 0 });
}

interface Given {
  version: number;
  /** More flags of `holdfast image build`. */
  terms: string[];
  /** The exit status of the offer. */
  status: number;
  /** More flags of the offer. */
  wait?: string[];
}

/** Builds, publishes, serves, approves and offers the app as that version. */
async function offerBuilt({ cwd, json, project }: Desk, app: string, given: Given) {
  const { status, terms, version, wait = [] } = given;
  const { hardware } = await json(['channel', 'show']);
  const [image, site] = [`${version}.img`, `www${version}`];
  const flags = ['--no-check', '--version', `${version}`, '--hardware', hardware, ...terms];
  await json(['image', 'build', app, ...flags, '--out', image]);
  await json(['release', 'publish', image, '--manifest', `${image}.manifest`, '--site', site]);
  for (const folder of readdirSync(join(cwd, site)))
    for (const name of readdirSync(join(cwd, site, folder))) {
      const body = new Uint8Array(readFileSync(join(cwd, site, folder, name)));
      await fetch(`${project.images}/${folder}/${name}`, { method: 'PUT', body });
    }
  await json(['release', 'approve', '--version', `${version}`]);
  return json(['release', 'offer', '--version', `${version}`, ...wait], status);
}
