/** The manifest of an image: its document for people and tools, and the head that boards read (firmware/update). */
import { createHash } from 'node:crypto';
import { minimalBytes, numberToBytes } from '../../firmware/bytes/bigEndian.js';
import { concat } from '../../firmware/bytes/concat.js';
import { encodeManifest } from '../../firmware/update/manifest.js';
import { type ManifestField, REQUIRED_VERSION, REVISIONS } from '../../firmware/update/manifestFields.js';
import { sectorsOf } from './sectors.js';

/** The contents of a manifest's document; its text is this, in this order, as JSON. Hashes are 0x and lower-case hex. */
export interface ManifestDocument {
  format: 1;
  name: string;
  version: number;
  hardware: string;
  /** The name whose SHA-256 the hardware id is, where it was given by one. */
  hardwareName?: string;
  /** Of the whole image. */
  sha256: string;
  /** Bytes of the whole image. */
  size: number;
  compilers?: Record<string, string>;
  /** Over path and content of every file that went in. */
  source?: string;
  /** SHA-256 of what the app shows of itself: its actions and their parameters. */
  face?: string;
  /** SHA-256 of the list of its parts (CycloneDX). */
  sbom?: string;
  /** SHA-256 of the statement of who built it, from what, and how. */
  provenance?: string;
  /** The least version that must run before it. */
  requires?: number;
  /** The revisions of the hardware that it is for, where it is not for all. */
  revisions?: readonly RevisionRange[];
}

/** The least and the greatest revision of a range. */
export type RevisionRange = readonly [least: number, most: number];

export interface Manifest {
  /** Bytes of the head. */
  head: Uint8Array;
  /** JSON, whose SHA-256 is in the head. */
  document: string;
  /** 32 bytes: SHA-256 of the head, which the release's record holds. */
  hash: Uint8Array;
}

const sha256 = (bytes: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

/** The part of a document that boards are told as well. */
export type Terms = Pick<ManifestDocument, 'requires' | 'revisions'>;

/** The fields that tell boards which version must run before the image, and which revisions of the hardware it is for. */
export const fieldsOf = ({ requires, revisions }: Terms): ManifestField[] => [
  ...(requires === undefined ? [] : [{ tag: REQUIRED_VERSION, value: minimalBytes(requires) }]),
  ...(revisions === undefined
    ? []
    : [{ tag: REVISIONS, value: concat(...revisions.flat().map(number => numberToBytes(number, 2))) }]),
];

/** The terms that were set, and no others. */
export const termsOf = ({ requires, revisions }: Terms): Terms => ({
  ...(requires !== undefined && { requires }),
  ...(revisions !== undefined && { revisions }),
});

/**
 * @param hardware 32 bytes
 * @param fields what else boards are told, with ascending tags
 */
export function makeManifest(
  image: Uint8Array,
  version: number,
  hardware: Uint8Array,
  document: string,
  fields: readonly ManifestField[] = [],
): Manifest {
  const head = encodeManifest({
    version,
    size: image.length,
    imageSha256: sha256(image),
    sectorRoot: sectorsOf(image).root,
    hardware,
    documentSha256: sha256(document),
    fields,
  });
  return { head, document, hash: sha256(head) };
}
