/** Somebody else builds a release again from its source: the same bytes, or a word on what is not the same. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from '../device/desk.js';

const APP = `import { defineApp } from 'holdfast/app';
export default () => defineApp({ name: 'lamp', healthy: () => true, actions: {} });
`;

testWithChain(
  'a release is the same as its source gives, list of parts and all; another source is told apart by the file',
  async t => {
    const { cwd, json, project } = await startDesk(t, '--level', '1');
    const { hardware } = await json(['channel', 'show']);
    const entry = join(cwd, 'lamp.ts');
    appendFileSync(entry, APP);
    const named = ['--name', 'lamp', '--hardware', hardware];
    await json(['image', 'build', entry, '--version', '2', ...named, '--out', 'lamp.img', '--no-check']);
    const list = JSON.parse(readFileSync(join(cwd, 'lamp.img.sbom.json'), 'utf8'));
    t.is(list.metadata.component.name, 'lamp');
    await json(['release', 'publish', 'lamp.img', '--manifest', 'lamp.img.manifest', '--site', 'www']);
    t.is(readdirSync(join(cwd, 'www/documents')).length, 4, 'document, face, list of parts, provenance');

    const verify = (status = 0) => json(['release', 'verify', entry, '--version', '2'], status);
    const unseen = await verify();
    t.like(unseen, { ok: true, same: true });
    t.is(unseen.sameParts, undefined);

    for (const folder of ['manifests', 'documents'])
      for (const name of readdirSync(join(cwd, 'www', folder))) {
        const body = readFileSync(join(cwd, 'www', folder, name));
        t.true((await fetch(`${project.images}/${folder}/${name}`, { method: 'PUT', body })).ok);
      }
    t.like(await verify(), { ok: true, same: true, sameParts: true, differences: [] });

    appendFileSync(entry, 'export const more = globalThis.Date;\n');
    const other = await verify(1);
    t.like(other, { same: false, sameParts: false });
    t.deepEqual(
      other.differences.map(({ name }: { name: string }) => name),
      ['app:lamp.ts'],
    );
  },
);
