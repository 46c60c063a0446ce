/** An image has a list of its parts and a statement of its origin, which follow from its source alone. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

const hardware = `0x${'ab'.repeat(32)}`;
const app = join(repositoryRoot, 'firmware/apps/relay/app.ts');
const options = { name: 'relay', version: 7, hardware, app };
const installed = (name: string) =>
  JSON.parse(readFileSync(join(repositoryRoot, 'node_modules', name, 'package.json'), 'utf8'));
const hash = (text: string) => toHex(createHash('sha256').update(text).digest());

test('the list names each package that is in the image, with version and licence, and the manifest names the list', async t => {
  const { manifest, provenance, sbom, sha256 } = await buildImage(options);
  const list = JSON.parse(sbom!);
  t.like(list, { bomFormat: 'CycloneDX', specVersion: '1.6' });
  t.is(list.metadata.component.hashes[0].content, Buffer.from(sha256).toString('hex'));
  const [framework, ...libraries] = list.components;
  t.is(framework.name, 'holdfast');
  const names = libraries.map(({ name }: { name: string }) => name);
  t.deepEqual(names, ['@noble/curves', '@noble/hashes', '@noble/secp256k1', 'mqtt-packet', 'rlp', 'valibot']);
  for (const { licenses, name, purl, version } of libraries) {
    t.is(version, installed(name).version);
    t.is(licenses[0].expression, installed(name).license);
    t.is(purl, `pkg:npm/${name.replace('@', '%40')}@${version}`);
  }
  const document = JSON.parse(manifest.document);
  t.is(document.sbom, hash(sbom!));
  t.is(document.provenance, hash(provenance!));
});

test('list and statement are the same for the same source, and name the file in which another differs', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const own = join(folder, 'app.ts');
  const text = `import { defineApp } from 'holdfast/app'; export default () => defineApp({ name: 'one', healthy: () => true, actions: {} });`;
  const build = (contents: string, commit?: string) => {
    writeFileSync(own, contents);
    const at = commit === undefined ? undefined : { hash: commit, isChanged: true };
    return buildImage({ ...options, app: own, commit: at });
  };
  const one = await build(text);
  t.deepEqual(await build(text), one);
  const two = await build(`${text} // two`);
  const files = (statement: string) =>
    JSON.parse(statement).predicate.buildDefinition.resolvedDependencies.filter(
      ({ name }: { name: string }) => name === 'app:app.ts',
    );
  t.is(files(one.provenance!)[0].digest.sha256, hash(text).slice(2));
  t.notDeepEqual(files(two.provenance!), files(one.provenance!));
  t.deepEqual(two.sha256, one.sha256);

  const committed = await build(text, 'ab'.repeat(20));
  t.deepEqual(committed.sha256, one.sha256);
  t.is(committed.sbom, one.sbom);
  t.like(JSON.parse(committed.provenance!).predicate.buildDefinition.resolvedDependencies[0], {
    name: 'app',
    digest: { gitCommit: 'ab'.repeat(20) },
    annotations: { isChanged: true },
  });
});
