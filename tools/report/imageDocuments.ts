/** The documents of an image, as far as evidence has them: each is found by a hash that the record on chain leads to. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { parseManifest } from '../../firmware/update/manifest.js';
import { sha256Of } from '../app/imageFiles.js';
import type { Evidence, EvidenceRelease } from './evidence.js';

/** A part of an image, by the list of its maker. */
export interface Part {
  name: string;
  version: string;
  license?: string;
}

export interface ImageDocuments {
  /** For people, as its document says. */
  name?: string;
  /** SHA-256 of the list of its parts (CycloneDX), and the list. */
  sbom?: string;
  parts?: readonly Part[];
  /** SHA-256 of the statement of its origin (SLSA), and the commit that it names. */
  provenance?: string;
  commit?: string;
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: unknown): Members[] => (Array.isArray(value) ? value.map(membersOf) : []);
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, 200) : undefined;

/** The documents of a release; members are left out where the evidence has no file with the hash, or one of another form. */
export function readDocuments({
  documents,
  manifests,
}: Evidence): (release: EvidenceRelease) => ImageDocuments {
  const heads = new Map(manifests.map(text => [sha256Of(fromHex(text)!), fromHex(text)!]));
  const texts = new Map(documents.map(text => [sha256Of(Buffer.from(text)), text]));
  const under = (hash: unknown): Members | undefined => {
    const text = typeof hash === 'string' ? texts.get(hash) : undefined;
    try {
      return text === undefined ? undefined : membersOf(JSON.parse(text));
    } catch {
      return undefined;
    }
  };
  return ({ imageSha256, manifestHash }) => {
    const head = heads.get(manifestHash);
    const manifest = head && parseManifest(head);
    if (manifest?.verdict !== 'accepted' || toHex(manifest.value.imageSha256) !== imageSha256) return {};
    const document = under(toHex(manifest.value.documentSha256));
    if (!document) return {};
    const name = textOf(document.name);
    return { ...(name !== undefined && { name }), ...partsOf(document, under), ...originOf(document, under) };
  };
}

type Under = (hash: unknown) => Members | undefined;

function partsOf({ sbom }: Members, under: Under): ImageDocuments {
  const list = under(sbom);
  if (!list) return {};
  const parts = listOf(list.components).flatMap(({ licenses, name, version }) => {
    const [licence] = listOf(licenses);
    const license = textOf(licence?.expression) ?? textOf(membersOf(licence?.license).name);
    const [named, at] = [textOf(name), textOf(version)];
    return named === undefined || at === undefined
      ? []
      : [{ name: named, version: at, ...(license && { license }) }];
  });
  return { sbom: sbom as string, parts };
}

function originOf({ provenance }: Members, under: Under): ImageDocuments {
  const statement = under(provenance);
  if (!statement) return {};
  const definition = membersOf(membersOf(statement.predicate).buildDefinition);
  const commit = listOf(definition.resolvedDependencies)
    .map(({ digest }) => textOf(membersOf(digest).gitCommit))
    .find(each => each !== undefined);
  return { provenance: provenance as string, ...(commit !== undefined && { commit }) };
}
